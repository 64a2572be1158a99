import * as z from 'zod';
import {
  type Endpoint,
  type EndpointRequest,
  endpoint,
  IdParams,
  NoInput,
  readingAtOnce,
  writing,
} from '../http/index.ts';
import type { ErrorCode } from '../lib/errors.ts';
import { iso } from '../lib/instant.ts';
import { PageQuery, pageAnswer, pageOf } from '../lib/paging.ts';
import type { Run } from './claim-run.ts';
import { type Counts, changeOps } from './diff-outline.ts';
import { enqueueSync } from './enqueue-sync.ts';
import { confirmRun, requestSync, retryRun } from './request-sync.ts';
import { listRuns, readRun } from './runs.ts';
import { undoRun } from './undo-run.ts';
import { runCauses, runStates } from './words.ts';

const Change = z.looseObject({ op: z.enum(changeOps), usageKey: z.string() });
const RunAnswer = z.object({
  id: z.string(),
  courseKey: z.string(),
  cause: z.enum(runCauses),
  state: z.enum(runStates),
  attempts: z.int(),
  counts: z.record(z.enum(changeOps), z.int()),
  error: z.string().optional(),
  publishedVersion: z.string().nullable(),
  undoes: z.string().optional(),
  undoneBy: z.string().optional(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
const SkippedAnswer = z.object({ usageKey: z.string(), reason: z.string() });
const Asked = z.object({ runId: z.string() });

const none: Counts = { added: 0, removed: 0, renamed: 0, moved: 0, reordered: 0, field: 0 };

/** Failures are counted as they come; one that has begun has been tried at least once. */
function attemptsOf({ attempts, startedAt, state }: Run): number {
  if (startedAt === null) return attempts;
  return state === 'failed' ? Math.max(1, attempts) : attempts + 1;
}

const runAnswer = (run: Run, courseKey: string) => ({
  id: run.id,
  courseKey,
  cause: run.cause,
  state: run.state,
  attempts: attemptsOf(run),
  counts: run.counts ?? none,
  ...(run.error !== null && { error: run.error }),
  publishedVersion: run.publishedVersion,
  ...(run.undoes !== null && { undoes: run.undoes }),
  ...(run.undoneBy !== null && { undoneBy: run.undoneBy }),
  createdAt: iso(run.createdAt),
  startedAt: iso(run.startedAt),
  finishedAt: iso(run.finishedAt),
});

const CourseParams = z.strictObject({ courseKey: z.string() });
const tag = 'Open edX';

type Steering = EndpointRequest<ReturnType<typeof writing>, typeof IdParams, undefined, typeof NoInput>;

/** What staff may do with a run; each answers the run to look at. */
const steering = (
  what: string,
  summary: string,
  steer: (request: Steering) => Promise<{ runId: string }>,
  refusals: ErrorCode[] = [],
): Endpoint =>
  endpoint({
    method: 'post',
    path: `/api/v1/sync-runs/{id}/${what}`,
    tag,
    summary,
    access: writing('platforms:write'),
    params: IdParams,
    body: NoInput,
    answers: { 202: Asked },
    refusals: ['conflict', ...refusals],
    creates: true,
    run: async (request) => ({ status: 202, body: await steer(request) }),
  });

export const runEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/v1/courses/{courseKey}/sync',
    tag,
    summary: 'Sync a followed course now, whatever version was seen last',
    access: writing('platforms:write'),
    params: CourseParams,
    body: NoInput,
    answers: { 202: Asked },
    refusals: ['conflict'],
    creates: true,
    async run({ call, params, env }) {
      const asked = await requestSync(call, params.courseKey);
      await enqueueSync(env.SYNCS, asked.runId, call.now, call.now);
      return { status: 202, body: asked };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/courses/{courseKey}/sync-runs',
    tag,
    summary: 'The syncs of a course, newest first',
    access: readingAtOnce('platforms:read'),
    params: CourseParams,
    query: PageQuery,
    answers: { 200: pageOf(RunAnswer) },
    async run({ call, params, query, url }) {
      const { count, results } = await listRuns(call, params.courseKey, query);
      const runs = results.map(({ run, courseKey }) => runAnswer(run, courseKey));
      return { status: 200, body: pageAnswer(url, query, { count, results: runs }) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/sync-runs/{id}',
    tag,
    summary: 'One sync with a page of its changes; of a held one, what it would change',
    access: readingAtOnce('platforms:read'),
    params: IdParams,
    query: PageQuery,
    answers: { 200: RunAnswer.extend({ changes: pageOf(Change), skipped: z.array(SkippedAnswer) }) },
    async run({ call, params, query, url }) {
      const { run, courseKey, changes, skipped } = await readRun(call, params.id, query);
      return {
        status: 200,
        body: { ...runAnswer(run, courseKey), changes: pageAnswer(url, query, changes), skipped },
      };
    },
  }),
  steering('confirm', 'Apply what a held sync would change', async ({ call, params, env }) => {
    const asked = await confirmRun(call, params.id);
    await enqueueSync(env.SYNCS, asked.runId, call.now, call.now);
    return asked;
  }),
  steering('retry', 'Try a failed or held sync again', async ({ call, params, env }) => {
    const asked = await retryRun(call, params.id);
    await enqueueSync(env.SYNCS, asked.runId, call.now, call.now);
    return asked;
  }),
  steering(
    'undo',
    'Take back what a sync changed, as a sync of its own',
    ({ call, params }) => undoRun(call, params.id),
    ['later_changes'],
  ),
];
