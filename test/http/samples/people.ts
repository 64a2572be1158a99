import { secondFactor } from '../../../src/identity/schema.ts';
import { newId } from '../../../src/lib/ids.ts';
import { aUser, db } from '../../factories.ts';
import type { Sample, Samples, World } from '../sample.ts';

const nobody = 'none_00000000000000000000000000';

/** Something a teacher may do to a student assigned to them. */
const onOwnStudent =
  (suffix = '', body?: object) =>
  async ({ teacher }: World): Promise<Sample> => {
    const { id } = await aUser('student', { instructorId: teacher.id, username: newId('user') });
    return {
      as: teacher,
      path: `/users/${id}${suffix}`,
      absent: `/users/${nobody}${suffix}`,
      ...(body && { body }),
    };
  };

const onStudent =
  (role: 'admin' | 'superadmin', suffix = '', body?: object) =>
  async (): Promise<Sample> => {
    const { id } = await aUser();
    return {
      as: await aUser(role),
      path: `/users/${id}${suffix}`,
      absent: `/users/${nobody}${suffix}`,
      ...(body && { body }),
    };
  };

const as = (role: Parameters<typeof aUser>[0], path: string, body?: object) => async (): Promise<Sample> => ({
  as: await aUser(role),
  path,
  ...(body && { body }),
});

export const people: Samples = {
  'DELETE /api/v1/users/{id}/second-factor': async () => {
    const [as, { id }] = [await aUser('admin'), await aUser('instructor')];
    const now = Date.now();
    await db.insert(secondFactor).values({ userId: id, secret: 'sealed', createdAt: now, confirmedAt: now });
    return { as, path: `/users/${id}/second-factor`, absent: `/users/${nobody}/second-factor` };
  },
  'GET /api/v1/users': as('instructor', '/users'),
  'POST /api/v1/users': async () => ({
    as: await aUser('admin'),
    path: '/users',
    body: { name: 'Thoko Phiri', username: newId('user') },
  }),
  'POST /api/v1/users/import': async () => ({
    as: await aUser('admin'),
    path: '/users/import',
    body: `name,username\nThoko Phiri,${newId('user')}\n`,
    type: 'text/csv',
  }),
  'GET /api/v1/users/{id}': onOwnStudent(),
  'PATCH /api/v1/users/{id}': onOwnStudent('', { name: 'Thokozani Phiri' }),
  'DELETE /api/v1/users/{id}': onStudent('superadmin'),
  'POST /api/v1/users/{id}/role': onStudent('admin', '/role', { role: 'instructor' }),
  'POST /api/v1/users/{id}/block': onStudent('admin', '/block', {}),
  'POST /api/v1/users/{id}/unblock': onStudent('admin', '/unblock', {}),
  'POST /api/v1/users/{id}/instructor': onStudent('admin', '/instructor', { instructorId: null }),
  'POST /api/v1/users/{id}/password': onOwnStudent('/password', {}),
  'GET /api/v1/users/me': as('student', '/users/me'),
  'PATCH /api/v1/users/me': as('student', '/users/me', { name: 'Thoko Phiri' }),
  'DELETE /api/v1/users/me': as('student', '/users/me'),
  'GET /api/v1/users/me/export': as('student', '/users/me/export'),
  'GET /api/v1/auth/api-keys': as('instructor', '/auth/api-keys'),
  'POST /api/v1/auth/api-keys': as('instructor', '/auth/api-keys', { name: 'A robot', scopes: ['courses:read'] }),
  'DELETE /api/v1/auth/api-keys/{id}': async () => {
    const owner = await aUser('instructor');
    const { json } = await owner.ask('POST', '/auth/api-keys', { name: 'A robot', scopes: ['courses:read'] });
    return { as: owner, path: `/auth/api-keys/${json.id}`, absent: `/auth/api-keys/${nobody}` };
  },
  'GET /api/v1/audit': as('admin', '/audit'),
  'GET /api/v1/audit.csv': as('admin', '/audit.csv'),
};
