import { Hono } from 'hono';
import { connect } from '../db/index.ts';
import { type AppContext, type AppEnv, attemptPace, type Viewer } from '../http/index.ts';
import { findViewer, pageCall, pageGuard, readAttemptForm } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import {
  differences,
  type Fields,
  fillQuestions,
  invalidQuestions,
  postedFields,
  questionsOf,
  readPage,
  readQuestions,
} from './form-responses.ts';
import { HandInPage } from './pages/hand-in-page.tsx';
import { HandedInPage, LatePage, StalePage } from './pages/not-saved-pages.tsx';
import { PaperPage } from './pages/paper-page.tsx';
import { PracticePage, type Untaken } from './pages/practice-page.tsx';
import { openPaper, saveForm, seePaper } from './paper.ts';
import type { SessionView } from './session-rpc.ts';
import { type Sessions, sessionsOf } from './sessions.ts';
import { submitAttempt } from './sit-attempt.ts';
import { studentsOnly } from './students-only.ts';
import { tokenFor } from './token-for.ts';

/*
 * The paper. Reading it asks for a sign-in; every form on it is opened by the attempt's token alone, so
 * these routes save first and only then ask who is signed in, to know what to answer.
 */

export const paperPages = new Hono<AppEnv>({ strict: false });

type Holder = { attemptId: string; userId: string };

/** What is shown instead of what stands at school, or about it. */
type Remarks = { fields?: Fields; invalid?: readonly number[]; savedAt?: number | undefined; untaken?: Untaken };

/** Of one request: the first thing it asks of the object is counted, the rest is not. */
export const sessionsFor = (c: AppContext) => sessionsOf(c.env.ATTEMPTS, attemptPace(c.var.settings));
export const toResult = (c: AppContext, attemptId: string) => c.redirect(`/attempts/${attemptId}/result`, 303);

export async function showPaper(
  c: AppContext,
  view: SessionView,
  number: number,
  viewer?: Viewer,
  remarks: Remarks = {},
) {
  const words = wordsFor(localeOf(c));
  const { attempt, items, responses, flagged } = view;
  const token = await tokenFor(c.env, view, c.var.now);
  const {
    fields = fillQuestions(questionsOf(items, number), responses, flagged),
    invalid = [],
    savedAt,
    untaken,
  } = remarks;
  const status = invalid.length > 0 || untaken ? 400 : 200;
  const parts = { words, view, token, page: number };
  return attempt.behaviour === 'practice'
    ? page(c, { title: attempt.title, viewer, status }, <PracticePage {...parts} savedAt={savedAt} untaken={untaken} />)
    : page(
        c,
        { title: attempt.title, viewer, status, script: 'paper.js' },
        <PaperPage {...parts} fields={fields} invalid={invalid} savedAt={savedAt} />,
      );
}

/**
 * Opens the paper to write on; HEAD only looks. Undefined when there is nothing to write on: finished, archived, somebody
 * else's.
 */
async function openToWrite(c: AppContext, mine: Holder, sessions = sessionsFor(c)): Promise<SessionView | undefined> {
  const seen = c.req.method === 'HEAD' ? await seePaper(mine, sessions) : await openPaper(mine, sessions);
  return seen?.attempt.state === 'open' ? seen : undefined;
}

/** The instant of the save that led here, if it can be one. */
function savedAtOf(c: AppContext, { startedAt, serverTime }: SessionView['attempt']): number | undefined {
  const at = Number(c.req.query('saved'));
  return at >= startedAt && at <= serverTime ? at : undefined;
}

paperPages.get('/attempts/:id', pageGuard, studentsOnly, async (c) => {
  // A page fetched ahead would take the pen from the page the student writes on. Browsers take this for "ask again then".
  if (/\bprefetch\b/.test(c.req.header('sec-purpose') ?? c.req.header('purpose') ?? '')) {
    return c.text('', 503, { 'cache-control': 'no-store' });
  }
  const attemptId = c.req.param('id');
  const view = await openToWrite(c, { attemptId, userId: pageCall(c).actor.userId });
  if (!view) return toResult(c, attemptId);
  const number = readPage(c.req.query('page'), view.items.length);
  return await showPaper(c, view, number, c.var.viewer, { savedAt: savedAtOf(c, view.attempt) });
});

for (const path of ['save', 'submit', 'try']) {
  // Where a language was changed or a page reloaded after a form.
  paperPages.get(`/attempts/:id/${path}`, (c) => c.redirect(`/attempts/${c.req.param('id')}`, 303));
}

/** What every form of an attempt says about itself. */
export async function readHeldForm(c: AppContext) {
  const { userId, form } = await readAttemptForm(c);
  const fields = postedFields(form);
  const number = (name: string) => (/^\d{1,9}$/.test(fields[name]?.[0] ?? '') ? Number(fields[name]?.[0]) : 0);
  return { mine: { attemptId: c.req.param('id') ?? '', userId }, fields, epoch: number('epoch'), number };
}

/** Leads to the paper, or shows it at once where nobody is signed in who could be led. */
export async function backToPaper(
  c: AppContext,
  mine: Holder,
  number: number,
  to: { saved?: number; question?: number } = {},
  sessions = sessionsFor(c),
) {
  const viewer = await findViewer(c, mine.userId);
  if (viewer) {
    const query = new URLSearchParams({
      page: String(number),
      ...(to.saved !== undefined && { saved: String(to.saved) }),
    });
    return c.redirect(`/attempts/${mine.attemptId}?${query}${to.question ? `#q${to.question}` : ''}`, 303);
  }
  const view = await openToWrite(c, mine, sessions);
  return view ? await showPaper(c, view, number, viewer, { savedAt: to.saved }) : toResult(c, mine.attemptId);
}

/** "Back to the paper" and "Continue here". */
paperPages.post('/attempts/:id', async (c) => {
  const { mine, number } = await readHeldForm(c);
  return await backToPaper(c, mine, Math.max(1, number('page')));
});

async function showStale(c: AppContext, mine: Holder, view: SessionView, number: number, fields?: Fields) {
  const words = wordsFor(localeOf(c));
  const questions = questionsOf(view.items, number);
  return page(
    c,
    { title: words('staleTitle'), status: 409, viewer: await findViewer(c, mine.userId) },
    <StalePage
      words={words}
      attempt={view.attempt}
      count={view.items.length}
      differing={fields ? differences(questions, fields, view.responses) : []}
      token={await tokenFor(c.env, view, c.var.now)}
      page={number}
    />,
  );
}

/** Shows what is unanswered and flagged before handing in, and asks once more. */
async function showConfirm(c: AppContext, mine: Holder, epoch: number, number: number, sessions: Sessions) {
  const view = await seePaper(mine, sessions);
  if (view?.attempt.state !== 'open') return toResult(c, mine.attemptId);
  const words = wordsFor(localeOf(c));
  return page(
    c,
    { title: words('confirmTitle'), viewer: await findViewer(c, mine.userId) },
    <HandInPage words={words} view={view} token={await tokenFor(c.env, view, c.var.now)} epoch={epoch} page={number} />,
  );
}

/** Buttons that save and turn the page. */
export const turns: Readonly<Record<string, number>> = { next: 1, back: -1 };

paperPages.post('/attempts/:id/save', async (c) => {
  const { mine, fields, epoch, number } = await readHeldForm(c);
  const sessions = sessionsFor(c);
  const view = await seePaper(mine, sessions);
  if (!view) return toResult(c, mine.attemptId);
  const current = readPage(fields.page?.[0], view.items.length);
  const questions = questionsOf(view.items, current);

  const saved = await saveForm({ ...mine, epoch, ...readQuestions(questions, fields) }, sessions);
  if (saved.kind === 'stale_epoch') return await showStale(c, mine, view, current, fields);
  const { state, serverTime } = saved.receipt;
  if (state !== 'open') {
    const differing = differences(questions, fields, view.responses);
    if (differing.length === 0) return toResult(c, mine.attemptId);
    const words = wordsFor(localeOf(c));
    const isLate = saved.receipt.refused.some(({ reason }) => reason === 'late');
    const parts = {
      words,
      title: words(isLate ? 'lateTitle' : 'afterTitle'),
      attempt: view.attempt,
      count: view.items.length,
    };
    return page(
      c,
      { title: parts.title, viewer: await findViewer(c, mine.userId) },
      <LatePage {...parts} differing={differing} />,
    );
  }

  const invalid = invalidQuestions(questions, fields);
  if (invalid.length > 0) {
    const opened = await openToWrite(c, mine, sessions);
    const viewer = await findViewer(c, mine.userId);
    return opened ? await showPaper(c, opened, current, viewer, { fields, invalid }) : toResult(c, mine.attemptId);
  }
  const go = fields.go?.[0] ?? '';
  if (go === 'hand-in') return await showConfirm(c, mine, epoch, current, sessions);
  const turned = current + (turns[go] ?? 0);
  const next = readPage(String(turned), view.items.length);
  return await backToPaper(c, mine, next, { saved: serverTime, question: number('go') }, sessions);
});

/** Ends the attempt, and leads to its result whoever may see it. */
export async function handIn(c: AppContext, mine: Holder, epoch: number, sessions: Sessions) {
  const call = { db: connect(c.env.DB, c.var.trips), now: c.var.now };
  try {
    const { attempt } = await submitAttempt(call, { ...mine, epoch }, sessions);
    if (await findViewer(c, mine.userId)) return toResult(c, mine.attemptId);
    const words = wordsFor(localeOf(c));
    return page(c, { title: words('finishedTitle') }, <HandedInPage words={words} attempt={attempt} />);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === 'not_found') return toResult(c, mine.attemptId);
    const view = error.code === 'stale_epoch' ? await seePaper(mine, sessions) : undefined;
    if (!view) throw error;
    return await showStale(c, mine, view, 1);
  }
}

paperPages.post('/attempts/:id/submit', async (c) => {
  const { mine, epoch } = await readHeldForm(c);
  return await handIn(c, mine, epoch, sessionsFor(c));
});
