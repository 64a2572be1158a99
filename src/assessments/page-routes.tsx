import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/index.ts';
import { pageCall, pageGuard, readForm } from '../identity/index.ts';
import { DomainError, type ErrorCode } from '../lib/errors.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import { gradesPages } from './grades-routes.ts';
import { NotFinishedPage, ResultPage } from './pages/result-page.tsx';
import { StartPage } from './pages/start-page.tsx';
import { paperPages } from './paper-routes.tsx';
import { practicePages } from './practice-routes.tsx';
import { readResult } from './read-result.ts';
import { readStart } from './read-start.ts';
import { sessionsOf } from './sessions.ts';
import { startAttempt } from './start-attempt.ts';
import { studentsOnly } from './students-only.ts';

/** The student's pages of assessments and attempts. */
export const assessmentsPages = new Hono<AppEnv>({ strict: false });

/** Refusals of a start that the start page explains by itself. */
const explained: readonly ErrorCode[] = ['not_open', 'closed', 'no_attempts_left'];

async function showStart(c: AppContext, id: string, problem?: 'startCannotFill' | 'startCollided') {
  const words = wordsFor(localeOf(c));
  const call = pageCall(c);
  const start = await readStart(call, id, c.env.BANKS);
  const { viewer } = c.var;
  return page(
    c,
    { title: start.row.title, viewer, status: problem ? 409 : 200 },
    <StartPage
      words={words}
      start={start}
      now={call.now}
      csrf={viewer?.csrf ?? ''}
      problem={problem && words(problem)}
    />,
  );
}

assessmentsPages.get('/assessments/:id', pageGuard, studentsOnly, (c) => showStart(c, c.req.param('id')));
// Where a language was changed, or a page reloaded, after a refused start.
assessmentsPages.get('/assessments/:id/start', (c) => c.redirect(`/assessments/${c.req.param('id')}`, 303));

assessmentsPages.post('/assessments/:id/start', pageGuard, studentsOnly, async (c) => {
  await readForm(c);
  const assessmentId = c.req.param('id');
  const poke = (eventId: string) => c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId }));
  const reach = { sessions: sessionsOf(c.env.ATTEMPTS), banks: c.env.BANKS, poke };
  try {
    const { view } = await startAttempt(pageCall(c), { assessmentId }, reach);
    return c.redirect(`/attempts/${view.attempt.id}`, 303);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (explained.includes(error.code)) return c.redirect(`/assessments/${assessmentId}`, 303);
    if (error.code === 'cannot_fill') return await showStart(c, assessmentId, 'startCannotFill');
    if (error.code === 'conflict') return await showStart(c, assessmentId, 'startCollided');
    throw error;
  }
});

assessmentsPages.get('/attempts/:id/result', pageGuard, studentsOnly, async (c) => {
  const words = wordsFor(localeOf(c));
  const attemptId = c.req.param('id');
  const { viewer } = c.var;
  try {
    const view = await readResult(pageCall(c), attemptId, sessionsOf(c.env.ATTEMPTS));
    const title = words('resultTitle', { title: view.attempt.title });
    return page(c, { title, viewer }, <ResultPage words={words} view={view} />);
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'not_finished')) throw error;
    const title = words('resultNotFinished');
    return page(c, { title, viewer, status: 409 }, <NotFinishedPage words={words} attemptId={attemptId} />);
  }
});

assessmentsPages.route('/', paperPages);
assessmentsPages.route('/', practicePages);
assessmentsPages.route('/', gradesPages);
