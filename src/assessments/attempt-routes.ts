import * as z from 'zod';
import {
  attemptPace,
  checkedByVerb,
  type Endpoint,
  endpoint,
  IdParams,
  NoInput,
  readingAtOnce,
  theAttempt,
  writing,
} from '../http/index.ts';
import { isStaff } from '../lib/call.ts';
import { iso } from '../lib/instant.ts';
import { PageQuery, pageAnswer, pageOf } from '../lib/paging.ts';
import * as answers from './answers.ts';
import { ExtraTimeInput, RecordOpsInput, SubmitInput, TryInput } from './input.ts';
import { readOps } from './read-ops.ts';
import { readResult } from './read-result.ts';
import { reopenAttempt } from './reopen-attempt.ts';
import { sessionsOf } from './sessions.ts';
import { makeTry, recordOps, submitAttempt, takeOver, viewAttempt } from './sit-attempt.ts';
import { tokenFor } from './token-for.ts';

/** A sitting: what the student's page asks while it writes, the result, and what staff see and do. */
export const attemptEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/attempts/{id}',
    tag: 'Attempts',
    summary: 'The attempt: paper, responses, time left',
    access: theAttempt,
    params: IdParams,
    answers: { 200: answers.AttemptView },
    async run({ call, params, holder, env, settings }) {
      const sessions = sessionsOf(env.ATTEMPTS, attemptPace(settings));
      const view = await viewAttempt({ attemptId: params.id, ...holder }, sessions, env.ARCHIVE);
      return { status: 200, body: answers.viewAnswer(view, await tokenFor(env, view, call.now)) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/attempts/{id}/ops',
    tag: 'Attempts',
    summary: 'Save changes of responses; the receipt names what is durable',
    access: theAttempt,
    params: IdParams,
    body: RecordOpsInput,
    answers: { 200: answers.Receipt },
    refusals: ['stale_epoch', 'unknown_epoch'],
    async run({ params, holder, body, env, settings }) {
      const sessions = sessionsOf(env.ATTEMPTS, attemptPace(settings));
      const receipt = await recordOps({ attemptId: params.id, ...holder, ...body }, sessions);
      return {
        status: 200,
        body: { ...receipt, serverTime: iso(receipt.serverTime), endsAt: iso(receipt.endsAt) },
      };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/attempts/{id}/takeover',
    tag: 'Attempts',
    summary: 'Write from here; older epochs may no longer',
    access: theAttempt,
    params: IdParams,
    body: NoInput,
    answers: { 200: z.object({ epoch: z.int() }) },
    refusals: ['finished'],
    run: async ({ params, holder, env, settings }) => ({
      status: 200,
      body: await takeOver({ attemptId: params.id, ...holder }, sessionsOf(env.ATTEMPTS, attemptPace(settings))),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/attempts/{id}/submit',
    tag: 'Attempts',
    summary: 'Hand in; after any end, the same result again',
    access: theAttempt,
    params: IdParams,
    body: SubmitInput,
    answers: { 200: answers.SubmitAnswer },
    refusals: ['stale_epoch', 'unknown_epoch', 'ops_missing'],
    async run({ call, params, holder, body, env, settings }) {
      const { attempt, result } = await submitAttempt(
        call,
        { attemptId: params.id, ...holder, ...body },
        sessionsOf(env.ATTEMPTS, attemptPace(settings)),
      );
      return { status: 200, body: { attempt: answers.attemptAnswer(attempt), ...(result && { result }) } };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/attempts/{id}/tries',
    tag: 'Attempts',
    summary: 'One try at one item of a practice',
    access: theAttempt,
    params: IdParams,
    body: TryInput,
    answers: { 200: answers.TryAnswer },
    refusals: ['not_practice', 'item_over', 'wrong_try', 'finished'],
    async run({ params, holder, body, env, settings }) {
      const sessions = sessionsOf(env.ATTEMPTS, attemptPace(settings));
      const made = await makeTry({ attemptId: params.id, ...holder, ...body }, sessions);
      const { score, outcome, tryNumber, triesLeft, mastered, ...feedback } = made;
      const message = [tryMessages[feedback.message], ...(feedback.remarks ?? []).map(textOf)].join(' ');
      return {
        status: 200,
        body: { score, outcome, tryNumber, triesLeft, mastered, feedback: { ...feedback, message } },
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/attempts/{id}/result',
    tag: 'Attempts',
    summary: 'The result, as far as review allows just now; staff see everything',
    access: checkedByVerb('attempts:read'),
    params: IdParams,
    answers: { 200: answers.ResultAnswer },
    refusals: ['not_finished'],
    async run({ call, params, env }) {
      const { attempt, result, lateOps } = await readResult(call, params.id, sessionsOf(env.ATTEMPTS));
      const body = { attempt: answers.attemptAnswer(attempt), ...result, ...(isStaff(call.actor) && { lateOps }) };
      return { status: 200, body };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/attempts/{id}/ops',
    tag: 'Attempts',
    summary: 'Every op that ever arrived, refused ones with their reason',
    access: readingAtOnce('attempts:manage'),
    params: IdParams,
    query: PageQuery,
    answers: { 200: pageOf(answers.KeptOp) },
    async run({ call, params, query, url, env }) {
      const found = await readOps(call, params.id, query, { sessions: sessionsOf(env.ATTEMPTS), archive: env.ARCHIVE });
      return { status: 200, body: pageAnswer(url, query, found) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/attempts/{id}/reopen',
    tag: 'Attempts',
    summary: 'Open an ended attempt again until now plus the extra seconds',
    access: writing('attempts:manage'),
    params: IdParams,
    body: ExtraTimeInput,
    answers: { 200: z.object({ attempt: answers.Attempt }) },
    refusals: ['not_finished', 'another_open', 'archived', 'conflict'],
    async run({ call, params, body, env }) {
      const input = { attemptId: params.id, extraSeconds: body.extraSeconds };
      const facts = await reopenAttempt(call, input, sessionsOf(env.ATTEMPTS));
      return { status: 200, body: { attempt: answers.attemptAnswer(facts) } };
    },
  }),
];

/** The rungs of the ladder in plain words, for programs that show the API's own. */
/** The words of a text that is HTML. */
const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();

const tryMessages = {
  right: 'Right.',
  try_again: 'Not right yet. Try again.',
  hint: 'Not right yet. Read the hint, then try again.',
  solution: 'Not right. Read the solution.',
  unscorable: 'This cannot be read as an answer.',
} as const;
