import { aUser, enrolIn } from '../../factories.ts';
import { makeCourse } from '../../items/make.ts';
import { nobody, type Sample, type Samples, type World } from '../sample.ts';

/** A lesson of a course that the teacher alone may change, and a student learns in. */
async function aLesson({ teacher }: World) {
  const { courseKey, courseId } = await makeCourse(teacher.call());
  const student = await aUser();
  await enrolIn(courseId, student);
  const { json } = await teacher.ask('POST', '/lessons', { courseKey, title: 'Adding', body: 'One and *one*.' });
  return { courseKey, student, id: json.id };
}

const onLesson =
  (suffix = '', body?: object) =>
  async (world: World): Promise<Sample> => {
    const { id } = await aLesson(world);
    const absent = `/lessons/${nobody}${suffix}`;
    return { as: world.teacher, path: `/lessons/${id}${suffix}`, absent, ...(body && { body }) };
  };

const asReader =
  (suffix = '', body?: object) =>
  async (world: World): Promise<Sample> => {
    const { id, student } = await aLesson(world);
    const absent = `/lessons/${nobody}${suffix}`;
    return { as: student, path: `/lessons/${id}${suffix}`, absent, ...(body && { body }) };
  };

const aFile = { type: 'text/csv', body: 'a,b\n1,2\n' };

const onAttachment = async (world: World) => {
  const { id, student } = await aLesson(world);
  const { json } = await world.teacher.ask('POST', `/lessons/${id}/attachments?name=a.csv`, aFile.body, {
    'content-type': aFile.type,
  });
  const [path, absent] = [`/lessons/${id}/attachments/${json.id}`, `/lessons/${nobody}/attachments/${nobody}`];
  return { student, path, absent };
};

export const lessons: Samples = {
  'POST /api/v1/media': async ({ teacher }) => ({
    as: teacher,
    path: '/media',
    body: 'GIF89a',
    type: 'image/gif',
    half: [400, 'invalid'],
  }),
  'GET /api/v1/lessons': async (world) => {
    const { courseKey, student } = await aLesson(world);
    const path = (key: string) => `/lessons?courseKey=${encodeURIComponent(key)}`;
    return { as: student, path: path(courseKey), absent: path('none') };
  },
  'POST /api/v1/lessons': async ({ teacher }) => {
    const { courseKey } = await makeCourse(teacher.call());
    return { as: teacher, path: '/lessons', body: { courseKey, title: 'Adding', body: 'One and *one*.' } };
  },
  'GET /api/v1/lessons/{id}': asReader(),
  'PUT /api/v1/lessons/{id}': onLesson('', { title: 'Adding', body: 'Two.' }),
  'PATCH /api/v1/lessons/{id}': onLesson('', { title: 'Adding more' }),
  'DELETE /api/v1/lessons/{id}': onLesson(),
  'POST /api/v1/lessons/{id}/restore': async (world) => {
    const { id } = await aLesson(world);
    await world.teacher.ask('DELETE', `/lessons/${id}`);
    const [path, absent] = [`/lessons/${id}/restore`, `/lessons/${nobody}/restore`];
    return { as: world.teacher, path, absent, body: {} };
  },
  'PUT /api/v1/lessons/{id}/progress': asReader('/progress', { completed: true }),
  'GET /api/v1/courses/{courseKey}/progress': async (world) => {
    const { courseKey, student } = await aLesson(world);
    return {
      as: student,
      path: `/courses/${encodeURIComponent(courseKey)}/progress`,
      absent: '/courses/none/progress',
    };
  },
  'POST /api/v1/lessons/{id}/attachments': async (world) => ({
    ...(await onLesson('/attachments?name=a.csv')(world)),
    ...aFile,
    type: 'application/pdf',
    body: '%PDF-1.7',
    half: [400, 'invalid'],
  }),
  'GET /api/v1/lessons/{id}/attachments/{attachmentId}': async (world) => {
    const { student, ...paths } = await onAttachment(world);
    return { as: student, ...paths };
  },
  'DELETE /api/v1/lessons/{id}/attachments/{attachmentId}': async (world) => {
    const { student: _, ...paths } = await onAttachment(world);
    return { as: world.teacher, ...paths };
  },
};
