import { env } from 'cloudflare:workers';
import { describe, expect, it, test } from 'vitest';
import {
  assessmentProblems,
  changedSettings,
  fillAssessmentForm,
  freshSettings,
  readAssessmentForm,
} from '../../src/assessments/assessment-form.ts';
import type { AssessmentRow } from '../../src/assessments/assessments.ts';
import { CreateAssessmentInput, UpdateAssessmentInput } from '../../src/assessments/input.ts';
import { validate } from '../../src/http/index.ts';
import { hashPassword } from '../../src/identity/index.ts';
import { session } from '../../src/identity/schema.ts';
import { hmac, newSecret, sha256 } from '../../src/lib/crypto.ts';
import { DomainError } from '../../src/lib/errors.ts';
import { newId } from '../../src/lib/ids.ts';
import { fromLocalField, toLocalField, wordsFor } from '../../src/ui/index.ts';
import {
  anAssessment,
  aSittingStudent,
  aUser,
  choices,
  db,
  enrolIn,
  type Somebody,
  set,
  start,
  theApp,
} from '../factories.ts';
import { makeCourse } from '../items/make.ts';
import { hiddenIn } from './a-browser.ts';

const words = wordsFor('en');
const MINUTE = 60_000;

type Fields = Record<string, string>;

/** A browser without JavaScript: it keeps cookies and sends forms. */
function aBrowser(cookies: Fields = {}) {
  const jar = { ...cookies };
  async function go(path: string, form?: Fields, headers: Fields = {}) {
    const cookie = Object.entries(jar)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const response = await theApp.send(form ? 'POST' : 'GET', path, {
      headers: { ...(cookie !== '' && { cookie }), ...headers },
      ...(form && { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar[name] = value;
    }
    const text = (await response.text()).replaceAll('&#39;', "'");
    return { status: response.status, location: response.headers.get('location') ?? '', text };
  }
  return { go };
}

/** The hidden fields of a page, as a browser would send them back; every form carries the same token. */
const hidden = (text: string): Fields =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );

/** Signed in to the pages, without the work of a password. `send` brings the token of the forms. */
async function pagesOf(somebody: Somebody) {
  const secret = newSecret();
  const expiresAt = Date.now() + 3_600_000;
  await db
    .insert(session)
    .values({ secretHash: await sha256(secret), id: newId('session'), userId: somebody.id, createdAt: 1, expiresAt });
  const csrf = await hmac(secret, 'csrf');
  const { go } = aBrowser({ '__Host-ve_session': secret });
  return {
    open: (path: string) => go(path),
    send: (path: string, fields: Fields = {}) => go(path, { csrf, ...fields }),
    go,
  };
}

const aStaffBrowser = async () => {
  const teacher = await aUser('instructor');
  return { teacher, ...(await pagesOf(teacher)) };
};

describe('times of forms', () => {
  test.each([
    ['2026-11-20T14:05', '2026-11-20T12:05:00.000Z'],
    ['2026-11-20 14:05', '2026-11-20T12:05:00.000Z'],
    ['2026-01-01T00:30', '2025-12-31T22:30:00.000Z'],
    ['2028-02-29T23:59:00', '2028-02-29T21:59:00.000Z'],
  ])('%s in Malawi is %s', (text, instant) => {
    expect(fromLocalField(text)).toBe(Date.parse(instant));
    expect(toLocalField(Date.parse(instant))).toBe(text.slice(0, 16).replace(' ', 'T'));
  });

  test.each([
    '',
    'tomorrow',
    '2026-02-31T10:00',
    '2026-11-20',
    '2026-11-20T24:30',
    '2026-13-01T10:00',
    '20/11/2026 14:05',
  ])('%s is none', (text) => expect(fromLocalField(text)).toBeUndefined());
});

describe('the form of an assessment', () => {
  const settings = {
    title: 'Mock',
    timeLimitSeconds: 5,
    opensAt: Date.parse('2026-11-20T12:05:30Z'),
    closesAt: null,
    attemptsAllowed: 0,
    gradingMethod: 'average',
    passMark: 0.55,
    shuffleItems: false,
    sections: [
      { bankId: 'bnk_1', select: 8, tags: ['physics', 'heat'] },
      { title: 'Hard ones', bankId: 'bnk_2', select: { easy: 0, medium: 2, hard: 3 } },
    ],
    review: { score: 'after_submit', correctness: 'never', key: 'after_close', feedback: 'never' },
  } as const;
  const row = settings as unknown as AssessmentRow;
  const parse = (fields: Fields) => validate(UpdateAssessmentInput, readAssessmentForm(fields));

  it('sent back untouched changes nothing, not even the seconds it does not show', () => {
    expect(changedSettings(row, parse(fillAssessmentForm(row)))).toEqual({});
  });

  it('gives only what was changed', () => {
    const fields = { ...fillAssessmentForm(row), closesAt: '2026-12-01T16:00', minutes: '90', shuffleItems: 'on' };
    expect(changedSettings(row, parse(fields))).toEqual({
      closesAt: Date.parse('2026-12-01T14:00:00Z'),
      timeLimitSeconds: 5400,
      shuffleItems: true,
    });
    expect(changedSettings(row, parse({ ...fillAssessmentForm(row), minutes: '', opensAt: '' }))).toEqual({
      timeLimitSeconds: null,
      opensAt: null,
    });
  });

  it('takes out a section that is ticked, and takes in a spare row', () => {
    const fields: Fields = {
      ...fillAssessmentForm(row),
      'sections.0.remove': 'on',
      'sections.3.bankId': 'bnk_3',
      'sections.3.count': '4',
    };
    const { sections } = changedSettings(row, parse(fields));
    expect(sections?.map(({ bankId, select }) => [bankId, select])).toEqual([
      ['bnk_2', { easy: 0, medium: 2, hard: 3 }],
      ['bnk_3', 4],
    ]);
  });

  const complete: Fields = {
    ...fillAssessmentForm(freshSettings),
    title: 'Mock',
    'sections.1.bankId': 'bnk_1',
    'sections.1.count': '5',
  };

  it('of a new one has the defaults of the contract', () => {
    const made = validate(CreateAssessmentInput, { ...readAssessmentForm(complete), behaviour: 'exam' });
    expect(made).toEqual(
      CreateAssessmentInput.parse({ title: 'Mock', behaviour: 'exam', sections: [{ bankId: 'bnk_1', select: 5 }] }),
    );
  });

  test.each<[string, Fields, string]>([
    ['no title', { title: ' ' }, 'title'],
    ['a title too long', { title: 'x'.repeat(201) }, 'title'],
    ['minutes in words', { minutes: 'forty' }, 'minutes'],
    ['no time at all', { minutes: '0' }, 'minutes'],
    ['more than a week', { minutes: '10081' }, 'minutes'],
    ['an opening that is no time', { opensAt: 'Friday' }, 'opensAt'],
    ['a closing on no day', { closesAt: '2026-02-31T10:00' }, 'closesAt'],
    ['half an attempt', { attemptsAllowed: '1.5' }, 'attemptsAllowed'],
    ['no number of attempts', { attemptsAllowed: '' }, 'attemptsAllowed'],
    ['a pass mark over 100', { passMark: '101' }, 'passMark'],
    ['no pass mark', { passMark: '' }, 'passMark'],
    ['a method there is not', { gradingMethod: 'luck' }, 'gradingMethod'],
    ['a review there is not', { 'review.key': 'soon' }, 'review.key'],
    ['no section', { 'sections.1.bankId': '', 'sections.1.count': '' }, 'sections.0.bankId'],
    ['no number of questions', { 'sections.1.count': '' }, 'sections.1.count'],
    ['a number in words', { 'sections.1.count': 'five' }, 'sections.1.count'],
    ['a number and numbers by difficulty', { 'sections.1.easy': '2' }, 'sections.1.count'],
    ['nothing by difficulty', { 'sections.1.count': '', 'sections.1.hard': '0' }, 'sections.1.count'],
    ['too many questions', { 'sections.1.count': '501' }, 'sections.1.count'],
    ['a tag too long', { 'sections.1.tags': `a, ${'x'.repeat(65)}` }, 'sections.1.tags'],
  ])('with %s says so at the control where it is mended', (_name, change, control) => {
    const fields = { ...complete, ...change };
    let refusal: unknown;
    try {
      validate(CreateAssessmentInput, { ...readAssessmentForm(fields), behaviour: 'exam' });
    } catch (error) {
      refusal = error;
    }
    if (!(refusal instanceof DomainError)) throw new Error('it was taken');
    const problems = assessmentProblems(words, fields, refusal);
    expect(Object.keys(problems)).toEqual([control]);
    expect(problems[control]).toMatch(/^[A-Z].*\.$/);
  });

  it('refuses a section without a bank at the row where it stands', () => {
    const fields = { ...complete, 'sections.2.title': 'Later' };
    const refusal = new DomainError('invalid', undefined, {
      errors: [{ pointer: '/sections/1/bankId', message: 'unknown bank' }],
    });
    expect(Object.keys(assessmentProblems(words, fields, refusal))).toEqual(['sections.2.bankId']);
  });
});

describe('a term at the staff desk', () => {
  it('goes from sign-in by question, assessment and preview to a reopened attempt, by forms alone', async () => {
    const email = `${newId('user')}@school.test`;
    const password = 'a long pass phrase';
    const teacher = await aUser('instructor', {
      email,
      passwordHash: await hashPassword(password, env.PASSWORD_PEPPER),
    });
    const { courseKey, courseId } = await makeCourse(teacher.call());
    const student = await aUser('student', { name: 'Thoko Phiri' });
    await enrolIn(courseId, student);
    const { go } = aBrowser();

    // Sign in
    const refused = await go('/staff');
    expect(refused).toMatchObject({ status: 303, location: '/sign-in?next=%2Fstaff' });
    const signIn = await go(refused.location);
    expect(await go('/sign-in', { ...hidden(signIn.text), email, password })).toMatchObject({
      status: 303,
      location: '/staff',
    });
    const desk = await go('/staff');
    expect(desk.text).toContain('Question banks (0)');
    expect(desk.text).toContain('There is no assessment yet.');
    const { csrf = '' } = hidden(desk.text);
    expect(csrf).not.toBe('');

    // A bank with two questions
    const bank = await go('/staff/banks', { csrf, title: 'Numbers', courseKey });
    const question: Fields = {
      csrf,
      prompt: 'What is $1 + 1$?',
      difficulty: 'easy',
      maxScore: '1',
      hint: 'Count on.',
      explanation: 'One more than one.',
      'choices.0.text': 'two',
      'choices.0.correct': 'on',
      'choices.1.text': 'eleven',
      'choices.1.misconception': 'Digits side by side.',
      scoring: 'all_or_nothing',
    };
    for (let made = 0; made < 2; made++)
      expect((await go(`${bank.location}/items/new?type=choice`, question)).status).toBe(303);

    // An assessment
    const blank = await go('/staff/assessments/new');
    expect(blank.text).toContain('Numbers (2)');
    const bankId = bank.location.split('/').at(-1) ?? '';
    const fields = {
      ...fillAssessmentForm(freshSettings),
      ...hidden(blank.text),
      title: 'Mock of two',
      behaviour: 'exam',
      courseKey,
      minutes: '30',
      'sections.0.bankId': bankId,
      'sections.0.count': '2',
    };
    const unclear = await go('/staff/assessments/new', { ...fields, minutes: 'half an hour', title: '<Mock>' });
    expect(unclear.status).toBe(400);
    expect(unclear.text).toMatch(/role="alert"[^]*<a href="#minutes">The time limit is a number of minutes/);
    expect(unclear.text).toContain('value="half an hour"');
    expect(unclear.text).toContain('value="&lt;Mock&gt;"');
    const made = await go('/staff/assessments/new', fields);
    expect(made).toMatchObject({
      status: 303,
      location: expect.stringMatching(/^\/staff\/assessments\/asm_[0-9a-z]{26}\?saved$/),
    });
    expect(await go('/staff/assessments/new', fields), 'a double tap makes one').toEqual(made);
    const path = made.location.replace('?saved', '');

    // Too many questions for the bank: publishing says where
    expect((await go(path, { ...fields, 'sections.0.count': '3' })).location).toBe(`${path}?saved`);
    const short = await go(`${path}/publish`, { csrf });
    expect(short.status).toBe(409);
    expect(short.text).toContain(
      '<a href="#sections.0.count">The bank of this section has too few such questions.</a>',
    );
    expect((await go(`${path}/preview?seed=1`)).status).toBe(409);
    await go(path, fields);

    // Preview, publish
    const paper = await go((await go(`${path}/preview`)).location);
    expect(paper.text).toContain('Nothing is stored');
    expect(paper.text).toContain('✓ right answer');
    for (const text of ['Count on.', 'One more than one.', 'Digits side by side.', 'Draw another'])
      expect(paper.text).toContain(text);
    expect((await go(`${path}/preview?seed=s`)).text.match(/items\/itm_\w+/g)).toEqual(
      (await go(`${path}/preview?seed=s`)).text.match(/items\/itm_\w+/g),
    );
    expect((await go(`${path}/attempts`)).text).toContain('Nobody has started yet.');
    expect((await go(`${path}/publish`, { csrf })).location).toBe(`${path}?saved`);
    expect((await go(path)).text).toContain('It is published.');

    // A student sits it, with an accommodation made before
    expect((await go(`${path}/students`)).text).toContain('Thoko Phiri');
    const terms = { csrf, extraMinutes: '10', timeMultiplier: '1.5', extraAttempts: '1' };
    expect((await go(`${path}/students/${student.id}`, terms)).location).toBe(`${path}/students/${student.id}?saved`);
    const view = await start(student, path.split('/').at(-1) ?? '');
    const { startedAt, endsAt, id } = view.attempt;
    expect(Date.parse(endsAt ?? '') - Date.parse(startedAt)).toBe(55 * MINUTE);

    // Extra time for everybody, asked once more before it is given, and given once
    const sitting = await go(`${path}/attempts`);
    expect(sitting.text).toContain('Attempts: 1. Being written now: 1.');
    expect((await go(`${path}/extra-time`, { csrf, minutes: '' })).text).toContain('Give a number of minutes above 0');
    const asked = await go(`${path}/extra-time`, { csrf, minutes: '5' });
    expect(asked.text).toContain('Give 5 min more to everybody who is writing now (1)?');
    const endOf = async () => (await student.ask('GET', `/attempts/${id}`)).json as unknown as typeof view;
    expect((await endOf()).attempt.endsAt).toBe(endsAt);
    const sure = hidden(asked.text);
    const given = await go(`${path}/extra-time`, sure);
    expect(given.location).toBe(`${path}/attempts?given=1`);
    expect(await go(`${path}/extra-time`, sure)).toEqual(given);
    expect(Date.parse((await endOf()).attempt.endsAt ?? '') - Date.parse(startedAt)).toBe(60 * MINUTE);

    // He hands in; an answer comes after that
    const [first, second] = view.paper.items.map((item) => item.id);
    await student.ask('POST', `/attempts/${id}/ops`, { epoch: 1, ops: [set(1, first, 'a')] });
    const open = await go(`/staff/attempts/${id}`);
    expect(open.text).toContain('1 of 2');
    expect(open.text).toContain('The attempt is open.');
    expect(open.text).toContain('None. Everything that arrived was taken.');
    expect(open.text).not.toContain('✓ right answer');
    await student.ask('POST', `/attempts/${id}/submit`, { epoch: 1, lastSeq: 1 });
    await student.ask('POST', `/attempts/${id}/ops`, { epoch: 1, ops: [set(2, second, 'b')] });
    const over = await go(`/staff/attempts/${id}`);
    expect(over.text).toContain('1 of 2 marks (50 %) Not passed');
    expect(over.text).toContain('✓ Right');
    expect(over.text).toContain('– Not answered');
    expect(over.text).toMatch(/<td class="number">2<\/td><td><b>eleven<\/b><\/td><td>came after it was handed in/);

    // Reopened: asked once more, then open again
    expect((await go(`/staff/attempts/${id}/reopen`, { csrf, reopenMinutes: '-1' })).status).toBe(400);
    const again = await go(`/staff/attempts/${id}/reopen`, { csrf, reopenMinutes: '15' });
    expect(again.text).toContain('Open attempt 1 of Thoko Phiri again for 15 min?');
    expect((await endOf()).attempt.state).toBe('graded');
    expect((await go(`/staff/attempts/${id}/reopen`, hidden(again.text))).location).toBe(
      `/staff/attempts/${id}?reopened`,
    );
    expect((await endOf()).attempt.state).toBe('open');
    expect((await go(`/staff/attempts/${id}?reopened`)).text).toContain('The attempt is open again.');
    const stillOpen = await go(`/staff/attempts/${id}/reopen`, { csrf, reopenMinutes: '15', confirmed: 'yes' });
    expect(stillOpen.status).toBe(409);
    expect(stillOpen.text).toContain('The attempt is still open. Give extra time instead.');

    // Back to a draft: the attempt goes on
    expect((await go(`${path}/unpublish`, { csrf })).location).toBe(`${path}?saved`);
    expect((await go(path)).text).toContain('It is a draft');
    expect((await endOf()).attempt.state).toBe('open');
    expect((await go('/staff')).text).toMatch(/Mock of two[^]*draft[^]*<td class="number">1<\/td>/);
  }, 30_000);
});

describe('the list of assessments', () => {
  it('finds by title, says when nothing is found, and goes on to the next page', async () => {
    const { teacher, open } = await aStaffBrowser();
    for (let made = 0; made < 21; made++)
      await anAssessment(teacher, { title: `Paper ${made}`, items: choices(1), published: made === 20 });
    const first = await open('/staff/assessments');
    expect(first.text).toContain('Paper 20');
    expect(first.text).not.toContain('Paper 0<');
    const next = /<a href="([^"]*)">Next page/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect((await open(new URL(next).pathname + new URL(next).search)).text).toContain('Paper 0<');
    const found = await open('/staff/assessments?search=PAPER+7');
    expect(found.text).toContain('Paper 7<');
    expect(found.text).not.toContain('Paper 8<');
    expect((await open('/staff/assessments?search=surds')).text).toContain('No assessment has this in its title.');
    expect((await open('/staff/assessments?page=0')).location).toBe('/staff/assessments');
  });
});

describe('changing an assessment', () => {
  const fieldsOf = async (open: (path: string) => Promise<{ text: string }>, path: string) => {
    const { text } = await open(path);
    const inputs = [...text.matchAll(/<input id="([^"]*)" name="[^"]*"(?: type="datetime-local")? value="([^"]*)"/g)];
    const chosen = [...text.matchAll(/<select id="([^"]*)"[^]*?<\/select>/g)].map(([select, name]) => [
      name,
      /<option value="([^"]*)" selected/.exec(select)?.[1] ?? '',
    ]);
    const ticked = [...text.matchAll(/<input id="([^"]*)"[^>]*type="checkbox"[^>]* checked/g)].map(([, name]) => [
      name,
      'on',
    ]);
    return Object.fromEntries([...inputs.map(([, name, value]) => [name, value]), ...chosen, ...ticked]) as Fields;
  };

  it('through the very form that is shown keeps what was not touched, and reaches open attempts with a later end', async () => {
    const { teacher, open, send } = await aStaffBrowser();
    const closesAt = new Date(Math.floor(Date.now() / MINUTE) * MINUTE + 30 * MINUTE + 30_000).toISOString();
    const { assessment, student, path } = await aSittingStudent(teacher, { closesAt, passMark: 0.5 });
    const page = `/staff/assessments/${assessment.id}`;
    const staffView = async () => (await teacher.ask('GET', `/assessments/${assessment.id}`)).json;
    const before = await staffView();
    const fields = await fieldsOf(open, page);
    expect((await send(page, fields)).status).toBe(303);
    expect(await staffView()).toEqual(before);

    const later = toLocalField(Date.parse(closesAt) + 10 * MINUTE);
    expect((await send(page, { ...fields, closesAt: later, title: 'Another title' })).status).toBe(303);
    const after = await staffView();
    expect(after).toEqual({
      ...before,
      title: 'Another title',
      closesAt: new Date(fromLocalField(later) ?? 0).toISOString(),
    });
    const { attempt } = (await student.ask('GET', path)).json as { attempt?: { endsAt: string } };
    expect(attempt?.endsAt).toBe(after.closesAt);
  });

  it('in two tabs changes what was touched in each: boxes, times and sections too', async () => {
    const { teacher, open, send } = await aStaffBrowser();
    const { id } = await anAssessment(teacher, { title: 'First', shuffleItems: true });
    const page = `/staff/assessments/${id}`;
    const shown: Fields = { ...(await fieldsOf(open, page)), was: hiddenIn((await open(page)).text, page).was ?? '' };
    const { shuffleItems: _, ...unticked } = shown;
    expect((await send(page, { ...unticked, title: 'Second' })).status).toBe(303);
    expect((await send(page, { ...shown, minutes: '45', 'sections.0.title': 'Part' })).status).toBe(303);
    const wrong = await send(page, { ...shown, passMark: '101' });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('value="Second"')]);
    const again = { ...(await fieldsOf(async () => wrong, page)), was: hiddenIn(wrong.text, page).was ?? '' };
    expect((await send(page, { ...again, passMark: '70' })).status).toBe(303);
    const kept = (await teacher.ask('GET', `/assessments/${id}`)).json;
    expect(kept).toMatchObject({
      title: 'Second',
      shuffleItems: false,
      timeLimitSeconds: 2700,
      passMark: 0.7,
      sections: [{ title: 'Part' }],
    });
  });

  it('refuses a closing before the opening, and keeps what was typed', async () => {
    const { teacher, open, send } = await aStaffBrowser();
    const { id } = await anAssessment(teacher);
    const fields = await fieldsOf(open, `/staff/assessments/${id}`);
    const wrong = { ...fields, opensAt: '2027-01-02T10:00', closesAt: '2027-01-01T10:00' };
    const answer = await send(`/staff/assessments/${id}`, wrong);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<a href="#closesAt">');
    expect(answer.text).toContain('value="2027-01-01T10:00"');
    // An opening that is taken away no longer counts.
    const later = { ...fields, opensAt: '2027-01-02T10:00', closesAt: '' };
    expect((await send(`/staff/assessments/${id}`, later)).status).toBe(303);
    expect((await send(`/staff/assessments/${id}`, { ...wrong, opensAt: '' })).status).toBe(303);
    const { opensAt, closesAt } = (await teacher.ask('GET', `/assessments/${id}`)).json;
    expect([opensAt, closesAt]).toEqual([null, '2027-01-01T08:00:00.000Z']);
  });

  it("shows a bank that is gone as such, and refuses another one that is not the reader's", async () => {
    const { teacher, open, send } = await aStaffBrowser();
    const { id, bank } = await anAssessment(teacher);
    const { bank: foreign } = await anAssessment(await aUser('instructor'));
    await teacher.ask('DELETE', `/banks/${bank.id}`);
    const shown = await open(`/staff/assessments/${id}`);
    expect(shown.text).toContain('A bank that is deleted or not yours');
    expect(shown.text).toContain('It cannot be started just now');
    const fields = await fieldsOf(open, `/staff/assessments/${id}`);
    expect((await send(`/staff/assessments/${id}`, { ...fields, title: 'Renamed' })).status).toBe(303);
    const answer = await send(`/staff/assessments/${id}`, { ...fields, 'sections.0.bankId': foreign.id });
    expect(answer.text).toContain('<a href="#sections.0.bankId">Choose one of your banks');
  });
});

describe("a student's own terms", () => {
  it('are refused with every reason at its control, and sent back to the attempt they came from', async () => {
    const { teacher, open, send } = await aStaffBrowser();
    const { assessment, student, view } = await aSittingStudent(teacher);
    const path = `/staff/assessments/${assessment.id}/students/${student.id}`;
    const bad = await send(path, { extraMinutes: '-1', timeMultiplier: '11', extraAttempts: 'some' });
    expect(bad.status).toBe(400);
    for (const name of ['extraMinutes', 'timeMultiplier', 'extraAttempts'])
      expect(bad.text).toContain(`<a href="#${name}">`);
    expect(bad.text).toContain('value="some"');
    expect((await open(path)).text).toContain('value="0"');
    const attempt = view.attempt.id;
    const good = await send(path, { extraMinutes: '2,5', timeMultiplier: '1', extraAttempts: '0', attempt });
    expect(good.location).toBe(`/staff/attempts/${attempt}?saved`);
    expect((await open(good.location)).text).toContain('value="2.5"');
    const elsewhere = await send(path, {
      extraMinutes: '0',
      timeMultiplier: '1',
      extraAttempts: '0',
      attempt: '//evil.test',
    });
    expect(elsewhere.location).toBe(`${path}?saved`);
  });

  it('are listed by name for those who are enrolled, or have started, and for nobody else', async () => {
    const { teacher, open, send } = await aStaffBrowser();
    const { courseKey, courseId } = await makeCourse(teacher.call());
    const [enrolled, stranger] = [
      await aUser('student', { name: 'Kondwani' }),
      await aUser('student', { name: 'Wezi' }),
    ];
    await enrolIn(courseId, enrolled);
    const ofCourse = await anAssessment(teacher, { courseKey });
    const list = await open(`/staff/assessments/${ofCourse.id}/students`);
    expect(list.text).toContain('Kondwani');
    expect(list.text).not.toContain('Wezi');
    expect((await open(`/staff/assessments/${ofCourse.id}/students?search=wez`)).text).toContain('No student found');
    for (const id of [stranger.id, teacher.id, 'usr_none']) {
      expect((await open(`/staff/assessments/${ofCourse.id}/students/${id}`)).status).toBe(404);
      const fields = { extraMinutes: '9', timeMultiplier: '1', extraAttempts: '0' };
      expect((await send(`/staff/assessments/${ofCourse.id}/students/${id}`, fields)).status).toBe(404);
    }
    const forAll = await anAssessment(teacher);
    expect((await open(`/staff/assessments/${forAll.id}/students/${stranger.id}`)).status).toBe(404);
    await start(stranger, forAll.id);
    expect((await open(`/staff/assessments/${forAll.id}/students/${stranger.id}`)).status).toBe(200);
    const admin = await pagesOf(await aUser('admin'));
    expect((await admin.open(`/staff/assessments/${forAll.id}/students/${enrolled.id}`)).status).toBe(200);
  });
});

describe('who may', () => {
  const reads = (assessment: string, attempt: string, student: string) => [
    `/staff/assessments/${assessment}`,
    `/staff/assessments/${assessment}/preview?seed=1`,
    `/staff/assessments/${assessment}/attempts`,
    `/staff/assessments/${assessment}/students`,
    `/staff/assessments/${assessment}/students/${student}`,
    `/staff/attempts/${attempt}`,
  ];
  const writes = (assessment: string, attempt: string, student: string): [string, Fields][] => [
    [`/staff/assessments/${assessment}`, { ...fillAssessmentForm(freshSettings), title: 'Mine now' }],
    [`/staff/assessments/${assessment}/publish`, {}],
    [`/staff/assessments/${assessment}/unpublish`, {}],
    [`/staff/assessments/${assessment}/extra-time`, { minutes: '5' }],
    [`/staff/assessments/${assessment}/extra-time`, { minutes: '5', confirmed: 'yes', once: 'x' }],
    [
      `/staff/assessments/${assessment}/students/${student}`,
      { extraMinutes: '5', timeMultiplier: '1', extraAttempts: '0' },
    ],
    [`/staff/attempts/${attempt}/reopen`, { reopenMinutes: '5' }],
    [`/staff/attempts/${attempt}/reopen`, { reopenMinutes: '5', confirmed: 'yes', once: 'x' }],
  ];
  const everywhere = ['/staff', '/staff/assessments', '/staff/assessments/new'];
  const creation: [string, Fields] = ['/staff/assessments/new', { title: 'Mine' }];

  const aWorld = async () => {
    const teacher = await aUser('instructor');
    const { assessment, student, view } = await aSittingStudent(teacher);
    const ids = [assessment.id, view.attempt.id, student.id] as const;
    const untouched = async () => [
      (await teacher.ask('GET', `/assessments/${assessment.id}`)).json,
      (
        (await student.ask('GET', `/attempts/${view.attempt.id}`)).json as {
          attempt?: { endsAt: string; state: string };
        }
      ).attempt?.endsAt,
    ];
    return { teacher, student, ids, untouched };
  };

  it('is no student, whatever they ask for, and whether it is there or not', async () => {
    const { student, ids, untouched } = await aWorld();
    const before = await untouched();
    const { open, send } = await pagesOf(student);
    for (const path of [...everywhere, ...reads(...ids), ...reads('asm_none', 'att_none', 'usr_none')]) {
      const { status, text } = await open(path);
      expect([status, text.includes('You may not do this')], path).toEqual([403, true]);
    }
    for (const [path, fields] of [creation, ...writes(...ids)])
      expect((await send(path, fields)).status, path).toBe(403);
    expect(await untouched()).toEqual(before);
  });

  it('is nobody signed out: reading leads to the sign-in and back, writing is refused', async () => {
    const { ids, untouched } = await aWorld();
    const before = await untouched();
    const { go } = aBrowser();
    for (const path of [...everywhere, ...reads(...ids)]) {
      expect(await go(path), path).toMatchObject({
        status: 303,
        location: `/sign-in?next=${encodeURIComponent(path)}`,
      });
    }
    for (const [path, fields] of [creation, ...writes(...ids)]) expect((await go(path, fields)).status, path).toBe(401);
    expect(await untouched()).toEqual(before);
  });

  it("is no other instructor: theirs answers as an absent one, but for the request's number", async () => {
    const { ids, untouched } = await aWorld();
    const before = await untouched();
    const { open, send } = await aStaffBrowser();
    // The page repeats its own address in the links to the other language.
    const bare = (text: string) => text.replaceAll(/req_\w+|next=[^"]*|value="[^"]*"/g, '');
    const absent = ['asm_none', 'att_none', 'usr_none'] as const;
    const [mine, none] = [reads(...ids), reads(...absent)];
    for (const [index, path] of mine.entries()) {
      const [theirs, nothing] = [await open(path), await open(none[index] ?? '')];
      expect([theirs.status, path]).toEqual([404, path]);
      expect(bare(theirs.text), path).toBe(bare(nothing.text));
    }
    for (const [path, fields] of writes(...ids)) expect((await send(path, fields)).status, path).toBe(404);
    expect((await open('/staff/assessments')).text).toContain('There is no assessment yet.');
    expect((await open('/staff')).text).toContain('There is no assessment yet.');
    expect(await untouched()).toEqual(before);
  });

  it('is nobody whose form is not ours: without the token, with another, or from another site', async () => {
    const { teacher, ids, untouched } = await aWorld();
    const before = await untouched();
    const { go, send } = await pagesOf(teacher);
    for (const [path, fields] of [creation, ...writes(...ids)]) {
      for (const csrf of [undefined, '', await hmac(newSecret(), 'csrf')]) {
        const { status } = await go(path, { ...fields, ...(csrf !== undefined && { csrf }) });
        expect(status, path).toBe(400);
      }
    }
    const secret = newSecret();
    const token = await hmac(secret, 'csrf');
    expect((await go(`/staff/assessments/${ids[0]}/unpublish`, { csrf: token })).status).toBe(400);
    expect(await untouched()).toEqual(before);
    expect((await send(`/staff/assessments/${ids[0]}/unpublish`)).status).toBe(303);
  });

  it('is an admin, everywhere', async () => {
    const { ids } = await aWorld();
    const { open } = await pagesOf(await aUser('admin'));
    for (const path of [...everywhere, ...reads(...ids)]) expect((await open(path)).status, path).toBe(200);
  });
});

describe('the pages', () => {
  it('carry no script and no style, one heading, and a control for every label', async () => {
    const { teacher, go } = await aStaffBrowser();
    const { assessment, view } = await aSittingStudent(teacher);
    for (const path of [
      '/staff',
      '/staff/assessments/new',
      `/staff/assessments/${assessment.id}`,
      `/staff/attempts/${view.attempt.id}`,
    ]) {
      const { status, text } = await go(path);
      expect(status, path).toBe(200);
      expect(text, path).not.toMatch(/<script|<style| style=| on[a-z]+="/);
      expect(text.match(/<h1>/g), path).toHaveLength(1);
      for (const [, id] of text.matchAll(/<label for="([^"]*)"/g))
        expect(text, `${path} ${id}`).toContain(` id="${id}"`);
      const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size, path).toBe(ids.length);
    }
  });
});
