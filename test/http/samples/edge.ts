import { aUser } from '../../factories.ts';
import type { Samples } from '../sample.ts';

export const edge: Samples = {
  'GET /api/v1/settings': async () => ({ as: await aUser('admin'), path: '/settings' }),
  'PATCH /api/v1/settings': async () => ({
    as: await aUser('admin'),
    path: '/settings',
    body: { studentsPerInstructor: 25 },
  }),
};
