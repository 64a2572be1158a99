export { assignStaff } from './assign-staff.ts';
export { CourseAnswer, courseAnswer } from './course-answer.ts';
export { courseKeyAsWritten, courseKeyNow } from './course-key.ts';
export {
  listTaughtCourses,
  requireCourseByKey,
  requireTaughtCourse,
  requireTaughtCourseId,
  selectByKey,
  selectVisible,
} from './courses.ts';
export { newCourse } from './create-course.ts';
export { type CreateOutlineInput, createOutline } from './create-outline.ts';
export { endAbandonedEnrolments } from './end-abandoned.ts';
export { enrol } from './enrol.ts';
export { CourseDetailsInput, CourseKey, Title } from './input.ts';
export { forgetAttachments } from './lessons/attachments.ts';
export { createLesson } from './lessons/create-lesson.ts';
export { CreateLessonInput } from './lessons/input.ts';
export { lessonsPages } from './lessons/page-routes.tsx';
export { lessonsEndpoints } from './lessons/routes.ts';
export { type MyCourse, selectMyCourses } from './my-courses.ts';
export { coursesOfObjectives, listObjectives, objectiveTitles } from './objectives.ts';
export { type Outline, readOutline } from './outline.ts';
export { coursesPages } from './page-routes.tsx';
export { coursePath } from './paths.ts';
export { renderCourse } from './render-course.ts';
export { coursesEndpoints } from './routes.ts';
export {
  academicClasses,
  course,
  courseStaff,
  enrolment,
  examinationLevels,
  lessonProgress,
  type NodeKind,
  node,
  type Visibility,
} from './schema.ts';
export {
  enrolledIn,
  studentsGivenTo,
  studentsOf,
  studentsTaughtBy,
  taughtBy,
  teachableCourse,
  writableCourse,
} from './who-sees.ts';
