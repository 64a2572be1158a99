import { anAssessment, aSittingStudent, aUser, enrolIn } from '../../factories.ts';
import { makeCourse } from '../../items/make.ts';
import { nobody, type Sample, type Samples, type World } from '../sample.ts';
import { asStudent, onAssessment } from './make.ts';

const onAttempt =
  (suffix: string, body?: object, { by = 'student', isOver = false } = {}) =>
  async ({ teacher }: World): Promise<Sample> => {
    const { student, path } = await aSittingStudent(teacher);
    if (isOver) await student.ask('POST', `${path}/submit`, { epoch: 1 });
    return {
      as: by === 'student' ? student : teacher,
      path: `${path}${suffix}`,
      absent: `/attempts/${nobody}${suffix}`,
      ...(body && { body }),
    };
  };

export const assessments: Samples = {
  'POST /api/v1/assessments': async ({ teacher }) => {
    const { bank } = await anAssessment(teacher, { published: false });
    const { courseKey } = await makeCourse(teacher.call());
    const body = { title: 'A paper', behaviour: 'exam', courseKey, sections: [{ bankId: bank.id, select: 1 }] };
    return { as: teacher, path: '/assessments', body };
  },
  'GET /api/v1/assessments': asStudent('/assessments'),
  'GET /api/v1/assessments/{id}': onAssessment(),
  'PATCH /api/v1/assessments/{id}': async ({ teacher }) => {
    const sample = await onAssessment()({ teacher });
    const { bank } = await anAssessment(teacher, { published: false });
    return { ...sample, body: { sections: [{ bankId: bank.id, select: 1 }] } };
  },
  'POST /api/v1/assessments/{id}/publish': onAssessment({}, '/publish'),
  'GET /api/v1/assessments/{id}/preview': onAssessment(undefined, '/preview'),
  'PUT /api/v1/assessments/{id}/accommodations/{userId}': async ({ teacher }) => {
    const student = await aUser();
    return await onAssessment({ extraTimeSeconds: 60 }, `/accommodations/${student.id}`)({ teacher });
  },
  'POST /api/v1/assessments/{id}/extra-time': onAssessment({ extraSeconds: 60 }, '/extra-time'),
  'GET /api/v1/assessments/{id}/attempts': onAssessment(undefined, '/attempts'),
  'POST /api/v1/assessments/{id}/attempts': async ({ teacher }) => {
    const { courseKey, courseId } = await makeCourse(teacher.call());
    const [as, { id }] = [await aUser(), await anAssessment(teacher, { courseKey })];
    await enrolIn(courseId, as);
    return { as, path: `/assessments/${id}/attempts`, absent: `/assessments/${nobody}/attempts`, body: {} };
  },
  'GET /api/v1/me/attempts': asStudent('/me/attempts'),
  'GET /api/v1/attempts/{id}': onAttempt(''),
  'POST /api/v1/attempts/{id}/ops': onAttempt('/ops', { epoch: 1, ops: [] }),
  'POST /api/v1/attempts/{id}/takeover': onAttempt('/takeover', {}),
  'POST /api/v1/attempts/{id}/submit': onAttempt('/submit', { epoch: 1 }),
  'POST /api/v1/attempts/{id}/tries': async ({ teacher }) => {
    const { student, path, itemIds } = await aSittingStudent(teacher, { behaviour: 'practice' });
    const body = { itemId: itemIds[0], response: { selected: ['a'] }, tryNumber: 1 };
    return { as: student, path: `${path}/tries`, absent: `/attempts/${nobody}/tries`, body };
  },
  'GET /api/v1/attempts/{id}/result': onAttempt('/result', undefined, { isOver: true }),
  'GET /api/v1/attempts/{id}/ops': onAttempt('/ops', undefined, { by: 'teacher' }),
  'POST /api/v1/attempts/{id}/reopen': onAttempt('/reopen', { extraSeconds: 60 }, { by: 'teacher', isOver: true }),
};
