import { Hono } from 'hono';
import type { AppEnv } from '../http/index.ts';
import { findViewer } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import { invalidQuestions, questionsOf, readPage, readQuestion } from './form-responses.ts';
import { FinishPage } from './pages/finish-page.tsx';
import { saveForm, seePaper } from './paper.ts';
import { backToPaper, handIn, readHeldForm, sessionsFor, showPaper, toResult, turns } from './paper-routes.tsx';
import { isOver, newlyChosen, readCheck, untriedQuestions } from './practice-form.ts';
import { makeTry } from './sit-attempt.ts';
import { tokenFor } from './token-for.ts';

/** The form of a practice, opened by the attempt's token alone as those of an exam's paper. */
export const practicePages = new Hono<AppEnv>({ strict: false });

practicePages.post('/attempts/:id/try', async (c) => {
  const { mine, fields, epoch, number } = await readHeldForm(c);
  const words = wordsFor(localeOf(c));
  const sessions = sessionsFor(c);
  const view = await seePaper(mine, sessions);
  if (view?.attempt.state !== 'open') return toResult(c, mine.attemptId);
  if (view.attempt.behaviour !== 'practice') throw new DomainError('not_practice');
  const current = readPage(fields.page?.[0], view.items.length);
  const questions = questionsOf(view.items, current);

  const responses = newlyChosen(view, questions, fields, { epoch, seq: number('seq') });
  if (Object.keys(responses).length > 0) {
    await saveForm({ ...mine, epoch: view.attempt.epoch, responses, flags: {} }, sessions);
  }
  const open = questions.filter(({ item }) => !isOver(view, item.id));
  const problems = new Map(invalidQuestions(open, fields).map((invalid) => [invalid, words('paperInvalid')]));

  const check = readCheck(fields.check?.[0]);
  const checked = check && questions.find((one) => one.number === check.number);
  if (check && !checked) throw new DomainError('invalid', 'There is no such question on this page');
  if (checked) {
    try {
      const response = readQuestion(checked, fields);
      await makeTry({ ...mine, itemId: checked.item.id, response, tryNumber: check.tryNumber }, sessions);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'finished') return toResult(c, mine.attemptId);
      if (error.code === 'invalid') problems.set(checked.number, words('practiceUnreadable'));
      // A page from before another try: the paper shows where the question stands now.
      else if (error.code !== 'item_over' && error.code !== 'wrong_try') throw error;
    }
  }
  if (problems.size > 0) {
    const now = await seePaper(mine, sessions);
    const viewer = await findViewer(c, mine.userId);
    if (now?.attempt.state !== 'open') return toResult(c, mine.attemptId);
    return await showPaper(c, now, current, viewer, { untaken: { fields, problems } });
  }
  if (checked) return await backToPaper(c, mine, current, { question: checked.number }, sessions);

  const go = fields.go?.[0] ?? '';
  if (go === 'finish') {
    const now = await seePaper(mine, sessions);
    const untried = now ? untriedQuestions(now) : [];
    if (now?.attempt.state !== 'open' || untried.length === 0) {
      return await handIn(c, mine, view.attempt.epoch, sessions);
    }
    const token = await tokenFor(c.env, now, c.var.now);
    return page(
      c,
      { title: words('practiceFinishAsk'), viewer: await findViewer(c, mine.userId) },
      <FinishPage words={words} view={now} token={token} page={current} untried={untried} />,
    );
  }
  const next = readPage(String(current + (turns[go] ?? 0)), view.items.length);
  return await backToPaper(c, mine, next, { saved: view.attempt.serverTime }, sessions);
});
