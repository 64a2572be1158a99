import * as z from 'zod';
import { type Endpoint, endpoint, reading, writing } from '../http/index.ts';
import { locales, roles } from '../lib/call.ts';
import { iso } from '../lib/instant.ts';
import { deleteMyAccount } from './erase-user.ts';
import { UpdateProfileInput } from './input.ts';
import { updateProfile } from './update-profile.ts';
import { requireSelf, type User } from './users.ts';

const tag = 'Identity';
const MeAnswer = z.object({
  id: z.string(),
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  pendingEmail: z.string().nullable().describe('Becomes the address once its link was followed'),
  username: z.string().nullable(),
  name: z.string(),
  role: z.enum(roles),
  locale: z.enum(locales).nullable(),
  instructorId: z.string().nullable(),
  mustChangePassword: z.boolean(),
  createdAt: z.string(),
});

const meAnswer = (me: User) => {
  const { id, email, pendingEmail, username, name, role, locale, instructorId, mustChangePassword } = me;
  return {
    ...{ id, email, emailVerified: me.emailVerifiedAt !== null, pendingEmail, username, name, role, locale },
    ...{ instructorId, mustChangePassword, createdAt: iso(me.createdAt) },
  };
};

/** Before `/users/{id}`, of which these would else be one. */
export const meEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/users/me',
    tag,
    summary: 'Your own profile',
    access: reading('profile:read'),
    answers: { 200: MeAnswer },
    run: async ({ call }) => ({ status: 200, body: meAnswer((await requireSelf(call)).user) }),
  }),
  endpoint({
    method: 'patch',
    path: '/api/v1/users/me',
    tag,
    summary: 'Change your name, language or e-mail; a new address counts once its link was followed',
    access: writing('profile:write'),
    body: UpdateProfileInput,
    answers: { 200: MeAnswer },
    refusals: ['confirm_first', 'email_taken'],
    async run({ call, body, env, defer }) {
      const { user, eventId } = await updateProfile(call, body);
      if (eventId !== undefined) defer(env.JOBS.send({ job: 'react', eventId }));
      return { status: 200, body: meAnswer(user) };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/users/me',
    tag,
    summary: 'Delete your account: what you did stays, and belongs to nobody. It cannot be taken back',
    access: writing('profile:write'),
    answers: { 204: null },
    refusals: ['confirm_first', 'last_superadmin'],
    async run({ call, env, defer }) {
      const { eventId } = await deleteMyAccount(call);
      defer(env.JOBS.send({ job: 'react', eventId }));
      return { status: 204 };
    },
  }),
];
