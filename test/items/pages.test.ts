import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { session } from '../../src/identity/schema.ts';
import { addItems, createBank, type Item, ItemInput, replaceItem } from '../../src/items/index.ts';
import { fillForm, readItemForm } from '../../src/items/item-forms.ts';
import { requireItem } from '../../src/items/items.ts';
import type { Call } from '../../src/lib/call.ts';
import { hmac, newSecret, sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import type { LogLine } from '../../src/lib/log.ts';
import { choice, db, makeBank, makeCall, makeCourse, numbered } from './make.ts';

/** A browser without JavaScript, signed in. */
async function makeBrowser(call: Call) {
  const secret = newSecret();
  const { userId } = call.actor;
  const expiresAt = Date.now() + 3_600_000;
  await db
    .insert(session)
    .values({ secretHash: await sha256(secret), id: newId('session'), userId, createdAt: 1, expiresAt });
  const csrf = await hmac(secret, 'csrf');
  let line: LogLine = {};
  const app = createApp({ log: (_level, written) => (line = written) });
  const open = async (path: string, form?: Record<string, string>) => {
    const response = await app.request(
      path,
      {
        headers: { cookie: `__Host-ve_session=${secret}` },
        ...(form && { method: 'POST', body: new URLSearchParams(form) }),
      },
      env,
      createExecutionContext(),
    );
    const { status, headers } = response;
    return { status, location: headers.get('location'), html: await response.text(), d1: line.d1 };
  };
  const send = (path: string, fields: Record<string, string>) => open(path, { csrf, ...fields });
  return { open, send };
}

/** What tells the form of a page from the same page opened again. */
const onceIn = (html: string) => /name="once" value="([^"]+)"/.exec(html)?.[1] ?? '';

const newChoice = {
  prompt: 'What is $1 + 1$?',
  difficulty: 'easy',
  maxScore: '2',
  tags: 'sums, easy ones',
  hint: 'Count.',
  explanation: 'Two.',
  steps: 'One.\r\n\r\nAnd one.',
  'choices.0.id': '',
  'choices.0.text': '2',
  'choices.0.correct': 'on',
  'choices.0.misconception': '',
  'choices.1.id': '',
  'choices.1.text': '',
  'choices.1.misconception': '',
  'choices.2.id': '',
  'choices.2.text': '11',
  'choices.2.misconception': 'Digits side by side.',
  scoring: 'all_or_nothing',
  shuffle: 'on',
};

describe('the list of banks', () => {
  it('says so when it is empty, offers to make one, and finds by title', async () => {
    const { open, send } = await makeBrowser(await makeCall());
    const empty = await open('/staff/banks');
    expect(empty).toMatchObject({ status: 200, d1: 3 });
    expect(empty.html).toContain('There is no bank yet');
    const made = await send('/staff/banks', { title: 'Sets & <logic>', courseKey: '' });
    expect(made).toMatchObject({ status: 303, location: expect.stringMatching(/^\/staff\/banks\/bnk_/) });
    const listed = (await open('/staff/banks?search=SETS')).html;
    expect(listed).toContain(`<a href="${made.location}">Sets &amp; &lt;logic&gt;</a>`);
    expect((await open('/staff/banks?search=surds')).html).toContain('No bank has this in its title.');
  });

  it('says in words that an address asks too much', async () => {
    const { open } = await makeBrowser(await makeCall());
    const odd = await open(`/staff/banks?search=${'x'.repeat(300)}`);
    expect(odd.status).toBe(400);
    expect(odd.html).toContain('Something in its address cannot be.');
    expect(odd.html).not.toContain('/query/');
  });

  it('keeps what was typed when the bank cannot be made, and tells why', async () => {
    const { send } = await makeBrowser(await makeCall());
    const { courseKey } = await makeCourse();
    const foreign = await send('/staff/banks', { title: 'Mine', courseKey });
    expect(foreign.status).toBe(400);
    expect(foreign.html).toContain('You do not teach this course.');
    expect(foreign.html).toContain('value="Mine"');
    const untitled = await send('/staff/banks', { title: ' ', courseKey: '' });
    expect(untitled.html).toMatch(/role="alert".*<a href="#title">Give the bank a title/s);
  });

  it('makes one bank of a form that comes twice', async () => {
    const { open, send } = await makeBrowser(await makeCall());
    const once = onceIn((await open('/staff/banks')).html);
    const fields = { once, title: 'Sets', courseKey: '' };
    const first = await send('/staff/banks', fields);
    expect((await send('/staff/banks', fields)).location).toBe(first.location);
    const listed = await open('/staff/banks?page=0');
    expect([listed.status, listed.location]).toEqual([303, '/staff/banks']);
    const { html } = await open('/staff/banks');
    expect(html.match(/\/staff\/banks\/bnk_/g)).toHaveLength(1);
    expect(onceIn(html)).not.toBe(once);
  });

  it('goes on to the next page', async () => {
    const call = await makeCall();
    for (let n = 0; n < 51; n++) await createBank(call, { title: `Bank ${n}` });
    const { open } = await makeBrowser(call);
    const { html } = await open('/staff/banks');
    expect(html).toContain('page=2');
    expect((await open('/staff/banks?page=2')).html.match(/\/staff\/banks\/bnk_/g)).toHaveLength(1);
  });
});

describe('a bank', () => {
  it('shows its items as they look, and a link to each and to a new one of every type', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, [choice({ prompt: 'So $x$ is *big*' })]);
    const { open } = await makeBrowser(call);
    const { html, d1, status } = await open(`/staff/banks/${bank.id}`);
    expect({ status, d1 }).toEqual({ status: 200, d1: 2 });
    expect(html).toContain('So <math><mi>x</mi></math> is <em>big</em>');
    expect(html).toContain(`/staff/items/${bank.items[0]?.id}`);
    for (const type of ['choice', 'text_entry', 'numeric']) expect(html).toContain(`/items/new?type=${type}`);
  });

  it('is deleted after a question', async () => {
    const call = await makeCall();
    const bank = await makeBank(call);
    const { open, send } = await makeBrowser(call);
    expect((await open(`/staff/banks/${bank.id}/delete`)).html).toContain('Delete the bank “Numbers”');
    expect((await open(`/staff/banks/${bank.id}`)).status).toBe(200);
    expect(await send(`/staff/banks/${bank.id}/delete`, {})).toMatchObject({ status: 303, location: '/staff/banks' });
    expect((await open(`/staff/banks/${bank.id}`)).status).toBe(404);
  });
});

describe('a new item', () => {
  it('is written in a form, shown as it looks, and changed in the same form', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const { open, send } = await makeBrowser(call);
    const path = `/staff/banks/${bank.id}/items/new?type=choice`;
    expect((await open(path)).html.match(/name="choices\.\d\.text"/g)).toHaveLength(4);
    const saved = await send(path, newChoice);
    expect(saved.status).toBe(303);
    const { html, d1 } = await open(String(saved.location));
    expect(d1).toBe(2);
    expect(html).toContain('Saved as version 1.');
    expect(html).toContain('What is <math><mn>1</mn><mo>+</mo><mn>1</mn></math>?');
    expect(html.match(/name="choices\.\d\.text"/g)).toHaveLength(4);

    const id = /itm_\w+/.exec(String(saved.location))?.[0] ?? '';
    const kept = await requireItem(call, id);
    expect(kept.item).toEqual({
      type: 'choice',
      prompt: 'What is $1 + 1$?',
      choices: [
        { id: 'a', text: '2' },
        { id: 'b', text: '11', misconception: 'Digits side by side.' },
      ],
      correct: ['a'],
      shuffle: true,
      scoring: 'all_or_nothing',
      difficulty: 'easy',
      maxScore: 2,
      tags: ['sums', 'easy ones'],
      hint: 'Count.',
      solution: { explanation: 'Two.', steps: ['One.', 'And one.'] },
    });
    const changed = await send(`/staff/items/${id}`, {
      ...fillForm('choice', kept.item as Item & { type: 'choice' }),
      prompt: 'New',
      seenVersion: '1',
    });
    expect(changed.status).toBe(303);
    expect((await requireItem(call, id)).item).toEqual({ ...kept.item, prompt: 'New' });
  });

  it('keeps everything typed when it is refused, and links each problem to its field', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const { send } = await makeBrowser(call);
    const { 'choices.0.correct': _, ...without } = newChoice;
    const refused = await send(`/staff/banks/${bank.id}/items/new?type=choice`, {
      ...without,
      'choices.2.text': '"11" <b> $\\frac$',
      maxScore: 'two',
    });
    expect(refused.status).toBe(400);
    expect(refused.html).toMatch(/<div role="alert"/);
    for (const name of ['choices.0.correct', 'maxScore']) {
      expect(refused.html).toContain(`<a href="#${name}">`);
      expect(refused.html).toContain(`id="${name}-problem"`);
    }
    expect(refused.html).toContain('value="two"');
    expect(refused.html).toContain('&quot;11&quot; &lt;b&gt; $\\frac$</textarea>');
    const unreadable = await send(`/staff/banks/${bank.id}/items/new?type=choice`, {
      ...newChoice,
      'choices.2.text': '$\\frac$',
    });
    expect(unreadable.html).toContain('<a href="#choices.2.text">the formula');
  });

  it('is made once of a form that comes twice', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const { open, send } = await makeBrowser(call);
    const path = `/staff/banks/${bank.id}/items/new?type=choice`;
    const once = onceIn((await open(path)).html);
    const wrong = await send(path, { ...newChoice, once, maxScore: 'two' });
    expect(wrong.status).toBe(400);
    const first = await send(path, { ...newChoice, once: onceIn(wrong.html) });
    expect(first.status).toBe(303);
    expect((await send(path, { ...newChoice, once: onceIn(wrong.html) })).location).toBe(first.location);
    expect((await open(`/staff/banks/${bank.id}`)).html.match(/\/staff\/items\/itm_/g)).toHaveLength(1);
    expect(onceIn((await open(String(first.location))).html)).toBe('');
    expect((await open('/staff/banks')).html).toContain('<small>1 question</small>');
  });

  it('is refused in words for whoever writes it, at every control', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const { send } = await makeBrowser(call);
    const refused = async (type: string, fields: Record<string, string>) => {
      const { html } = await send(`/staff/banks/${bank.id}/items/new?type=${type}`, fields);
      expect(html).not.toMatch(/Invalid|Too (small|big)|expected/);
      return [...html.matchAll(/<a href="#[^"]+">([^<]*)<\/a>/g)].map(([, told]) => told);
    };
    const number = { prompt: 'How many?', difficulty: 'easy', maxScore: '0', answer: 'abc', significantFigures: '0.5' };
    const value = { toleranceKind: 'absolute', toleranceValue: 'x' };
    expect(await refused('numeric', { ...number, ...value, unit: 'x'.repeat(33) })).toEqual([
      'Write the marks as a number from above 0 to 1000, such as 2 or 0.5.',
      'Write the right answer as a number, such as 12.5 or -3e8.',
      'Write the value of the tolerance as a number, 0 or more, such as 0.05.',
      'Write a unit of at most 32 characters.',
      'Write a whole number from 1 to 15, or nothing.',
    ]);
    expect(await refused('numeric', { difficulty: 'easy', maxScore: '1' })).toEqual([
      'Write the question, in at most 10,000 characters.',
      'Write the right answer as a number, such as 12.5 or -3e8.',
    ]);
    expect(await refused('choice', { ...newChoice, 'choices.2.text': '', 'choices.2.misconception': '' })).toEqual([
      'Write 2 to 30 choices of at most 2,000 characters each.',
    ]);
    await refused('text_entry', {
      'blanks.0.id': 'b',
      'blanks.0.accepted': '',
      tags: 'x'.repeat(65),
      difficulty: 'no',
    });
  });

  it('can name an objective of the course of its bank', async () => {
    const call = await makeCall();
    const course = await makeCourse(call);
    const bank = await createBank(call, { title: 'Ours', courseKey: course.courseKey });
    const { open, send } = await makeBrowser(call);
    const path = `/staff/banks/${bank.id}/items/new?type=choice`;
    expect((await open(path)).html).toContain(
      `<option value="${course.objectiveId}">Numbers: Add two numbers</option>`,
    );
    const { location } = await send(path, { ...newChoice, objectiveId: course.objectiveId });
    const { html } = await open(String(location));
    expect(html).toContain(`<option value="${course.objectiveId}" selected="">`);
    const strange = await send(path, { ...newChoice, objectiveId: 'obj_none' });
    expect(strange.html).toContain('<a href="#objectiveId">unknown objective</a>');
  });

  it('of an unknown type, or in an unknown bank, is not there', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const { open } = await makeBrowser(call);
    for (const type of ['essay', 'constructor', '']) {
      expect((await open(`/staff/banks/${bank.id}/items/new?type=${type}`)).status).toBe(404);
    }
    expect((await open('/staff/banks/none/items/new?type=choice')).status).toBe(404);
  });
});

describe('changing an item', () => {
  it('warns when somebody else saved it meanwhile, keeps the text, and saves on the second try', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, [choice()]);
    const id = bank.items[0]?.id ?? '';
    const { send } = await makeBrowser(call);
    await replaceItem(call, { id, source: choice({ prompt: 'theirs' }) });
    const form = { ...newChoice, prompt: 'mine' };
    const warned = await send(`/staff/items/${id}`, { ...form, seenVersion: '1' });
    expect(warned.status).toBe(400);
    expect(warned.html).toContain('Somebody else saved this question meanwhile');
    expect(warned.html).toContain('mine</textarea>');
    expect(warned.html).toContain('name="seenVersion" value="2"');
    expect(await send(`/staff/items/${id}`, { ...form, seenVersion: '2' })).toMatchObject({ status: 303 });
    expect((await requireItem(call, id)).item.prompt).toBe('mine');
  });

  it('shows no text of an item as markup of the page', async () => {
    const call = await makeCall();
    const evil = '</textarea><script>alert(1)</script>';
    const bank = await makeBank(call, [choice({ prompt: evil, hint: evil, tags: ['"><script>alert(1)</script>'] })]);
    const { open } = await makeBrowser(call);
    for (const path of [
      `/staff/items/${bank.items[0]?.id}`,
      `/staff/banks/${bank.id}`,
      `/staff/items/${bank.items[0]?.id}/delete`,
    ]) {
      expect((await open(path)).html).not.toContain('<script>alert');
    }
  });

  it('is ended by deleting, after a question', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, numbered(1));
    const path = `/staff/items/${bank.items[0]?.id}`;
    const { open, send } = await makeBrowser(call);
    expect((await open(`${path}/delete`)).html).toContain('Delete this question?');
    expect(await send(`${path}/delete`, {})).toMatchObject({ status: 303, location: `/staff/banks/${bank.id}` });
    expect((await open(path)).status).toBe(404);
  });
});

describe('the form of an item', () => {
  const items: object[] = [
    choice({
      objectiveId: 'obj_x',
      tags: ['a', 'b'],
      hint: 'h',
      solution: { explanation: 'e', steps: ['1', '2'] },
      scoring: 'sum',
      shuffle: false,
    }),
    choice({
      choices: [
        { id: 'zwei', text: 'x' },
        { id: 'b', text: 'y' },
      ],
      correct: ['zwei', 'b'],
      maxScore: 0.5,
    }),
    {
      type: 'text_entry',
      prompt: '{{b1}} {{x_}}',
      difficulty: 'hard',
      blanks: [
        { id: 'b1', accepted: ['a', 'b c'] },
        { id: 'x_', accepted: ['X'], caseSensitive: true },
      ],
    },
    {
      type: 'numeric',
      prompt: 'p',
      difficulty: 'easy',
      answer: -1.5e-7,
      tolerance: { kind: 'geometric', value: 0.1 },
      unit: 'm/s',
      significantFigures: 2,
    },
    { type: 'numeric', prompt: 'p', difficulty: 'easy', answer: 0 },
  ];

  test.each(items)('filled from an item says that item again: %#', (raw) => {
    const item = ItemInput.parse(raw);
    const { input } = readItemForm(item.type, fillForm(item.type, item));
    expect(ItemInput.parse(input)).toEqual(item);
  });

  it.each(['choice', 'text_entry', 'numeric'] as const)('of %s left empty is refused, never an exception', (type) => {
    expect(ItemInput.safeParse(readItemForm(type, fillForm(type)).input).success).toBe(false);
    expect(ItemInput.safeParse(readItemForm(type, {}).input).success).toBe(false);
  });

  it.each([
    ['2,5', 2.5],
    [' −3 ', -3],
    ['1e-3', 0.001],
    ['.5', 0.5],
  ])('reads the number %s', (written, answer) => {
    expect(readItemForm('numeric', { answer: written }).input).toMatchObject({ answer });
  });

  it.each(['0x10', 'two', '1 000', '1,000,000', 'Infinity', 'NaN'])('leaves %s for the schema to refuse', (written) => {
    expect(readItemForm('numeric', { answer: written }).input).toMatchObject({ answer: expect.any(String) });
  });

  it('gives new choices ids that are free', () => {
    const { input } = readItemForm('choice', {
      'choices.0.id': 'b',
      'choices.0.text': 'old',
      'choices.1.id': '',
      'choices.1.text': 'new',
      'choices.7.text': 'newer',
    });
    expect(input).toMatchObject({ choices: [{ id: 'b' }, { id: 'a' }, { id: 'c' }] });
  });
});

const paths = async (call: Call) => {
  const bank = await makeBank(call, numbered(1));
  const item = `/staff/items/${bank.items[0]?.id}`;
  const own = `/staff/banks/${bank.id}`;
  return { bank: own, item, all: [own, `${own}/delete`, `${own}/items/new?type=choice`, item, `${item}/delete`] };
};

describe('who may', () => {
  it('is no student: 403, and signed out the way leads to sign-in', async () => {
    const { all } = await paths(await makeCall());
    const student = await makeBrowser(await makeCall('student'));
    for (const path of ['/staff/banks', ...all]) {
      expect((await student.open(path)).status, path).toBe(403);
      const nobody = await createApp({ log: () => {} }).request(path, {}, env, createExecutionContext());
      expect([nobody.status, nobody.headers.get('location')]).toEqual([
        303,
        `/sign-in?next=${encodeURIComponent(path)}`,
      ]);
    }
    for (const path of ['/staff/banks', ...all])
      expect((await student.send(path, newChoice)).status, path).toBeGreaterThanOrEqual(403);
  });

  it('is no stranger: 404', async () => {
    const { all, item, bank } = await paths(await makeCall());
    const stranger = await makeBrowser(await makeCall());
    for (const path of all) expect((await stranger.open(path)).status, path).toBe(404);
    expect((await stranger.send(item, newChoice)).status).toBe(404);
    expect((await stranger.send(`${item}/delete`, {})).status).toBe(404);
    expect((await stranger.send(`${bank}/delete`, {})).status).toBe(404);
    expect((await stranger.send(`${bank}/items/new?type=choice`, newChoice)).status).toBe(404);
  });

  it('is nobody without the token of the form', async () => {
    const call = await makeCall();
    const { item, bank } = await paths(call);
    const { open } = await makeBrowser(call);
    for (const path of [item, `${item}/delete`, `${bank}/delete`, `${bank}/items/new?type=choice`, '/staff/banks']) {
      expect((await open(path, { ...newChoice, csrf: 'guessed' })).status, path).toBe(400);
    }
    expect((await open(item)).status).toBe(200);
  });
});

describe('texts', () => {
  it('of blanks stand out in the preview', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const source = {
      type: 'text_entry',
      prompt: 'Go to {{city}}.',
      difficulty: 'easy',
      blanks: [{ id: 'city', accepted: ['Zomba'] }],
    };
    const [added] = await addItems(call, { bankId: bank.id, items: [ItemInput.parse(source)] });
    const { open } = await makeBrowser(call);
    expect((await open(`/staff/items/${added?.id}`)).html).toContain('Go to <strong>[city]</strong>.');
  });
});
