import { newLink } from '../../../src/identity/index.ts';
import { session } from '../../../src/identity/schema.ts';
import { newId } from '../../../src/lib/ids.ts';
import { aUser, db } from '../../factories.ts';
import { nobody, type Samples } from '../sample.ts';

const address = () => `${newId('user')}@school.test`;
const password = 'mtendere ndi mvula';

/** A link to the address of somebody. */
async function aLink(purpose: 'password' | 'email') {
  const email = address();
  const as = await aUser('student', { email });
  const { token, statement } = await newLink(as.call(), { userId: as.id, purpose, email });
  await statement;
  return { as, token };
}

export const accounts: Samples = {
  'POST /api/v1/auth/register': async () => ({
    as: await aUser(),
    path: '/auth/register',
    body: { email: address(), password, name: 'Thoko Phiri' },
  }),
  'POST /api/v1/auth/password/change': async () => ({
    as: await aUser(),
    path: '/auth/password/change',
    body: { currentPassword: 'what they had', newPassword: password },
    // Nobody of the tests has a password.
    refused: [400, 'invalid'],
  }),
  'POST /api/v1/auth/password/reset': async () => ({
    as: await aUser(),
    path: '/auth/password/reset',
    body: { email: address() },
  }),
  'POST /api/v1/auth/password/reset/confirm': async () => {
    const { as, token } = await aLink('password');
    return { as, path: '/auth/password/reset/confirm', body: { token, password } };
  },
  'GET /api/v1/auth/verify-email/{key}': async () => {
    const { as, token } = await aLink('email');
    return { as, path: `/auth/verify-email/${token}` };
  },
  'POST /api/v1/auth/verify-email': async () => ({
    as: await aUser('student', { email: address() }),
    path: '/auth/verify-email',
    body: {},
  }),
  'GET /api/v1/auth/sessions': async () => ({ as: await aUser(), path: '/auth/sessions' }),
  'DELETE /api/v1/auth/sessions/{id}': async () => {
    const as = await aUser();
    const id = newId('session');
    const now = Date.now();
    await db.insert(session).values({ id, secretHash: id, userId: as.id, createdAt: now, expiresAt: now + 3_600_000 });
    return { as, path: `/auth/sessions/${id}`, absent: `/auth/sessions/${nobody}` };
  },
};
