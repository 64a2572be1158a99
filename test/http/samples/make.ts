import { anAssessment, aUser, enrolIn } from '../../factories.ts';
import { makeCourse } from '../../items/make.ts';
import { nobody, type Sample, type World } from '../sample.ts';

export const asTeacher =
  (path: string, body?: object) =>
  async ({ teacher }: World): Promise<Sample> => ({ as: teacher, path, ...(body && { body }) });
export const asStudent = (path: string) => async (): Promise<Sample> => ({ as: await aUser(), path });

export const onAssessment =
  (body?: object, suffix = '') =>
  async ({ teacher }: World): Promise<Sample> => {
    // Of a course, or it would be every student's.
    const { courseKey } = await makeCourse(teacher.call());
    const { id } = await anAssessment(teacher, { courseKey });
    return {
      as: teacher,
      path: `/assessments/${id}${suffix}`,
      absent: `/assessments/${nobody}${suffix}`,
      ...(body && { body }),
    };
  };
export const onCourse =
  (suffix = '') =>
  async ({ teacher }: World): Promise<Sample> => {
    const { courseKey, courseId } = await makeCourse(teacher.call());
    await enrolIn(courseId, await aUser());
    return {
      as: teacher,
      path: `/courses/${encodeURIComponent(courseKey)}${suffix}`,
      absent: `/courses/none${suffix}`,
    };
  };
