import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it, test } from 'vitest';
import { audit } from '../../src/identity/schema.ts';
import { deleteBank } from '../../src/items/index.ts';
import { bank, item } from '../../src/items/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { choice, db, makeBank, makeCall, makeClient, makeCourse, numbered } from './make.ts';

const aChoice = {
  type: 'choice',
  prompt: 'What is $1 + 1$?',
  choices: [
    { id: 'a', text: '2' },
    { id: 'b', text: '11', misconception: 'You wrote the digits side by side.' },
  ],
  correct: ['a'],
  difficulty: 'easy',
};
const anEntry = {
  type: 'text_entry',
  prompt: 'The capital of Malawi is {{city}}.',
  blanks: [{ id: 'city', accepted: ['Lilongwe'] }],
  difficulty: 'easy',
};
const aNumber = { type: 'numeric', prompt: 'Half of 5', answer: 2.5, difficulty: 'easy' };

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

const asInstructor = async () => {
  const call = await makeCall();
  return { call, ask: await makeClient(call) };
};

describe('banks', () => {
  it('are made, read, renamed and deleted', async () => {
    const { call, ask } = await asInstructor();
    const { courseKey } = await makeCourse(call);
    const made = await ask('POST', '/banks', { title: 'Numbers' });
    expect(made).toMatchObject({ status: 201, d1: 2 });
    expect(made.json).toEqual({ id: expect.stringMatching(/^bnk_/), title: 'Numbers', version: 1 });
    const path = `/banks/${made.json?.id}`;
    expect((await ask('GET', path)).json).toEqual(made.json);
    expect((await ask('PATCH', path, { title: 'Integers', courseKey })).json).toEqual({
      ...made.json,
      title: 'Integers',
      courseKey,
    });
    expect((await ask('PATCH', path, {})).json).toEqual({ ...made.json, title: 'Integers', courseKey });
    expect((await ask('PATCH', path, { courseKey: null })).json).toEqual({ ...made.json, title: 'Integers' });
    const gone = await ask('DELETE', path);
    expect([gone.status, gone.json]).toEqual([204, undefined]);
    expect((await ask('GET', path)).status).toBe(404);
  });

  it('are listed in pages with the number of their items, in one round trip behind the sign-in', async () => {
    const { call, ask } = await asInstructor();
    for (const items of [numbered(2), [], numbered(1)]) await makeBank(call, items);
    const first = await ask('GET', '/banks?pageSize=2');
    expect(first).toMatchObject({ status: 200, d1: 2, json: { count: 3, previous: null } });
    const next = new URL(String(first.json?.next));
    const second = await ask('GET', `/banks${next.search}`);
    expect(second.json).toMatchObject({ count: 3, next: null });
    const counts = [...(first.json?.results ?? []), ...(second.json?.results ?? [])].map((one) => one.itemCount);
    expect(counts.sort()).toEqual([0, 1, 2]);
  });

  it('are searched by any part of the title, without regard to case', async () => {
    const { ask } = await asInstructor();
    const long = `Algebra ${'x'.repeat(80)}`;
    for (const title of [long, '100 % sure', 'Numbers']) await ask('POST', '/banks', { title });
    const titles = async (search: string) =>
      (await ask('GET', `/banks?search=${encodeURIComponent(search)}`)).json?.results.map((one) => one.title);
    expect(await titles('ALGEBRA')).toEqual([long]);
    expect(await titles('x'.repeat(80))).toEqual([long]);
    expect(await titles('%')).toEqual(['100 % sure']);
    expect(await titles("' or 1=1 --")).toEqual([]);
  });

  test.each([
    [{}, '/title'],
    [{ title: ' ' }, '/title'],
    [{ title: 'x'.repeat(201) }, '/title'],
    [{ title: 7 }, '/title'],
    [{ title: 'x', owner: 'me' }, '/owner'],
    [{ title: 'x', courseKey: 'none' }, '/courseKey'],
    [{ title: 'x', courseKey: 7 }, '/courseKey'],
  ])('are refused when %j', async (body, pointer) => {
    const { ask } = await asInstructor();
    const answer = await ask('POST', '/banks', body);
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid', errors: [{ pointer }] } });
  });

  it('are made once for one Idempotency-Key', async () => {
    const { ask } = await asInstructor();
    const key = { 'idempotency-key': newId('request') };
    const [first, again] = [
      await ask('POST', '/banks', { title: 'x' }, key),
      await ask('POST', '/banks', { title: 'x' }, key),
    ];
    expect(again.json).toEqual(first.json);
    expect((await ask('GET', '/banks')).json?.results).toHaveLength(1);
  });
});

describe('items', () => {
  it('are added, all with their defaults, and read back as staff see them', async () => {
    const { call, ask } = await asInstructor();
    const { id } = await makeBank(call, []);
    const added = await ask('POST', `/banks/${id}/items`, { items: [aChoice, anEntry, aNumber] });
    expect(added).toMatchObject({ status: 201, d1: 3 });
    const ids = added.json?.items.map((one) => one.id) ?? [];
    expect(added.json).toEqual({ created: 3, items: ids.map((id) => ({ id, version: 1 })) });
    const listed = await ask('GET', `/banks/${id}/items`);
    expect(listed).toMatchObject({ status: 200, d1: 2 });
    expect(listed.json).toEqual({
      count: 3,
      next: null,
      previous: null,
      results: [
        { id: ids[0], version: 1, ...aChoice, maxScore: 1, shuffle: true, scoring: 'all_or_nothing' },
        { id: ids[1], version: 1, ...anEntry, maxScore: 1, blanks: [{ ...anEntry.blanks[0], caseSensitive: false }] },
        { id: ids[2], version: 1, ...aNumber, maxScore: 1 },
      ],
    });
    expect((await ask('GET', `/items/${ids[2]}`)).json).toEqual(listed.json?.results[2]);
    expect((await ask('GET', `/banks/${id}`)).json?.version).toBe(2);
  });

  it('are replaced by a next version, and deleted', async () => {
    const { call, ask } = await asInstructor();
    const { id, items } = await makeBank(call, [choice()]);
    const path = `/items/${items[0]?.id}`;
    const put = await ask('PUT', path, { ...aNumber, tags: ['halves'] });
    expect(put).toMatchObject({ status: 200, d1: 3 });
    expect(put.json).toEqual({ id: items[0]?.id, version: 2, ...aNumber, tags: ['halves'], maxScore: 1 });
    expect((await ask('GET', path)).json).toEqual(put.json);
    expect((await ask('DELETE', path)).status).toBe(204);
    expect((await ask('DELETE', path)).status).toBe(404);
    expect((await ask('PUT', path, aNumber)).status).toBe(404);
    expect((await ask('GET', `/banks/${id}/items`)).json).toMatchObject({ count: 0, results: [] });
    expect((await ask('GET', `/banks/${id}`)).json?.version).toBe(4);
  });

  test.each([
    ['no right answer', { ...aChoice, correct: [] }, '/items/1/correct'],
    ['a key that is not among the choices', { ...aChoice, correct: ['a', 'z'] }, '/items/1/correct/1'],
    ['a choice twice', { ...aChoice, choices: [aChoice.choices[0], aChoice.choices[0]] }, '/items/1/choices/1/id'],
    ['one choice', { ...aChoice, choices: [aChoice.choices[0]] }, '/items/1/choices'],
    [
      'an empty choice',
      { ...aChoice, choices: [aChoice.choices[0], { id: 'b', text: ' ' }] },
      '/items/1/choices/1/text',
    ],
    ['an unknown field', { ...aChoice, answer: 1 }, '/items/1/answer'],
    ['an unknown type', { ...aChoice, type: 'essay' }, '/items/1/type'],
    ['no type', { prompt: 'x' }, '/items/1/type'],
    ['no item', 'x', '/items/1'],
    [
      'a blank without an accepted text',
      { ...anEntry, blanks: [{ id: 'city', accepted: [] }] },
      '/items/1/blanks/0/accepted',
    ],
    ['a mark without a blank', { ...anEntry, prompt: '{{city}} {{no}}' }, '/items/1/prompt'],
    ['a blank without a mark', { ...anEntry, prompt: 'The capital' }, '/items/1/blanks/0/id'],
    ['a blank inside a formula', { ...anEntry, prompt: '$x = {{city}}$' }, '/items/1/prompt'],
    ['an answer that is no number', { ...aNumber, answer: '2.5' }, '/items/1/answer'],
    ['a negative tolerance', { ...aNumber, tolerance: { kind: 'absolute', value: -1 } }, '/items/1/tolerance/value'],
    [
      'TeX that cannot be read',
      { ...aNumber, solution: { explanation: 'e', steps: ['$\\frac$'] } },
      '/items/1/solution/steps/0',
    ],
    ['an unknown objective', { ...aNumber, objectiveId: 'obj_none' }, '/items/1/objectiveId'],
    ['an unknown difficulty', { ...aNumber, difficulty: 'trivial' }, '/items/1/difficulty'],
    ['no score', { ...aNumber, maxScore: 0 }, '/items/1/maxScore'],
  ])('are refused, all of them, for one with %s', async (_name, bad, pointer) => {
    const { call, ask } = await asInstructor();
    const { id } = await makeBank(call, []);
    const answer = await ask('POST', `/banks/${id}/items`, { items: [aChoice, bad] });
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid' } });
    expect(answer.json?.errors.map((one) => one.pointer)).toContain(pointer);
    expect((await ask('GET', `/banks/${id}/items`)).json?.count).toBe(0);
  });

  test.each([
    [{ items: [] }, '/items'],
    [{ items: times(501, aNumber) }, '/items'],
    [{ items: aNumber }, '/items'],
    [{}, '/items'],
    [{ items: [aNumber], more: 1 }, '/more'],
  ])('are refused in a list that is empty, too long or none', async (body, pointer) => {
    const { call, ask } = await asInstructor();
    const { id } = await makeBank(call, []);
    const answer = await ask('POST', `/banks/${id}/items`, body);
    expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer }] } });
  });

  it('are taken up to 500 at once, and up to 1 MiB', async () => {
    const { call, ask } = await asInstructor();
    const { id } = await makeBank(call, []);
    const answer = await ask('POST', `/banks/${id}/items`, { items: times(500, aNumber) });
    expect(answer).toMatchObject({ status: 201, d1: 3, json: { created: 500 } });
    const large = await ask('POST', `/banks/${id}/items`, {
      items: times(200, { ...aNumber, prompt: 'x'.repeat(9000) }),
    });
    expect(large.status).toBe(413);
  });

  it('of a new version are refused with pointers into the item', async () => {
    const { call, ask } = await asInstructor();
    const { items } = await makeBank(call, [choice()]);
    const put = async (body: unknown) => (await ask('PUT', `/items/${items[0]?.id}`, body)).json?.errors[0]?.pointer;
    expect(await put({ ...aChoice, correct: ['z'] })).toBe('/correct/0');
    expect(await put({ ...aChoice, prompt: '$\\frac$' })).toBe('/prompt');
    expect(await put({ ...aChoice, objectiveId: 'obj_none' })).toBe('/objectiveId');
    expect(await put({ ...aChoice, id: items[0]?.id })).toBe('/id');
  });
});

describe('who may', () => {
  it('is nobody signed out, and no student', async () => {
    const student = await makeClient(await makeCall('student'));
    const { id, items } = await makeBank(await makeCall());
    const routes: [string, string, unknown?][] = [
      ['GET', '/banks'],
      ['POST', '/banks', { title: 'x' }],
      ['GET', `/banks/${id}`],
      ['PATCH', `/banks/${id}`, { title: 'x' }],
      ['DELETE', `/banks/${id}`],
      ['GET', `/banks/${id}/items`],
      ['POST', `/banks/${id}/items`, { items: [aNumber] }],
      ['GET', `/items/${items[0]?.id}`],
      ['PUT', `/items/${items[0]?.id}`, aNumber],
      ['DELETE', `/items/${items[0]?.id}`],
    ];
    for (const [method, path, body] of routes) {
      expect((await student(method, path, body)).json, `${method} ${path}`).toMatchObject({
        status: 403,
        code: 'forbidden',
      });
      const signedOut = await student(method, path, body, { authorization: '' });
      expect([signedOut.status, signedOut.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
  });

  it("is not an instructor on another's bank: it answers as an absent one, word for word", async () => {
    const { ask } = await asInstructor();
    const { id, items } = await makeBank(await makeCall());
    const pairs: [string, string, string, unknown?][] = [
      ['GET', `/banks/${id}`, '/banks/none'],
      ['PATCH', `/banks/${id}`, '/banks/none', { title: 'mine' }],
      ['DELETE', `/banks/${id}`, '/banks/none'],
      ['GET', `/banks/${id}/items`, '/banks/none/items'],
      ['POST', `/banks/${id}/items`, '/banks/none/items', { items: [aNumber] }],
      ['GET', `/items/${items[0]?.id}`, '/items/none'],
      ['PUT', `/items/${items[0]?.id}`, '/items/none', aNumber],
      ['DELETE', `/items/${items[0]?.id}`, '/items/none'],
    ];
    for (const [method, theirs, none, body] of pairs) {
      const [hidden, absent] = [await ask(method, theirs, body), await ask(method, none, body)];
      expect(hidden.status, `${method} ${theirs}`).toBe(404);
      expect({ ...hidden.json, requestId: '' }).toEqual({ ...absent.json, requestId: '' });
    }
    expect(await db.select({ title: bank.title, version: bank.version }).from(bank).where(eq(bank.id, id))).toEqual([
      { title: 'Numbers', version: 2 },
    ]);
    expect((await ask('GET', '/banks')).json?.count).toBe(0);
  });
});

describe('what was done', () => {
  it('is written down with ids and versions, never with the items', async () => {
    const { call, ask } = await asInstructor();
    const made = await ask('POST', '/banks', { title: 'Numbers' });
    const bankId = String(made.json?.id);
    const added = await ask('POST', `/banks/${bankId}/items`, { items: [aChoice] });
    const itemId = String(added.json?.items[0]?.id);
    await ask('PUT', `/items/${itemId}`, aNumber);
    await ask('DELETE', `/items/${itemId}`);
    await ask('PATCH', `/banks/${bankId}`, { title: 'Integers' });
    await ask('DELETE', `/banks/${bankId}`);
    const rows = await db.select().from(audit).where(eq(audit.actorId, call.actor.userId)).orderBy(audit.id);
    expect(rows.map(({ action, subject, detail }) => ({ action, subject, detail }))).toEqual([
      { action: 'bank.created', subject: bankId, detail: { title: 'Numbers', courseId: null } },
      { action: 'items.added', subject: bankId, detail: { items: [itemId] } },
      { action: 'item.changed', subject: itemId, detail: { bankId, version: 2 } },
      { action: 'item.deleted', subject: itemId, detail: { bankId, version: 2 } },
      { action: 'bank.changed', subject: bankId, detail: { title: 'Integers', courseId: null } },
      { action: 'bank.deleted', subject: bankId, detail: { version: 4 } },
    ]);
  });

  it('is not written down when it was refused', async () => {
    const { call, ask } = await asInstructor();
    const { id } = await makeBank(call, []);
    await deleteBank(call, id);
    await ask('POST', `/banks/${id}/items`, { items: [aNumber] });
    const rows = await db.select().from(audit).where(eq(audit.subject, id));
    expect(rows.map((row) => row.action)).toEqual(['bank.created', 'bank.deleted']);
    expect(await db.select().from(item).where(eq(item.bankId, id))).toEqual([]);
    expect(await env.BANKS.get(`bank:${id}:v2`)).toBeNull();
  });
});
