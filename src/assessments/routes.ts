import * as z from 'zod';
import {
  checkedByVerb,
  type Endpoint,
  endpoint,
  IdParams,
  NoInput,
  reading,
  readingAtOnce,
  writing,
} from '../http/index.ts';
import { shareEndpoints } from '../items/index.ts';
import { isStaff } from '../lib/call.ts';
import { iso } from '../lib/instant.ts';
import { PageQuery, pageAnswer, pageOf } from '../lib/paging.ts';
import * as answers from './answers.ts';
import { listAssessments, publicSettings, requireAssessment, staffView } from './assessments.ts';
import { attemptEndpoints } from './attempt-routes.ts';
import { listAttempts, listMyAttempts, stateAt } from './attempts.ts';
import { createAssessment } from './create-assessment.ts';
import { addExtraTime, setAccommodation } from './give-time.ts';
import { gradesEndpoints } from './grades-routes.ts';
import {
  AssessmentsQuery,
  CreateAssessmentInput,
  ExtraTimeInput,
  MyAttemptsQuery,
  PreviewQuery,
  SetAccommodationInput,
  UpdateAssessmentInput,
} from './input.ts';
import { drawForStaff, publishAssessment } from './publish-assessment.ts';
import { readForStudent } from './read-assessment.ts';
import { keyOf } from './review.ts';
import { sessionsOf } from './sessions.ts';
import { assessmentSharing } from './share-assessment.ts';
import { startAttempt } from './start-attempt.ts';
import { tokenFor } from './token-for.ts';
import { updateAssessment } from './update-assessment.ts';

const tag = 'Assessments';

const definitions = [
  endpoint({
    method: 'post',
    path: '/api/v1/assessments',
    tag,
    summary: 'Make an assessment, unpublished',
    access: writing('assessments:write'),
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
    access: reading('assessments:read'),
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
    access: reading('assessments:read'),
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
    access: writing('assessments:write'),
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
    access: writing('assessments:write'),
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
    access: readingAtOnce('assessments:write'),
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
    access: writing('attempts:manage'),
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
    access: writing('attempts:manage'),
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
    access: readingAtOnce('attempts:manage'),
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
    access: checkedByVerb('attempts:sit'),
    params: IdParams,
    body: NoInput,
    answers: { 200: answers.AttemptView, 201: answers.AttemptView },
    refusals: ['not_open', 'closed', 'no_attempts_left', 'cannot_fill', 'conflict'],
    creates: true,
    async run({ call, params, env, defer }) {
      const poke = (eventId: string) => defer(env.JOBS.send({ job: 'react', eventId }));
      const reach = { sessions: sessionsOf(env.ATTEMPTS), banks: env.BANKS, poke };
      const { isNew, view } = await startAttempt(call, { assessmentId: params.id }, reach);
      return { status: isNew ? 201 : 200, body: answers.viewAnswer(view, await tokenFor(env, view, call.now)) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/me/attempts',
    tag,
    summary: 'My attempts, newest first',
    access: reading('attempts:sit'),
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

const shares = shareEndpoints(
  { at: '/api/v1/assessments', tag: 'Assessments', what: 'an assessment', permission: 'assessments:write' },
  assessmentSharing,
);

export const assessmentsEndpoints: readonly Endpoint[] = [
  ...definitions,
  ...shares,
  ...gradesEndpoints,
  ...attemptEndpoints,
];
