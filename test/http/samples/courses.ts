import { eq } from 'drizzle-orm';
import { courseStaff, enrolment } from '../../../src/courses/schema.ts';
import { newId } from '../../../src/lib/ids.ts';
import { aUser, db, enrolIn } from '../../factories.ts';
import { makeCourse } from '../../items/make.ts';
import type { Sample, Samples, World } from '../sample.ts';

/** A course of the teacher with a student in it. */
async function aCourse({ teacher }: World) {
  const student = await aUser('student', { username: newId('user') });
  const made = await makeCourse(teacher.call());
  const { id: enrolmentId } = await enrolIn(made.courseId, student);
  return { ...made, student, enrolmentId, path: `/courses/${encodeURIComponent(made.courseKey)}` };
}

const onCourse =
  (suffix = '', body?: object) =>
  async (world: World): Promise<Sample> => {
    const { path } = await aCourse(world);
    return {
      as: world.teacher,
      path: `${path}${suffix}`,
      absent: `/courses/none${suffix}`,
      ...(body && { body }),
    };
  };

const onNode =
  (body?: object) =>
  async (world: World): Promise<Sample> => {
    const { path, objectiveId } = await aCourse(world);
    const suffix = `/nodes/${objectiveId}`;
    return { as: world.teacher, path: `${path}${suffix}`, absent: `/courses/none${suffix}`, ...(body && { body }) };
  };

/** By an admin, about somebody who may teach the course, or does. */
const onTeacher =
  (about: 'another' | 'its own', body?: object) =>
  async (world: World): Promise<Sample> => {
    const { path, courseId } = await aCourse(world);
    const { id } = await aUser('instructor');
    if (about === 'its own') await db.insert(courseStaff).values({ courseId, userId: id });
    return {
      as: await aUser('admin'),
      path: `${path}/staff/${id}`,
      absent: `/courses/none/staff/${id}`,
      ...(body && { body }),
    };
  };

export const courses: Samples = {
  'PUT /api/v1/courses/{courseKey}': onCourse('', {
    title: 'Another title',
    examinationLevel: 'JCE',
    academicClass: 'Form 2',
  }),
  'PATCH /api/v1/courses/{courseKey}': onCourse('', { description: 'For *everybody*.' }),
  'DELETE /api/v1/courses/{courseKey}': onCourse(),
  'POST /api/v1/courses/{courseKey}/nodes': onCourse('/nodes', { title: 'Another topic' }),
  'PATCH /api/v1/courses/{courseKey}/nodes/{id}': onNode({ title: 'Another objective' }),
  'DELETE /api/v1/courses/{courseKey}/nodes/{id}': onNode(),
  'POST /api/v1/enrollments': async (world) => {
    const { courseKey } = await aCourse(world);
    return { as: world.teacher, path: '/enrollments', body: { courseKey, userId: (await aUser()).id } };
  },
  'DELETE /api/v1/enrollments/{id}': async (world) => {
    const { student, enrolmentId } = await aCourse(world);
    await db.update(enrolment).set({ origin: 'self' }).where(eq(enrolment.id, enrolmentId));
    return { as: student, path: `/enrollments/${enrolmentId}`, absent: '/enrollments/none' };
  },
  'GET /api/v1/me/courses': async (world) => ({ as: (await aCourse(world)).student, path: '/me/courses' }),
  'POST /api/v1/courses/{courseKey}/enrollments/import': async (world) => {
    const sample = await onCourse('/enrollments/import')(world);
    const { id } = await aUser();
    return { ...sample, body: `userId\n${id}\n`, type: 'text/csv', half: [400, 'invalid'] };
  },
  'GET /api/v1/courses/{courseKey}/roster.csv': onCourse('/roster.csv'),
  'GET /api/v1/courses/{courseKey}/grades.csv': onCourse('/grades.csv'),
  'PUT /api/v1/courses/{courseKey}/staff/{userId}': onTeacher('another', {}),
  'DELETE /api/v1/courses/{courseKey}/staff/{userId}': onTeacher('its own'),
};
