import * as z from 'zod';
import {
  type Endpoint,
  endpoint,
  everyRole,
  IdParams,
  NoInput,
  reading,
  readingAsStaff,
  staffRoles,
  theAttempt,
  writing,
  writingCheckedByVerb,
} from '../http/index.ts';
import { signAttemptToken } from '../identity/index.ts';
import { isStaff } from '../lib/call.ts';
import { iso } from '../lib/instant.ts';
import { PageQuery, pageAnswer, pageOf } from '../lib/paging.ts';
import * as answers from './answers.ts';
import { listAssessments, publicSettings, requireAssessment, staffView } from './assessments.ts';
import { listAttempts, listMyAttempts, stateAt } from './attempts.ts';
import { createAssessment } from './create-assessment.ts';
import { addExtraTime, setAccommodation } from './give-time.ts';
import {
  AssessmentsQuery,
  CreateAssessmentInput,
  ExtraTimeInput,
  MyAttemptsQuery,
  PreviewQuery,
  RecordOpsInput,
  SetAccommodationInput,
  SubmitInput,
  TryInput,
  UpdateAssessmentInput,
} from './input.ts';
import { drawForStaff, publishAssessment } from './publish-assessment.ts';
import { readForStudent } from './read-assessment.ts';
import { readOps } from './read-ops.ts';
import { readResult } from './read-result.ts';
import { reopenAttempt } from './reopen-attempt.ts';
import { keyOf } from './review.ts';
import type { SessionView } from './session-rpc.ts';
import { sessionsOf } from './sessions.ts';
import { makeTry, recordOps, submitAttempt, takeOver, viewAttempt } from './sit-attempt.ts';
import { startAttempt } from './start-attempt.ts';
import { updateAssessment } from './update-assessment.ts';

const tag = 'Assessments';
const DAY_MS = 24 * 3600 * 1000;

/** CONTRACT "Identity": good for this attempt until its end plus a day, 30 days where there is no end. */
export function tokenFor(env: Env, { attempt }: SessionView, now: number): Promise<string> {
  const expiresAt = attempt.endsAt === null ? now + 30 * DAY_MS : Math.max(attempt.endsAt, now) + DAY_MS;
  return signAttemptToken(env.ACCESS_TOKEN_KEY, { userId: attempt.userId, attemptId: attempt.id, expiresAt }, now);
}

const definitions = [
  endpoint({
    method: 'post',
    path: '/api/v1/assessments',
    tag,
    summary: 'Make an assessment, unpublished',
    access: writing(staffRoles),
    body: CreateAssessmentInput,
    answers: { 201: answers.StaffAssessment },
    creates: true,
    run: async ({ call, body }) => ({ status: 201, body: await createAssessment(call, body) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/assessments',
    tag,
    summary: 'Assessments: staff their own and of their courses, students those published for them',
    access: reading(everyRole),
    query: AssessmentsQuery,
    answers: { 200: pageOf(answers.ListedAssessment) },
    async run({ call, query, url }) {
      const { count, results } = await listAssessments(call.db, call.actor, query);
      const listed = results.map((found) => ({
        ...publicSettings(found),
        published: found.assessment.publishedAt !== null,
      }));
      return { status: 200, body: pageAnswer(url, query, { count, results: listed }) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/assessments/{id}',
    tag,
    summary: 'One assessment; a student also sees where they stand and when it would end if started now',
    access: reading(everyRole),
    params: IdParams,
    answers: { 200: z.union([answers.StudentAssessment, answers.StaffAssessment]) },
    async run({ call, params }) {
      if (!isStaff(call.actor)) return { status: 200, body: (await readForStudent(call, params.id)).view };
      return { status: 200, body: staffView(await requireAssessment(call.db, call.actor, params.id)) };
    },
  }),
  endpoint({
    method: 'patch',
    path: '/api/v1/assessments/{id}',
    tag,
    summary: 'Change the settings that are named; a later closing time reaches open attempts at once',
    access: writing(staffRoles),
    params: IdParams,
    body: UpdateAssessmentInput,
    answers: { 200: answers.StaffAssessment },
    run: async ({ call, params, body, env }) => ({
      status: 200,
      body: await updateAssessment(call, { ...body, id: params.id }, sessionsOf(env.ATTEMPTS)),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/assessments/{id}/publish',
    tag,
    summary: 'Publish, if every section can be filled',
    access: writing(staffRoles),
    params: IdParams,
    body: NoInput,
    answers: { 200: answers.StaffAssessment },
    refusals: ['cannot_fill'],
    run: async ({ call, params, env }) => ({ status: 200, body: await publishAssessment(call, params, env.BANKS) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/assessments/{id}/preview',
    tag,
    summary: 'A drawn paper with its keys, for staff; no attempt is stored',
    access: readingAsStaff,
    params: IdParams,
    query: PreviewQuery,
    answers: { 200: z.object({ seed: z.string(), items: z.array(answers.PaperItem.extend({ key: z.unknown() })) }) },
    refusals: ['cannot_fill'],
    async run({ call, params, query, env }) {
      const seed = query.seed ?? crypto.randomUUID();
      const { items } = await drawForStaff(call, { id: params.id, seed }, env.BANKS);
      return { status: 200, body: { seed, items: items.map(({ shown, item }) => ({ ...shown, key: keyOf(item) })) } };
    },
  }),
  endpoint({
    method: 'put',
    path: '/api/v1/assessments/{id}/accommodations/{userId}',
    tag,
    summary: "Set one student's own terms; they reach an open attempt at once",
    access: writing(staffRoles),
    params: z.strictObject({ id: z.string(), userId: z.string() }),
    body: SetAccommodationInput,
    answers: { 200: SetAccommodationInput },
    run: async ({ call, params, body, env }) => ({
      status: 200,
      body: await setAccommodation(
        call,
        { ...body, assessmentId: params.id, userId: params.userId },
        sessionsOf(env.ATTEMPTS),
      ),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/assessments/{id}/extra-time',
    tag,
    summary: 'More time for every attempt that is open now, as after a power cut',
    access: writing(staffRoles),
    params: IdParams,
    body: ExtraTimeInput,
    answers: { 200: z.object({ attempts: z.int() }) },
    run: async ({ call, params, body, env }) => ({
      status: 200,
      body: await addExtraTime(call, { ...body, assessmentId: params.id }, sessionsOf(env.ATTEMPTS)),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/assessments/{id}/attempts',
    tag,
    summary: 'The attempts at an assessment',
    access: readingAsStaff,
    params: IdParams,
    query: PageQuery,
    answers: { 200: pageOf(answers.ListedAttempt) },
    async run({ call, params, query, url }) {
      const { count, results } = await listAttempts(call, params.id, query);
      const listed = results.map(({ attempt, result, user }) => ({
        id: attempt.id,
        user,
        number: attempt.number,
        state: stateAt(attempt, call.now),
        startedAt: iso(attempt.startedAt),
        endsAt: iso(attempt.endsAt),
        finishedAt: iso(attempt.finishedAt),
        ...(result && {
          score: { given: result.given, maximum: result.maximum },
          percent: result.percent,
          passed: result.passed,
          lateOps: result.lateOps,
        }),
      }));
      return { status: 200, body: pageAnswer(url, query, { count, results: listed }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/assessments/{id}/attempts',
    tag,
    summary: 'Start an attempt, or resume the open one',
    access: writingCheckedByVerb(['student']),
    params: IdParams,
    body: NoInput,
    answers: { 200: answers.AttemptView, 201: answers.AttemptView },
    refusals: ['not_open', 'closed', 'no_attempts_left', 'cannot_fill', 'conflict'],
    creates: true,
    async run({ call, params, env }) {
      const reach = { sessions: sessionsOf(env.ATTEMPTS), banks: env.BANKS };
      const { isNew, view } = await startAttempt(call, { assessmentId: params.id }, reach);
      return { status: isNew ? 201 : 200, body: answers.viewAnswer(view, await tokenFor(env, view, call.now)) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/me/attempts',
    tag,
    summary: 'My attempts, newest first',
    access: reading(['student']),
    query: MyAttemptsQuery,
    answers: { 200: pageOf(answers.MyAttempt) },
    async run({ call, query, url, env }) {
      const { count, results } = await listMyAttempts(call, query, sessionsOf(env.ATTEMPTS));
      const listed = results.map(({ attempt, assessment, state, endsAt, items, answered }) => ({
        attemptId: attempt.id,
        assessmentId: assessment.id,
        title: assessment.title,
        state,
        startedAt: iso(attempt.startedAt),
        endsAt: iso(endsAt),
        items,
        answered,
      }));
      return { status: 200, body: pageAnswer(url, query, { count, results: listed }) };
    },
  }),
];

const sitting = [
  endpoint({
    method: 'get',
    path: '/api/v1/attempts/{id}',
    tag: 'Attempts',
    summary: 'The attempt: paper, responses, time left',
    access: theAttempt,
    params: IdParams,
    answers: { 200: answers.AttemptView },
    async run({ call, params, holder, env }) {
      const view = await viewAttempt({ attemptId: params.id, ...holder }, sessionsOf(env.ATTEMPTS), env.ARCHIVE);
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
    async run({ params, holder, body, env }) {
      const receipt = await recordOps({ attemptId: params.id, ...holder, ...body }, sessionsOf(env.ATTEMPTS));
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
    run: async ({ params, holder, env }) => ({
      status: 200,
      body: await takeOver({ attemptId: params.id, ...holder }, sessionsOf(env.ATTEMPTS)),
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
    async run({ call, params, holder, body, env }) {
      const { attempt, result } = await submitAttempt(
        call,
        { attemptId: params.id, ...holder, ...body },
        sessionsOf(env.ATTEMPTS),
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
    async run({ params, holder, body, env }) {
      const made = await makeTry({ attemptId: params.id, ...holder, ...body }, sessionsOf(env.ATTEMPTS));
      const { score, outcome, tryNumber, triesLeft, mastered, ...feedback } = made;
      const message = tryMessages[feedback.message];
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
    access: { ...reading(everyRole), live: 'by the verb' },
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
    access: readingAsStaff,
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
    access: writing(staffRoles),
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
const tryMessages = {
  right: 'Right.',
  try_again: 'Not right yet. Try again.',
  hint: 'Not right yet. Read the hint, then try again.',
  solution: 'Not right. Read the solution.',
  unscorable: 'This cannot be read as an answer.',
} as const;

export const assessmentsEndpoints: readonly Endpoint[] = [...definitions, ...sitting];
