import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, NoInput, readingAtOnce, writing } from '../http/index.ts';
import { pageAnswer, pageOf } from '../lib/paging.ts';
import { assignInstructor } from './assign-instructor.ts';
import { blockUser, unblockUser } from './block-user.ts';
import { changeRole } from './change-role.ts';
import { createAccount } from './create-account.ts';
import { deleteUser } from './delete-user.ts';
import { givePassword } from './give-password.ts';
import { importAccounts } from './import-accounts.ts';
import { AssignInstructorInput, ChangeRoleInput, CreateUserInput, ListUsersInput, UpdateUserInput } from './input.ts';
import { MAX_IMPORT_BYTES } from './read-import.ts';
import { listUsers, requireReachable } from './read-users.ts';
import { removeFactor } from './remove-factor.ts';
import { updateUser } from './update-user.ts';
import { PersonAnswer, personAnswer } from './user-answer.ts';

const tag = 'People';
const params = IdParams;
const password = z.string().describe('Shown once; they set one of their own when they sign in with it');

export const peopleEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/users',
    tag,
    summary: 'People, by name: your own students, or all',
    access: readingAtOnce('users:read'),
    query: ListUsersInput,
    answers: { 200: pageOf(PersonAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listUsers(call, query);
      const people = results.map((one) => personAnswer(call.actor, one));
      return { status: 200, body: pageAnswer(url, query, { count, results: people }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/users',
    tag,
    summary: 'Make the account of a student, with a first password to hand over',
    access: writing('users:create'),
    body: CreateUserInput,
    answers: { 201: PersonAnswer.extend({ password }) },
    refusals: ['email_taken', 'username_taken'],
    creates: 'a secret',
    async run({ call, body, env }) {
      const { person, password } = await createAccount(call, body, env.PASSWORD_PEPPER);
      return { status: 201, body: { ...personAnswer(call.actor, person), password } };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/users/import',
    tag,
    summary: 'Make accounts from a table: name, email or username, role; at most 1,000 rows',
    access: writing('users:create'),
    raw: { types: ['text/csv'], limit: MAX_IMPORT_BYTES },
    answers: {
      200: z.object({
        created: z.int(),
        exists: z.int(),
        refused: z.int(),
        rows: z.array(
          z.object({
            line: z.int().describe('In the table, from 1 with the header'),
            name: z.string().describe('As it is in the table'),
            status: z.enum(['created', 'exists', 'refused']),
            reason: z.string().optional(),
            userId: z.string().optional(),
          }),
        ),
        slips: z.array(z.object({ name: z.string(), username: z.string(), password })),
      }),
    },
    refusals: ['confirm_first'],
    creates: 'a secret',
    run: async ({ call, bytes, env }) => ({
      status: 200,
      body: await importAccounts(call, bytes, env.PASSWORD_PEPPER),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/users/{id}',
    tag,
    summary: 'One person',
    access: readingAtOnce('users:read'),
    params,
    answers: { 200: PersonAnswer },
    run: async ({ call, params }) => ({
      status: 200,
      body: personAnswer(call.actor, await requireReachable(call, params.id, 'users:read')),
    }),
  }),
  endpoint({
    method: 'patch',
    path: '/api/v1/users/{id}',
    tag,
    summary: 'Change name, e-mail or user name; instructors the name of their own students',
    access: writing('users:write'),
    params,
    body: UpdateUserInput,
    answers: { 200: PersonAnswer },
    refusals: ['confirm_first', 'email_taken', 'username_taken', 'conflict'],
    run: async ({ call, params, body }) => ({
      status: 200,
      body: personAnswer(call.actor, await updateUser(call, { ...body, id: params.id })),
    }),
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/users/{id}',
    tag,
    summary: 'Delete a person: what they did stays, and belongs to nobody. It cannot be taken back',
    access: writing('users:delete'),
    params,
    answers: { 204: null },
    refusals: ['confirm_first', 'last_superadmin'],
    async run({ call, params, env, defer }) {
      const { eventId } = await deleteUser(call, params.id);
      defer(env.JOBS.send({ job: 'react', eventId }));
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/users/{id}/role',
    tag,
    summary: 'Give a person another role; it counts at once',
    access: writing('users:role'),
    params,
    body: ChangeRoleInput,
    answers: { 200: PersonAnswer },
    refusals: ['confirm_first', 'last_superadmin', 'conflict'],
    run: async ({ call, params, body }) => ({
      status: 200,
      body: personAnswer(call.actor, await changeRole(call, { ...body, id: params.id })),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/users/{id}/block',
    tag,
    summary: 'Block a person: their sign-ins and keys end at once. What they are writing is still saved',
    access: writing('users:manage'),
    params,
    body: NoInput,
    answers: { 200: PersonAnswer },
    refusals: ['last_superadmin', 'conflict'],
    run: async ({ call, params }) => ({
      status: 200,
      body: personAnswer(call.actor, await blockUser(call, params.id)),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/users/{id}/unblock',
    tag,
    summary: 'Let a blocked person in again; they sign in anew',
    access: writing('users:manage'),
    params,
    body: NoInput,
    answers: { 200: PersonAnswer },
    refusals: ['conflict'],
    run: async ({ call, params }) => ({
      status: 200,
      body: personAnswer(call.actor, await unblockUser(call, params.id)),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/users/{id}/instructor',
    tag,
    summary: 'Assign a student to an instructor, or to none',
    access: writing('users:manage'),
    params,
    body: AssignInstructorInput,
    answers: { 200: PersonAnswer },
    refusals: ['instructor_full', 'conflict'],
    run: async ({ call, params, body }) => ({
      status: 200,
      body: personAnswer(call.actor, await assignInstructor(call, { ...body, id: params.id })),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/users/{id}/password',
    tag,
    summary:
      'Give a person a new first password to hand over; their sign-ins end. Instructors: own students without e-mail',
    access: writing('users:write'),
    params,
    body: NoInput,
    answers: { 200: PersonAnswer.extend({ password }) },
    refusals: ['confirm_first', 'conflict'],
    async run({ call, params, env }) {
      const { person, password } = await givePassword(call, params.id, env.PASSWORD_PEPPER);
      return { status: 200, body: { ...personAnswer(call.actor, person), password } };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/users/{id}/second-factor',
    tag,
    summary: 'Take the second factor off somebody who has lost it; their sign-ins end, and they are told',
    access: writing('users:manage'),
    params,
    answers: { 204: null },
    refusals: ['confirm_first', 'second_factor_off'],
    async run({ call, params, env, defer }) {
      const { eventId } = await removeFactor(call, params.id);
      defer(env.JOBS.send({ job: 'react', eventId }));
      return { status: 204 };
    },
  }),
];
