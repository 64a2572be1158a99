import { anAssessment, aUser } from '../../factories.ts';
import { nobody, type Samples, type World } from '../sample.ts';

type Of = { isShared?: boolean; path?: (userId: string) => string };

const onBank =
  (body?: object, { isShared = false, path = () => '' }: Of = {}) =>
  async ({ teacher }: World) => {
    const { bank } = await anAssessment(teacher, { published: false });
    const colleague = await aUser('instructor');
    if (isShared) await teacher.ask('PUT', `/banks/${bank.id}/shares/${colleague.id}`);
    const suffix = `/shares${path(colleague.id)}`;
    return {
      ...{ as: teacher, path: `/banks/${bank.id}${suffix}`, absent: `/banks/${nobody}${suffix}` },
      ...(body && { body }),
    };
  };
const onAssessment =
  (body?: object, { isShared = false, path = () => '' }: Of = {}) =>
  async ({ teacher }: World) => {
    const { id } = await anAssessment(teacher, { published: false });
    const colleague = await aUser('instructor');
    if (isShared) await teacher.ask('PUT', `/assessments/${id}/shares/${colleague.id}`);
    const suffix = `/shares${path(colleague.id)}`;
    return {
      ...{ as: teacher, path: `/assessments/${id}${suffix}`, absent: `/assessments/${nobody}${suffix}` },
      ...(body && { body }),
    };
  };
const theirs = { path: (id: string) => `/${id}` };

export const shares: Samples = {
  'GET /api/v1/banks/{id}/shares': onBank(),
  'PUT /api/v1/banks/{id}/shares/{userId}': onBank({}, theirs),
  'DELETE /api/v1/banks/{id}/shares/{userId}': onBank(undefined, { ...theirs, isShared: true }),
  'GET /api/v1/assessments/{id}/shares': onAssessment(),
  'PUT /api/v1/assessments/{id}/shares/{userId}': onAssessment({}, theirs),
  'DELETE /api/v1/assessments/{id}/shares/{userId}': onAssessment(undefined, { ...theirs, isShared: true }),
};
