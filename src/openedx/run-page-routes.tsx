import { Hono } from 'hono';
import { requireTaughtCourse } from '../courses/index.ts';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { pageCall, readForm } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { PageQuery, pageAnswer } from '../lib/paging.ts';
import { frameOf, page, tryForm } from '../ui/index.ts';
import { keysNamed } from './change-line.tsx';
import { enqueueSync } from './enqueue-sync.ts';
import { nodeTitles } from './node-titles.ts';
import { runPath } from './paths.ts';
import { confirmRun, retryRun } from './request-sync.ts';
import { type Obstacle, type Refusal, RunListPage, RunPage } from './run-pages.tsx';
import { keysInError } from './run-telling.tsx';
import { runTimes } from './run-times.ts';
import { listRuns, MOST_SKIPPED, readRun } from './runs.ts';
import { undoRun } from './undo-run.ts';

/** `/staff/runs` and the runs of a course: what a sync did, and what can be done about it. */
export const runPages = new Hono<AppEnv>({ strict: false });

const PAGE_SIZE = 50;
const REFRESH_SECONDS = 5;

const pageQueryOf = (c: AppContext) =>
  validate(PageQuery, { page: c.req.query('page') ?? '1', pageSize: PAGE_SIZE }, '/query');

runPages.get('/staff/courses/:courseKey/runs', async (c) => {
  const { words, viewer } = frameOf(c);
  const courseKey = c.req.param('courseKey');
  const [call, query] = [pageCall(c), pageQueryOf(c)];
  const [{ title }, runs] = await Promise.all([requireTaughtCourse(call, courseKey), listRuns(call, courseKey, query)]);
  return page(
    c,
    { title: words('syncHistory', { title }), viewer },
    <RunListPage
      words={words}
      courseKey={courseKey}
      courseTitle={title}
      runs={pageAnswer(new URL(c.req.url), query, runs)}
    />,
  );
});

async function showRun(c: AppContext, id: string, refusal?: Refusal) {
  const { words, viewer, csrf } = frameOf(c);
  const [call, query] = [pageCall(c), pageQueryOf(c)];
  const { run, courseKey, changes, skipped } = await readRun(call, id, query);
  const usageKeys = [
    ...changes.results.flatMap(keysNamed),
    ...keysInError(run.error),
    ...(refusal?.kind === 'later' ? refusal.obstacles.map(({ usageKey }) => usageKey) : []),
  ];
  const [{ title }, titles] = await Promise.all([
    requireTaughtCourse(call, courseKey),
    nodeTitles(call.db, { courseId: run.courseId, runId: run.id, usageKeys }),
  ]);
  const isUnderWay = run.state === 'pending' || run.state === 'running';
  return page(
    c,
    {
      title: words('syncOne', { title }),
      viewer,
      status: refusal ? 409 : 200,
      // The answer to a form is not loaded again: it would be sent again.
      refreshSeconds: isUnderWay && !refusal ? REFRESH_SECONDS : undefined,
    },
    <RunPage
      words={words}
      csrf={csrf}
      courseKey={courseKey}
      courseTitle={title}
      run={run}
      titles={titles}
      now={call.now}
      changes={pageAnswer(new URL(runPath(id), c.req.url), query, changes)}
      skipped={skipped}
      isSkippedCut={skipped.length === MOST_SKIPPED}
      refusal={refusal}
    />,
  );
}

runPages.get('/staff/runs/:id', (c) => showRun(c, c.req.param('id')));

/** Runs the verb of a button and goes to the run that came of it, which is put on its queue where it is to be worked on. */
async function act(
  c: AppContext,
  verb: (...given: Parameters<typeof undoRun>) => Promise<{ runId: string }>,
  { isQueued }: { isQueued: boolean },
) {
  await readForm(c);
  const id = c.req.param('id') ?? '';
  const call = pageCall(c);
  const done = await tryForm(['conflict', 'later_changes'], () => verb(call, id));
  if (!(done instanceof DomainError)) {
    if (isQueued) await enqueueSync(c.env.SYNCS, done.runId, call.now, call.now);
    return c.redirect(runPath(done.runId), 303);
  }
  if (done.code === 'conflict') return await showRun(c, id, { kind: 'meanwhile' });
  const told = (done.more.errors ?? []) as unknown as Omit<Obstacle, 'endedAt'>[];
  const times = await runTimes(call.db, [...new Set(told.map(({ runId }) => runId))]);
  const obstacles = told.map((one) => ({ ...one, endedAt: times.get(one.runId) ?? null }));
  return await showRun(c, id, { kind: 'later', obstacles });
}

/** Where the answer to a form is looked at again, in another language or after a new sign-in. */
runPages.get('/staff/runs/:id/:action{confirm|retry|undo}', (c) => c.redirect(runPath(c.req.param('id')), 303));
runPages.post('/staff/runs/:id/confirm', (c) => act(c, confirmRun, { isQueued: true }));
runPages.post('/staff/runs/:id/retry', (c) => act(c, retryRun, { isQueued: true }));
runPages.post('/staff/runs/:id/undo', (c) => act(c, undoRun, { isQueued: false }));
