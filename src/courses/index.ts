export { assignStaff } from './assign-staff.ts';
export { listCourses, requireCourseByKey, requireTaughtCourse, requireTaughtCourseId, selectByKey } from './courses.ts';
export { newCourse } from './create-course.ts';
export { type CreateOutlineInput, createOutline } from './create-outline.ts';
export { enrol } from './enrol.ts';
export { selectMyCourses } from './my-courses.ts';
export { coursesOfObjectives, listObjectives, objectiveTitles } from './objectives.ts';
export { type Outline, readOutline } from './outline.ts';
export { coursesPages } from './page-routes.tsx';
export { coursesEndpoints } from './routes.ts';
export {
  academicClasses,
  course,
  courseStaff,
  enrolment,
  examinationLevels,
  type NodeKind,
  node,
  type Visibility,
} from './schema.ts';
export { enrolledIn, studentsOf, studentsTaughtBy, taughtBy, teachableCourse } from './who-sees.ts';
