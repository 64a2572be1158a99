export { assignStaff } from './assign-staff.ts';
export { listCourses, requireCourseByKey, requireTaughtCourseId } from './courses.ts';
export { type CreateOutlineInput, createOutline } from './create-outline.ts';
export { enrol } from './enrol.ts';
export { coursesOfObjectives, listObjectives, objectiveTitles } from './objectives.ts';
export { coursesEndpoints } from './routes.ts';
export { course, objective } from './schema.ts';
export { enrolledIn, studentsOf, studentsTaughtBy, taughtBy, teachableCourse } from './who-sees.ts';
