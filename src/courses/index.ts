export { assignStaff } from './assign-staff.ts';
export {
  type Course,
  listCourses,
  requireCourseByKey,
  requireTaughtCourseId,
  requireVisibleCourse,
} from './courses.ts';
export { type CreateOutlineInput, createOutline } from './create-outline.ts';
export { enrol } from './enrol.ts';
export { coursesOfObjectives, listObjectives, objectiveTitles } from './objectives.ts';
export { type Outline, readOutline } from './outline.ts';
export { coursesEndpoints } from './routes.ts';
export type { AcademicClass, ExaminationLevel } from './schema.ts';
export { course } from './schema.ts';
export { enrolledIn, taughtBy, teachableCourse, visibleCourse } from './who-sees.ts';
