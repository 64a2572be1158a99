import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverOf } from '../../src/assessments/cover-of.ts';
import {
  differences,
  fillQuestions,
  invalidQuestions,
  PAGE_SIZE,
  questionsOf,
  readPage,
  readQuestions,
} from '../../src/assessments/form-responses.ts';
import { paperData } from '../../src/assessments/paper-data.ts';
import type { SessionView } from '../../src/assessments/session-rpc.ts';
import { ItemInput, type ItemResponse, type PublicItem } from '../../src/items/index.ts';
import { showInstant, wordsFor } from '../../src/ui/index.ts';
import { anAssessment, aSittingStudent, aUser, away, choices, enrolIn, type start } from '../factories.ts';
import { choice, makeCourse } from '../items/make.ts';
import { aBrowser, hidden, said } from './a-browser.ts';

const common = { prompt: 'Which?', maxScore: 1 };
const ids = ['a', 'b', 'c', 'd'];
const one: PublicItem = {
  ...common,
  id: 'one',
  type: 'choice',
  multiple: false,
  choices: ids.map((id) => ({ id, text: id })),
};
const many: PublicItem = { ...one, id: 'many', multiple: true };
const text: PublicItem = { ...common, id: 'text', type: 'text_entry', blanks: [{ id: 'x' }, { id: 'y' }] };
const number: PublicItem = { ...common, id: 'number', type: 'numeric' };
const paper = [one, many, text, number];
const questions = questionsOf(paper, 1);

describe('the fields of a paper', () => {
  const given = fc.record({
    one: fc.constantFrom(...ids).map((id): ItemResponse => ({ selected: [id] })),
    many: fc.subarray(ids, { minLength: 1 }).map((selected): ItemResponse => ({ selected })),
    text: fc
      .record({ x: fc.string(), y: fc.string() }, { noNullPrototype: true })
      .filter(({ x, y }) => `${x}${y}`.trim() !== '')
      .map((blanks): ItemResponse => ({ blanks })),
    number: fc
      .string()
      .filter((value) => value.trim() !== '')
      .map((value): ItemResponse => ({ value })),
  });

  it('say again what they were filled with', () => {
    fc.assert(
      fc.property(given, fc.subarray(paper.map(({ id }) => id)), (responses, flagged) => {
        const standing = Object.fromEntries(Object.entries(responses).map(([id, response]) => [id, { response }]));
        const fields = fillQuestions(questions, standing, flagged);
        const read = readQuestions(questions, fields);
        expect(read.responses).toEqual(responses);
        expect(Object.keys(read.flags).filter((id) => read.flags[id])).toEqual(flagged);
        expect(differences(questions, fields, standing)).toEqual([]);
      }),
    );
  });

  it('say nothing when they are empty, and then an answer that stood is cleared', () => {
    const fields = { q1: [''], 'q3.0': ['  '], 'q3.1': [''], q4: [''] };
    const standing = { one: { response: { selected: ['a'] } } };
    expect(invalidQuestions(questions, fields)).toEqual([]);
    expect(differences(questions, fields, standing)).toMatchObject([
      { number: 1, given: null, stands: { selected: ['a'] } },
    ]);
  });

  it.each([
    ['a place past the last choice', { q1: ['4'] }, [1]],
    ['a place that is no number', { q1: ['a'] }, [1]],
    ['a negative place', { q2: ['0', '-1'] }, [2]],
    ['two choices where one may be made', { q1: ['0', '1'] }, [1]],
    ['a choice twice', { q2: ['1', '1'] }, [2]],
    ['a text without end', { q4: ['9'.repeat(10_001)] }, [4]],
    ['a field of no question', { q9: ['1'], __proto__: ['1'] }, []],
  ])('are invalid with %s', (_, fields, expected) => {
    expect(invalidQuestions(questions, fields)).toEqual(expected);
  });

  it.each([
    [undefined, 1],
    ['2', 2],
    ['3', 3],
    ['4', 3],
    ['0', 1],
    ['-1', 1],
    ['1e3', 1],
    ['99999', 1],
  ])('are on page %s, read as %i of three', (sent, expected) => {
    expect(readPage(sent, 2 * PAGE_SIZE + 1)).toBe(expected);
  });

  it('are numbered through the whole paper, whatever the page', () => {
    const long = Array.from({ length: PAGE_SIZE + 2 }, () => one);
    expect(questionsOf(long, 2).map((question) => question.number)).toEqual([PAGE_SIZE + 1, PAGE_SIZE + 2]);
  });
});

describe('the data of the paper’s script', () => {
  const view = {
    attempt: { id: 'att_1', epoch: 2, lastSeq: 3, serverTime: 5, endsAt: 9 },
    items: paper,
    responses: { one: { response: { selected: ['b'] }, epoch: 1, seq: 7 } },
  } as unknown as SessionView;

  it('tells ids and what stands, and can never end its element', () => {
    const words = ((key: string) => (key === 'saySaved' ? '</script>' : key)) as ReturnType<typeof wordsFor>;
    const data = paperData(view, 1, words);
    expect(data).not.toContain('<');
    expect(JSON.parse(data)).toMatchObject({
      v: 1,
      id: 'att_1',
      epoch: 2,
      seq: 3,
      now: 5,
      end: 9,
      items: [
        ['one', ids, 1, 7],
        ['many', ids],
        ['text', ['x', 'y']],
        ['number', 0],
      ],
      words: { saySaved: '</script>' },
    });
  });

  it('tells of other pages the answer alone', () => {
    const long = { ...view, items: [one, ...Array.from({ length: PAGE_SIZE }, () => many)] } as SessionView;
    expect(JSON.parse(paperData(long, 2, wordsFor('en'))).items[0]).toEqual(['one', null, 1, 7, { selected: ['b'] }]);
  });
});

describe('what a paper covers', () => {
  const item = (more: object) => ({
    id: 'i',
    version: 1,
    position: 0,
    item: ItemInput.parse(choice(more)),
    rendered: { prompt: '' },
  });
  const bank = {
    bankId: 'b',
    version: 1,
    items: [
      item({ maxScore: 1, tags: ['t'], objectiveId: 'o1' }),
      item({ maxScore: 0.1, objectiveId: 'o2' }),
      item({ maxScore: 0.2, difficulty: 'hard', objectiveId: 'o3' }),
    ],
  };

  it('is what could be drawn: marks from the least to the most, objectives of every candidate', () => {
    const cover = coverOf(
      [
        { bankId: 'b', select: 2 },
        { title: 'T', bankId: 'b', select: 1, tags: ['t'] },
      ],
      [bank],
    );
    expect(cover.sections).toEqual([
      { title: undefined, count: 2, least: 0.3, most: 1.2 },
      { title: 'T', count: 1, least: 1, most: 1 },
    ]);
    expect(cover).toMatchObject({ least: 1.3, most: 2.2, objectiveIds: ['o1', 'o2', 'o3'] });
  });

  it('looks at each difficulty by itself', () => {
    const { sections, objectiveIds } = coverOf([{ bankId: 'b', select: { easy: 0, medium: 0, hard: 1 } }], [bank]);
    expect(sections).toEqual([{ title: undefined, count: 1, least: 0.2, most: 0.2 }]);
    expect(objectiveIds).toEqual(['o3']);
  });
});

/** A student in mid-paper, their browser, and the form of its first page. */
async function atThePaper(settings: Parameters<typeof aSittingStudent>[1] = {}) {
  const teacher = await aUser('instructor');
  const sitting = await aSittingStudent(teacher, settings);
  const browser = await aBrowser(sitting.student);
  const shown = await browser.open(sitting.path);
  const form = { token: hidden(shown.text, 'token'), epoch: hidden(shown.text, 'epoch'), page: '1' };
  const look = async () =>
    (await sitting.student.ask('GET', sitting.path)).json as unknown as Awaited<ReturnType<typeof start>>;
  const answered = async () => {
    const { responses } = await look();
    return sitting.itemIds.map(
      (id) => (responses[id]?.response as { selected?: string[] } | undefined)?.selected?.join() ?? '',
    );
  };
  return { ...sitting, teacher, browser, shown, form, look, answered };
}

const inOrder = { items: choices(3, { shuffle: false }), shuffleItems: false };

describe('a start page', () => {
  it('tells what, how long, and when it really ends with the student’s own time', async () => {
    const [teacher, student] = [await aUser('instructor'), await aUser()];
    const closesAt = new Date(Date.now() + 3600_000).toISOString();
    const { id } = await anAssessment(teacher, { closesAt, timeLimitSeconds: 7200 });
    await teacher.ask('PUT', `/assessments/${id}/accommodations/${student.id}`, {
      extraTimeSeconds: 600,
      timeMultiplier: 1.5,
    });
    const browser = await aBrowser(student);
    const { status, text: page, d1 } = await browser.open(`/assessments/${id}`);
    expect(status).toBe(200);
    expect(said(page)).toMatch(
      /Questions 3 Marks 3 .*3 h: you have more time than the others It closes on .* You have 10 min extra/,
    );
    expect(said(page)).toMatch(/If you start now, it ends on .*\. That is in 1 h (9|10) min\./);
    expect(d1).toBeLessThanOrEqual(3);
  });

  it('of a paper that is being written tells its end, whenever it is looked at, and leads on', async () => {
    const { student, assessment, path, view } = await aSittingStudent(await aUser('instructor'), {
      attemptsAllowed: 3,
      timeLimitSeconds: 7200,
    });
    const started = Date.parse(view.attempt.startedAt);
    await env.DB.prepare('update attempt set ends_at = ?1 where id = ?2')
      .bind(started + 2400_000, view.attempt.id)
      .run();
    const { text: page } = await (await aBrowser(student)).open(`/assessments/${assessment.id}`);
    expect(said(page)).toContain(`You have begun. It ends on ${showInstant(started + 2400_000)}. That is in`);
    expect(said(page)).not.toContain('If you start now');
    expect(page).toContain(`<a class="button" href="${path}">Continue</a>`);
  });

  it('names the course of the paper, and none where it is for everybody', async () => {
    const [teacher, student] = [await aUser('instructor'), await aUser()];
    const { courseId, courseKey } = await makeCourse(teacher.call());
    await enrolIn(courseId, student);
    const [its, free] = [await anAssessment(teacher, { courseKey }), await anAssessment(teacher)];
    const browser = await aBrowser(student);
    const { text: page, d1 } = await browser.open(`/assessments/${its.id}`);
    expect(said(page)).toContain('A paper MSCE Mathematics · Exam');
    expect(d1).toBeLessThanOrEqual(3);
    expect(said((await browser.open(`/assessments/${free.id}`)).text)).toContain('A paper Exam ');
  });

  it.each([
    [
      'opens later',
      { opensAt: '2099-01-01T00:00:00Z' },
      'It cannot be started yet. It opens on Thursday 1 January 2099, 02:00.',
    ],
    ['is closed', { closesAt: '2020-01-01T00:00:00Z' }, 'It closed on Wednesday 1 January 2020, 02:00.'],
  ])('of a paper that %s says so, and a start leads back to it', async (_, settings, words) => {
    const [teacher, student] = [await aUser('instructor'), await aUser()];
    const { id } = await anAssessment(teacher, settings);
    const browser = await aBrowser(student);
    const { text: page } = await browser.open(`/assessments/${id}`);
    expect(said(page)).toContain(words);
    expect(page).not.toContain('/start"');
    expect(await browser.post(`/assessments/${id}/start`)).toMatchObject({ status: 303, to: `/assessments/${id}` });
  });

  it('starts one attempt however often it is pressed', async () => {
    const [teacher, student] = [await aUser('instructor'), await aUser()];
    const { id } = await anAssessment(teacher);
    const browser = await aBrowser(student);
    const starts = await Promise.all([1, 2, 3].map(() => browser.post(`/assessments/${id}/start`)));
    expect(new Set(starts.map(({ to }) => to)).size).toBe(1);
    expect(starts[0]?.to).toMatch(/^\/attempts\/att_/);
    expect((await browser.open(`/assessments/${id}`)).text).toContain(`href="${starts[0]?.to}"`);
    await student.ask('POST', `${starts[0]?.to}/submit`, { epoch: 1 });
    expect(said((await browser.open(`/assessments/${id}`)).text)).toContain('You have used all your attempts.');
  });

  it('is nobody’s but a signed-in student’s', async () => {
    const [teacher, student] = [await aUser('instructor'), await aUser()];
    const { id } = await anAssessment(teacher);
    const draft = await anAssessment(teacher, { published: false });
    const [out, staff, mine] = [await aBrowser(), await aBrowser(teacher), await aBrowser(student)];
    expect(await out.open(`/assessments/${id}`)).toMatchObject({
      status: 303,
      to: `/sign-in?next=%2Fassessments%2F${id}`,
    });
    expect(await staff.open(`/assessments/${id}`)).toMatchObject({ status: 403 });
    expect(await mine.open(`/assessments/${draft.id}`)).toMatchObject({ status: 404 });
    expect(await mine.send(`/assessments/${id}/start`)).toMatchObject({ status: 400 });
    expect(await mine.open(`/assessments/${id}/start`)).toMatchObject({ status: 303, to: `/assessments/${id}` });
  });
});

describe('opening the paper', () => {
  it('takes over; looking by HEAD or fetching ahead does not', async () => {
    const { browser, path, look } = await atThePaper();
    expect((await look()).attempt.epoch).toBe(2);
    expect(await browser.go('HEAD', path)).toMatchObject({ status: 200 });
    expect(await browser.open(path, { 'sec-purpose': 'prefetch;prerender' })).toMatchObject({ status: 503 });
    expect((await look()).attempt.epoch).toBe(2);
    expect(await browser.open(path)).toMatchObject({ status: 200, d1: 1, kv: 0 });
    expect((await look()).attempt.epoch).toBe(3);
  });

  it('leads to the result once it is over, and is not there for others', async () => {
    const { browser, path, student } = await atThePaper();
    const stranger = await aBrowser(await aUser());
    expect(await stranger.open(path)).toMatchObject({ status: 303, to: `${path}/result` });
    expect(await stranger.open(`${path}/result`)).toMatchObject({ status: 404 });
    const early = await browser.open(`${path}/result`);
    expect(early).toMatchObject({ status: 409 });
    expect(early.text).toContain(`href="${path}"`);
    await student.ask('POST', `${path}/submit`, { epoch: 2 });
    expect(await browser.open(path)).toMatchObject({ status: 303, to: `${path}/result` });
  });

  it('speaks Chichewa where somebody has written it, and marks it as a draft', async () => {
    const { browser, path } = await atThePaper();
    const { text: page } = await browser.open(path, { cookie: `${browser.cookie}; ve_lang=ny` });
    expect(page).toContain('<legend>Funso 1 mwa mafunso 3 (malikisi 1)</legend>');
    expect(page).toContain('Chichewa draft');
  });
});

describe('saving a form', () => {
  it('asks for nothing but the attempt’s token: no cookie, no database', async () => {
    const { path, form, answered } = await atThePaper(inOrder);
    const anybody = await aBrowser();
    const saved = await anybody.send(
      `${path}/save`,
      { ...form, q1: '0', q3: '1', go: '3' },
      { bindings: { DB: away } },
    );
    expect(saved).toMatchObject({ status: 200, d1: 0, kv: 0 });
    expect(said(saved.text)).toMatch(/Saved at school, \d\d:\d\d:\d\d/);
    expect(await answered()).toEqual(['a', '', 'b']);
  });

  it('leads somebody signed in back to the question they saved at', async () => {
    const { browser, path, form } = await atThePaper(inOrder);
    const saved = await browser.send(`${path}/save`, { ...form, q1: '0', go: '2' });
    expect(saved).toMatchObject({ status: 303, d1: 1 });
    expect(saved.to).toMatch(new RegExp(`^${path}\\?page=1&saved=\\d+#q2$`));
    expect(said((await browser.open(saved.to.replace(/#.*/, ''))).text)).toMatch(/Saved at school, \d\d:\d\d:\d\d/);
    expect(said((await browser.open(`${path}?saved=99999999999999`)).text)).not.toContain('Saved at school, ');
  });

  it('still saves while the database is away', async () => {
    const { browser, path, form, answered } = await atThePaper(inOrder);
    const saved = await browser.send(`${path}/save`, { ...form, q2: '1' }, { bindings: { DB: away } });
    expect(saved.status).toBe(200);
    expect(await answered()).toEqual(['', 'b', '']);
  });

  it('clears what was taken back and flags what was flagged', async () => {
    const { browser, path, form, answered, look, itemIds } = await atThePaper(inOrder);
    const first = await browser.send(`${path}/save`, { ...form, q1: '0', q2: '1', f2: 'on' });
    expect(await answered()).toEqual(['a', 'b', '']);
    expect((await look()).flagged).toEqual([itemIds[1]]);
    const { text: page } = await browser.open(first.to.replace(/#.*/, ''));
    await browser.send(`${path}/save`, { ...form, epoch: hidden(page, 'epoch'), q1: '', q2: '1' });
    expect(await answered()).toEqual(['', 'b', '']);
    expect((await look()).flagged).toEqual([]);
  });

  it('touches the questions of its own page only, and turns the page', async () => {
    const { browser, path, form, answered } = await atThePaper({
      items: choices(PAGE_SIZE + 2, { shuffle: false }),
      shuffleItems: false,
    });
    const next = await browser.send(`${path}/save`, { ...form, q1: '0', [`q${PAGE_SIZE + 1}`]: '0', go: 'next' });
    expect(next.to).toContain('?page=2&');
    const { text: page } = await browser.open(next.to);
    expect(said(page)).toContain('Page 2 of 2');
    const back = await browser.send(`${path}/save`, {
      ...form,
      epoch: hidden(page, 'epoch'),
      page: '2',
      [`q${PAGE_SIZE + 2}`]: '1',
      go: 'back',
    });
    expect(back.to).toContain('?page=1&');
    const all = await answered();
    expect([all[0], all[PAGE_SIZE], all[PAGE_SIZE + 1]]).toEqual(['a', '', 'b']);
  });

  it('tells at the question what could not be saved, keeps it in its field, and saves the others', async () => {
    const text = ItemInput.parse({ type: 'numeric', prompt: 'How many?', difficulty: 'easy', answer: 1 });
    const { browser, path, form, answered } = await atThePaper({
      items: [...choices(2, { shuffle: false }), text],
      shuffleItems: false,
    });
    const long = '9'.repeat(10_001);
    const saved = await browser.send(`${path}/save`, { ...form, q1: '1', q3: long });
    expect(saved.status).toBe(400);
    expect(saved.text).toContain('aria-describedby="p3 e3"');
    expect(saved.text).toContain(long);
    expect(await answered()).toEqual(['b', '', '']);
  });

  it('of a page that has become stale changes nothing and shows both answers', async () => {
    const { browser, path, form, answered } = await atThePaper(inOrder);
    const { text: page } = await browser.open(path);
    await browser.send(`${path}/save`, { ...form, epoch: hidden(page, 'epoch'), q1: '0' });
    const stale = await browser.send(`${path}/save`, { ...form, q1: '1', q2: '1' });
    expect(stale.status).toBe(409);
    expect(said(stale.text)).toMatch(
      /opened on another page .*Question 1 of 3 \(1 mark\) Here: 11 At school: 2 Question 2/,
    );
    expect(await answered()).toEqual(['a', '', '']);
    expect(await browser.send(path, { token: hidden(stale.text, 'token'), page: '1' })).toMatchObject({
      status: 303,
      to: `${path}?page=1`,
    });
    expect((await browser.send(`${path}/submit`, form)).status).toBe(409);
  });

  it.each([
    ['no token', { token: '' }, 400],
    ['a made-up token', { token: 'eyJ.eyJ.x' }, 400],
    ['an epoch never issued', { epoch: '99' }, 400],
    ['an epoch that is no number', { epoch: 'two' }, 400],
  ])('with %s is refused and changes nothing', async (_, wrong, status) => {
    const { browser, path, form, answered } = await atThePaper(inOrder);
    expect(await browser.send(`${path}/save`, { ...form, q1: '0', ...wrong })).toMatchObject({ status });
    expect(await answered()).toEqual(['', '', '']);
  });

  it('with the token of another attempt, too large, or not as a form is refused', async () => {
    const [mine, other] = [await atThePaper(), await atThePaper()];
    expect((await mine.browser.send(`${mine.path}/save`, other.form)).status).toBe(400);
    expect((await mine.browser.send(`${mine.path}/save`, { ...mine.form, q1: 'x'.repeat(1_100_000) })).status).toBe(
      413,
    );
    expect((await mine.browser.go('POST', `${mine.path}/save`, { body: mine.form })).status).toBe(415);
    expect(await mine.browser.open(`${mine.path}/save`)).toMatchObject({ status: 303, to: mine.path });
  });
});

describe('handing in', () => {
  it('saves, asks once more with what is open, and shows the result', async () => {
    const { browser, path, form } = await atThePaper(inOrder);
    const asked = await browser.send(`${path}/save`, { ...form, q1: '0', q2: '0', f1: 'on', go: 'hand-in' });
    expect(said(asked.text)).toMatch(
      /You have answered 2 of 3 questions\. Not answered Question 3 To look at again Question 1/,
    );
    expect(asked.text).toContain(`href="${path}#q3"`);
    const submitted = await browser.send(`${path}/submit`, {
      token: hidden(asked.text, 'token'),
      epoch: hidden(asked.text, 'epoch'),
    });
    expect(submitted).toMatchObject({ status: 303, to: `${path}/result` });
    const { text: page, d1 } = await browser.open(`${path}/result`);
    expect(said(page)).toContain('Your score: 2 of 3 marks (66.67 %) ✗ Not passed');
    expect(d1).toBeLessThanOrEqual(3);
    // By default only the score is shown before the closing time, and this paper never closes.
    expect(said(page)).toContain('which answers are right: not shown');
    expect(page).not.toContain('✓ Right');
  });

  it('says from when on the rest is shown', async () => {
    const closesAt = '2099-01-01T00:00:00Z';
    const { browser, path, form } = await atThePaper({ ...inOrder, closesAt, review: { score: 'after_close' } });
    await browser.send(`${path}/submit`, form);
    const { text: page } = await browser.open(`${path}/result`);
    expect(said(page)).toContain('your score: from Thursday 1 January 2099, 02:00 on');
    expect(page).not.toContain('marks (');
  });

  it('speaks of one question and one mark where there is one', async () => {
    const { browser, path, form } = await atThePaper({ items: choices(1, { shuffle: false }) });
    const asked = await browser.send(`${path}/save`, { ...form, go: 'hand-in' });
    expect(said(asked.text)).toContain('You have not answered the only question.');
    const all = await browser.send(`${path}/save`, { ...form, q1: '0', go: 'hand-in' });
    expect(said(all.text)).toContain('You have answered the only question.');
    await browser.send(`${path}/submit`, form);
    expect(said((await browser.open(`${path}/result`)).text)).toContain('1 of 1 mark (100 %)');
  });

  it('works signed out, and twice is once', async () => {
    const { path, form, browser } = await atThePaper(inOrder);
    const anybody = await aBrowser();
    expect(said((await anybody.send(`${path}/submit`, form)).text)).toContain('Handed in');
    expect(await browser.send(`${path}/submit`, form)).toMatchObject({ status: 303, to: `${path}/result` });
    expect(await browser.send(`${path}/save`, { ...form })).toMatchObject({ status: 303, to: `${path}/result` });
    const late = await browser.send(`${path}/save`, { ...form, q2: '1' });
    expect(said(late.text)).toMatch(/already handed in .* Question 2 of 3 \(1 mark\): 11/);
  });

  it('is told from an end that came by itself', async () => {
    const { path, form, browser, look } = await atThePaper({ ...inOrder, timeLimitSeconds: 5 });
    await expect.poll(async () => (await look()).attempt.state, { timeout: 9_000 }).not.toBe('open');
    const late = await browser.send(`${path}/save`, { ...form, q2: '1' });
    expect(said(late.text)).toMatch(/The time was up .* Question 2 of 3 \(1 mark\): 11/);
  }, 12_000);
});

describe('a practice', () => {
  const review = {
    score: 'after_submit',
    correctness: 'after_submit',
    key: 'after_submit',
    feedback: 'after_submit',
  } as const;
  const items = choices(2, { shuffle: false, hint: 'Count.', solution: { explanation: 'It is two.' } });
  const practice = { items, shuffleItems: false, behaviour: 'practice', review } as const;
  const tryOne = (number: number, place: string) => ({ check: `1.${number}`, q1: place });
  /** What a browser would send back untouched: the chosen radios and the hidden fields. */
  const fieldsOf = (page: string) =>
    Object.fromEntries([
      ...[...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name,
        value,
      ]),
      ...[...page.matchAll(/<input type="radio" name="(\w+)" value="(\d*)" checked/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    ]) as Record<string, string>;

  it('helps rung by rung, and shows the key only when the question is over', async () => {
    const { browser, path, form } = await atThePaper(practice);
    const after = async (number: number) => {
      expect(await browser.send(`${path}/try`, { ...form, ...tryOne(number, '1') })).toMatchObject({
        status: 303,
        to: `${path}?page=1#q1`,
      });
      return (await browser.open(path)).text;
    };
    const [first, second, third] = [await after(1), await after(2), await after(3)];
    expect(said(first)).toContain('Not right yet. Try again. Check question 1 (try 2 of 3)');
    expect(first).not.toContain('Count.');
    expect(said(second)).toContain('Read the hint, then try again. Hint Count. Check question 1 (try 3 of 3)');
    expect(second).not.toContain('It is two.');
    expect(said(third)).toMatch(/✗ Wrong .*right answer.*You wrote the digits side by side\. Solution It is two\./);
    expect(third).not.toContain('name="q1"');
  });

  it('counts a double tap once, and an empty answer not at all', async () => {
    const { browser, path, form } = await atThePaper(practice);
    const empty = await browser.send(`${path}/try`, { ...form, check: '1.1' });
    expect(empty.status).toBe(400);
    expect(said(empty.text)).toContain('This used no try.');
    await Promise.all([1, 2].map(() => browser.send(`${path}/try`, { ...form, ...tryOne(1, '1') })));
    expect(said((await browser.open(path)).text)).toContain('try 2 of 3');
    // An old page that sends another answer as the first try learns where the question stands.
    expect(await browser.send(`${path}/try`, { ...form, ...tryOne(1, '0') })).toMatchObject({ status: 303 });
    expect(said((await browser.open(path)).text)).toContain('Mastered: 0 of 2');
    await browser.send(`${path}/try`, { ...form, ...tryOne(2, '0') });
    expect(said((await browser.open(path)).text)).toContain('Mastered: 1 of 2');
    expect(await browser.send(`${path}/try`, { ...form, ...tryOne(3, '0') })).toMatchObject({ status: 303 });
    expect((await browser.send(`${path}/try`, { ...form, check: '7.1' })).status).toBe(400);
  });

  it('keeps what is chosen in the other questions when one is checked, as if it were saved', async () => {
    const { browser, path, form, itemIds, look } = await atThePaper(practice);
    await browser.send(`${path}/try`, { ...form, ...tryOne(1, '1'), q2: '0' });
    const after = (await browser.open(path)).text;
    expect(fieldsOf(after)).toMatchObject({ q1: '1', q2: '0' });
    expect(said(after)).toContain('Mastered: 0 of 2');
    expect((await look()).responses).toMatchObject({
      [itemIds[0] ?? '']: { response: { selected: ['b'] } },
      [itemIds[1] ?? '']: { response: { selected: ['a'] } },
    });
    // With nothing to check, with Enter in a text, and with an answer changed after a miss too.
    const empty = await browser.send(`${path}/try`, { ...fieldsOf(after), q1: '', q2: '1', check: '1.2' });
    expect(empty.status).toBe(400);
    expect(fieldsOf(empty.text)).toMatchObject({ q1: '', q2: '1' });
    const saved = await browser.send(`${path}/try`, { ...fieldsOf(empty.text), q1: '0', q2: '1' });
    expect(saved.to).toMatch(/\?page=1&saved=\d+$/);
    const kept = (await browser.open(saved.to)).text;
    expect(fieldsOf(kept)).toMatchObject({ q1: '0', q2: '1' });
    expect(said(kept)).toContain('Check question 1 (try 2 of 3)');
    expect(said(kept)).toMatch(/Your answers are saved at school, .* Check question 2 \(try 1 of 3\)/);
  });

  it('takes back what is emptied, but not what a page has never seen', async () => {
    const { browser, path, shown } = await atThePaper(practice);
    await browser.send(`${path}/try`, { ...fieldsOf(shown.text), q2: '0' });
    const second = (await browser.open(path)).text;
    await browser.send(`${path}/try`, { ...fieldsOf(shown.text), ...tryOne(1, '1') });
    expect(fieldsOf((await browser.open(path)).text)).toMatchObject({ q2: '0' });
    await browser.send(`${path}/try`, { ...fieldsOf(second), q2: '' });
    expect(fieldsOf((await browser.open(path)).text)).toMatchObject({ q2: '' });
  });

  it('keeps what is chosen when the page is turned, and says before it ends what was not checked', async () => {
    const many = { ...practice, items: choices(PAGE_SIZE + 1, { shuffle: false }) };
    const { browser, path, form } = await atThePaper(many);
    const turned = await browser.send(`${path}/try`, { ...form, q1: '0', q2: '0', go: 'next' });
    expect(turned.to).toContain('?page=2&');
    expect(fieldsOf((await browser.open(path)).text)).toMatchObject({ q1: '0', q2: '0' });
    await browser.send(`${path}/try`, { ...form, ...tryOne(1, '0'), q2: '0' });
    const asked = await browser.send(`${path}/try`, { ...fieldsOf((await browser.open(path)).text), go: 'finish' });
    expect(said(asked.text)).toMatch(/not checked yet\. They do not count: Question 2 Back to the paper/);
    expect(asked.text).toContain(`href="${path}?page=1#q2"`);
    await browser.send(`${path}/try`, { ...form, check: '2.1', q2: '0' });
    const page = (await browser.open(path)).text;
    expect(await browser.send(`${path}/try`, { ...fieldsOf(page), go: 'finish' })).toMatchObject({
      status: 303,
      to: `${path}/result`,
    });
    expect(said((await browser.open(`${path}/result`)).text)).toContain('2 of 51 marks');
  });

  it('works with the attempt’s token alone, and is no way to write on an exam', async () => {
    const { path, form } = await atThePaper(practice);
    const anybody = await aBrowser();
    const checked = await anybody.send(
      `${path}/try`,
      { ...form, ...tryOne(1, '1'), q2: '0' },
      { bindings: { DB: away } },
    );
    expect(checked).toMatchObject({ status: 200, d1: 0 });
    expect(fieldsOf(checked.text)).toMatchObject({ q1: '1', q2: '0' });
    const exam = await atThePaper(inOrder);
    expect((await exam.browser.send(`${exam.path}/try`, { ...exam.form, ...tryOne(1, '0') })).status).toBe(409);
    expect(await exam.answered()).toEqual(['', '', '']);
  });

  it('may lie open on two pages, and ends with a result', async () => {
    const { browser, path, form } = await atThePaper(practice);
    await browser.open(path);
    expect(await browser.send(`${path}/submit`, form)).toMatchObject({ status: 303 });
    expect(said((await browser.open(`${path}/result`)).text)).toContain('– Not answered');
    expect(await browser.send(`${path}/try`, { ...form, ...tryOne(1, '0') })).toMatchObject({
      status: 303,
      to: `${path}/result`,
    });
  });
});
