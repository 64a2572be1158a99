import { anAssessment } from '../../factories.ts';
import { makeCourse } from '../../items/make.ts';
import { nobody, type Sample, type Samples, type World } from '../sample.ts';
import { asTeacher } from './make.ts';

const onBank =
  (body?: object, suffix = '') =>
  async ({ teacher }: World): Promise<Sample> => {
    const { bank } = await anAssessment(teacher, { published: false });
    return {
      as: teacher,
      path: `/banks/${bank.id}${suffix}`,
      absent: `/banks/${nobody}${suffix}`,
      ...(body && { body }),
    };
  };
const onItem =
  (body?: object) =>
  async ({ teacher }: World): Promise<Sample> => {
    const { bank } = await anAssessment(teacher, { published: false });
    return { as: teacher, path: `/items/${bank.items[0]?.id}`, absent: `/items/${nobody}`, ...(body && { body }) };
  };
/** The same with something of a course of the teacher in its body. */
const withCourse =
  (
    make: (world: World) => Promise<Sample>,
    body: (course: { courseKey: string; objectiveId: string }) => object,
  ): Samples[string] =>
  async (world) => ({ ...(await make(world)), body: body(await makeCourse(world.teacher.call())) });
const anItem = { type: 'numeric', prompt: 'Half of 5', answer: 2.5, difficulty: 'easy' };

export const items: Samples = {
  'GET /api/v1/banks': asTeacher('/banks'),
  'POST /api/v1/banks': withCourse(asTeacher('/banks'), ({ courseKey }) => ({ title: 'A bank', courseKey })),
  'GET /api/v1/banks/{id}': onBank(),
  'PATCH /api/v1/banks/{id}': withCourse(onBank(), ({ courseKey }) => ({ title: 'Another title', courseKey })),
  'DELETE /api/v1/banks/{id}': onBank(),
  'GET /api/v1/banks/{id}/items': onBank(undefined, '/items'),
  'POST /api/v1/banks/{id}/items': withCourse(onBank(undefined, '/items'), ({ objectiveId }) => ({
    items: [{ ...anItem, objectiveId }],
  })),
  'POST /api/v1/banks/{id}/import': async ({ teacher }) => {
    const [sample, suffix] = [await onBank()({ teacher }), '/import?format=olx'];
    const body = '<problem><stringresponse answer="x"><label>What?</label><textline/></stringresponse></problem>';
    const absent = `${sample.absent}${suffix}`;
    return { as: teacher, path: `${sample.path}${suffix}`, absent, body, type: 'application/xml' };
  },
  'GET /api/v1/items/{id}': onItem(),
  'PUT /api/v1/items/{id}': withCourse(onItem(), ({ objectiveId }) => ({ ...anItem, objectiveId })),
  'DELETE /api/v1/items/{id}': onItem(),
};
