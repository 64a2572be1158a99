import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, NoInput, readingAtOnce, writing } from '../http/index.ts';
import { iso } from '../lib/instant.ts';
import { pageAnswer, pageOf } from '../lib/paging.ts';
import { mailKinds } from './mail-kinds.ts';
import { type ListedMail, ListMailsInput, listMails, sendMailAgain } from './mails.ts';
import { OutboxInput, readOutbox } from './outbox.ts';
import { pokeMails } from './resend-mails.ts';
import { mailStates } from './schema.ts';

const tag = 'Operations';

const MailAnswer = z.object({
  id: z.string(),
  kind: z.enum(mailKinds),
  userId: z.string(),
  to: z.string(),
  subject: z.string(),
  state: z.enum(mailStates),
  attempts: z.int(),
  lastError: z.string().nullable(),
  nextAt: z.string().nullable(),
  createdAt: z.string(),
  sentAt: z.string().nullable(),
});

const mailAnswer = ({ nextAt, createdAt, sentAt, ...row }: ListedMail) => ({
  ...row,
  nextAt: iso(nextAt),
  createdAt: iso(createdAt),
  sentAt: iso(sentAt),
});

const OutboxAnswer = z.object({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  at: z.string(),
});

/** Mails, for staff who look after the house. */
export const notificationsEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/outbox',
    tag,
    summary: 'The on-screen outbox of a local run, newest first; a deployed Worker has none (404)',
    access: readingAtOnce('operations:manage'),
    query: OutboxInput,
    answers: { 200: pageOf(OutboxAnswer) },
    refusals: ['not_found'],
    async run({ call, query, settings, url }) {
      const { count, results } = await readOutbox(call, query, settings);
      const mails = results.map(({ at, ...mail }) => ({ ...mail, at: iso(at) }));
      return { status: 200, body: pageAnswer(url, query, { count, results: mails }) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/mails',
    tag,
    summary: 'Mails without their texts, newest first',
    access: readingAtOnce('operations:manage'),
    query: ListMailsInput,
    answers: { 200: pageOf(MailAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listMails(call, query);
      return { status: 200, body: pageAnswer(url, query, { count, results: results.map(mailAnswer) }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/mails/{id}/send',
    tag,
    summary: 'Send a mail now that was parked, or waits',
    access: writing('operations:manage'),
    params: IdParams,
    body: NoInput,
    answers: { 202: MailAnswer },
    refusals: ['conflict'],
    async run({ call, params, env }) {
      const mail = await sendMailAgain(call, params.id);
      await pokeMails(env.JOBS, [mail.id]);
      return { status: 202, body: mailAnswer(mail) };
    },
  }),
];
