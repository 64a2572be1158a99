import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countKv } from '../../src/db/index.ts';
import {
  addItems,
  createBank,
  deleteBank,
  deleteItem,
  readBanks,
  replaceItem,
  requireBank,
  updateBank,
} from '../../src/items/index.ts';
import { item, itemVersion } from '../../src/items/schema.ts';
import type { Call } from '../../src/lib/call.ts';
import { newId } from '../../src/lib/ids.ts';
import { choice, db, makeBank, makeCall, makeCourse, numbered, overtaken, trips, tripsOf } from './make.ts';

const kv = countKv(env.BANKS, trips);

/** A cache that never has anything, so that the database must answer. */
const noCache = {
  get: async () => new Map<string, null>(),
  put: async () => {},
} as unknown as KVNamespace;

const fail = () => {
  throw new Error('KV is away');
};

const promptsAt = async (bankId: string, version: number, cache = noCache) => {
  const [content] = await readBanks(db, cache, [{ bankId, version }]);
  return content?.items.map((one) => one.item.prompt);
};

describe('adding items', () => {
  it('appends them in their order, each rendered, and raises the version of the bank by one', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, [choice({ prompt: 'first' })]);
    const added = await addItems(call, {
      bankId: bank.id,
      items: [choice({ prompt: 'second' }), choice({ prompt: '*third*' })],
    });
    expect(added).toEqual([
      { id: expect.stringMatching(/^itm_/), version: 1 },
      { id: expect.stringMatching(/^itm_/), version: 1 },
    ]);
    const [content] = await readBanks(db, noCache, [{ bankId: bank.id, version: 3 }]);
    expect(content).toMatchObject({ bankId: bank.id, version: 3 });
    expect(content?.items.map((one) => [one.position, one.rendered.prompt])).toEqual([
      [0, 'first'],
      [1, 'second'],
      [2, '<em>third</em>'],
    ]);
    expect((await requireBank(call, bank.id)).version).toBe(3);
  });

  it('takes 500 items in two round trips', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const solution = { explanation: 'x'.repeat(3000) };
    const items = numbered(500).map((one) => ({ ...one, solution }));
    expect(await tripsOf(() => addItems(call, { bankId: bank.id, items }))).toEqual({ d1: 2, kv: 0 });
    expect(await promptsAt(bank.id, 2)).toEqual(items.map((one) => one.prompt));
  });

  it('binds no parameter longer than D1 takes', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const sizes: number[] = [];
    const watched = overtaken(call, (_time, batch) => {
      for (const value of batch.flatMap((one) => one.params))
        sizes.push(new TextEncoder().encode(String(value)).byteLength);
    });
    await addItems(watched, {
      bankId: bank.id,
      items: numbered(100).map((one) => ({ ...one, prompt: '数'.repeat(5000) })),
    });
    expect(sizes.reduce((sum, size) => sum + size)).toBeGreaterThan(2_000_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000_002);
  });

  it('keeps every character of a text', async () => {
    const call = await makeCall();
    const prompt = 'a\u0000b \ud800 "q" \\ \u2028 𝒳 \'; drop table item; --';
    const bank = await makeBank(call, [choice({ prompt })]);
    expect(await promptsAt(bank.id, 2)).toEqual([prompt]);
  });

  it('gives parallel writers a version each, and loses none of their items', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const writers = Array.from({ length: 12 }, (_, index) =>
      addItems(call, { bankId: bank.id, items: [choice({ prompt: `by ${index}` })] }),
    );
    await Promise.all(writers);
    expect((await requireBank(call, bank.id)).version).toBe(13);
    const rows = await db
      .select({ position: item.position, bankVersion: itemVersion.bankVersion })
      .from(item)
      .innerJoin(itemVersion, eq(itemVersion.itemId, item.id))
      .where(eq(item.bankId, bank.id));
    const upTo12 = Array.from({ length: 12 }, (_, index) => index);
    expect(rows.map((row) => row.position).sort((a, b) => a - b)).toEqual(upTo12);
    expect(rows.map((row) => row.bankVersion).sort((a, b) => a - b)).toEqual(upTo12.map((index) => index + 2));
  });

  it('refuses all when one cannot be rendered, with a pointer to the text', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const items = [
      choice(),
      choice({
        choices: [
          { id: 'a', text: 'x' },
          { id: 'b', text: '$\\frac$' },
        ],
      }),
    ];
    await expect(addItems(call, { bankId: bank.id, items })).rejects.toMatchObject({
      code: 'invalid',
      more: { errors: [{ pointer: '/items/1/choices/1/text' }] },
    });
    expect((await requireBank(call, bank.id)).version).toBe(1);
  });

  it("refuses objectives that do not exist or are not of the bank's course", async () => {
    const call = await makeCall();
    const [ours, other] = [await makeCourse(call), await makeCourse(call)];
    const bank = await createBank(call, { title: 'Ours', courseKey: ours.courseKey });
    const items = [ours.objectiveId, other.objectiveId, 'obj_none'].map((objectiveId) => choice({ objectiveId }));
    await expect(addItems(call, { bankId: bank.id, items })).rejects.toMatchObject({
      code: 'invalid',
      more: { errors: [{ pointer: '/items/1/objectiveId' }, { pointer: '/items/2/objectiveId' }] },
    });
    const free = await createBank(call, { title: 'Of no course' });
    await expect(addItems(call, { bankId: free.id, items: items.slice(0, 2) })).resolves.toHaveLength(2);
    await expect(addItems(call, { bankId: free.id, items: items.slice(2) })).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('changing an item', () => {
  it('writes the next version and keeps the earlier one', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, [choice({ prompt: 'old' })]);
    const id = bank.items[0]?.id ?? '';
    expect(await replaceItem(call, { id, source: choice({ prompt: '*new*' }) })).toMatchObject({
      id,
      version: 2,
      rendered: { prompt: '<em>new</em>' },
    });
    const kept = await db
      .select({ version: itemVersion.version, source: itemVersion.source, bankVersion: itemVersion.bankVersion })
      .from(itemVersion)
      .where(eq(itemVersion.itemId, id));
    expect(kept.map((one) => [one.version, one.source.prompt, one.bankVersion])).toEqual([
      [1, 'old', 2],
      [2, '*new*', 3],
    ]);
  });

  it('may change its type', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, [choice()]);
    const source = { type: 'numeric', prompt: 'n', answer: 2, difficulty: 'hard', maxScore: 1 } as const;
    const changed = await replaceItem(call, { id: bank.items[0]?.id ?? '', source });
    expect(changed.item.type).toBe('numeric');
  });

  it('gives parallel editors a version each', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, [choice()]);
    const id = bank.items[0]?.id ?? '';
    const edits = [1, 2, 3, 4].map((n) => replaceItem(call, { id, source: choice({ prompt: `edit ${n}` }) }));
    const versions = (await Promise.all(edits)).map((one) => one.version).sort((a, b) => a - b);
    expect(versions).toEqual([2, 3, 4, 5]);
    expect((await requireBank(call, bank.id)).version).toBe(6);
  });

  it('refuses an editor who saw an earlier version', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, [choice()]);
    const id = bank.items[0]?.id ?? '';
    await replaceItem(call, { id, source: choice(), seenVersion: 1 });
    await expect(replaceItem(call, { id, source: choice(), seenVersion: 1 })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('the content of a bank at a version', () => {
  it('stays what it was under every later change', async () => {
    const call = await makeCall();
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), count: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constantFrom('edit' as const, 'delete' as const), at: fc.nat(20) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const bank = await makeBank(call, numbered(2));
        const history = new Map([[2, await promptsAt(bank.id, 2)]]);
        let live = bank.items.map((one) => one.id);
        for (const [index, one] of steps.entries()) {
          const id = 'at' in one ? live[one.at % Math.max(1, live.length)] : undefined;
          if (one.kind === 'add') {
            const added = await addItems(call, { bankId: bank.id, items: numbered(one.count) });
            live = [...live, ...added.map((item) => item.id)];
          } else if (id === undefined) continue;
          else if (one.kind === 'edit') await replaceItem(call, { id, source: choice({ prompt: `edit ${index}` }) });
          else {
            await deleteItem(call, id);
            live = live.filter((other) => other !== id);
          }
          const { version } = await requireBank(call, bank.id);
          expect(version).toBe(Math.max(...history.keys()) + 1);
          const now = await promptsAt(bank.id, version);
          expect(now).toHaveLength(live.length);
          history.set(version, now);
        }
        for (const [version, prompts] of history) expect(await promptsAt(bank.id, version)).toEqual(prompts);
      }),
      { numRuns: 15 },
    );
  }, 30_000);

  it('costs one cache round trip for many banks once cached, and no database', async () => {
    const call = await makeCall();
    const banks = await Promise.all([makeBank(call), makeBank(call), makeBank(call)]);
    const refs = banks.map((one) => ({ bankId: one.id, version: 2 }));
    let first: unknown;
    expect(await tripsOf(async () => (first = await readBanks(db, kv, refs)))).toEqual({ d1: 1, kv: 4 });
    let second: unknown;
    expect(await tripsOf(async () => (second = await readBanks(db, kv, refs)))).toEqual({ d1: 0, kv: 1 });
    expect(second).toEqual(first);
    expect(await env.BANKS.get(`bank:${banks[0]?.id}:v2`, 'json')).toEqual((first as unknown[])[0]);
  });

  it('asks the database for the missing ones only, in one round trip, and keeps the order asked for', async () => {
    const call = await makeCall();
    const [a, b, c] = [await makeBank(call), await makeBank(call), await makeBank(call)];
    await readBanks(db, kv, [{ bankId: b.id, version: 2 }]);
    const refs = [c, b, a, c].map((one) => ({ bankId: one.id, version: 2 }));
    let read: { bankId: string }[] = [];
    expect(await tripsOf(async () => (read = await readBanks(db, kv, refs)))).toEqual({ d1: 1, kv: 3 });
    expect(read.map((one) => one.bankId)).toEqual([c.id, b.id, a.id, c.id]);
  });

  it('is never read stale: a new version has its own key', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, [choice({ prompt: 'old' })]);
    await promptsAt(bank.id, 2, kv);
    await replaceItem(call, { id: bank.items[0]?.id ?? '', source: choice({ prompt: 'new' }) });
    expect(await promptsAt(bank.id, 3, kv)).toEqual(['new']);
    expect(await promptsAt(bank.id, 2, kv)).toEqual(['old']);
  });

  it('has no items, and is not cached, at a version that is still to come', async () => {
    const call = await makeCall();
    const bank = await makeBank(call);
    expect(await promptsAt(bank.id, 3, kv)).toEqual([]);
    await addItems(call, { bankId: bank.id, items: numbered(1) });
    expect(await promptsAt(bank.id, 3, kv)).toHaveLength(4);
  });

  it('comes from the database when the cache fails, in reading and in writing', async () => {
    const call = await makeCall();
    const bank = await makeBank(call);
    const broken = { get: async () => fail(), put: async () => fail() } as unknown as KVNamespace;
    const dead = { get: fail, put: fail } as unknown as KVNamespace;
    expect(await promptsAt(bank.id, 2, broken)).toHaveLength(3);
    expect(await promptsAt(bank.id, 2, dead)).toHaveLength(3);
  });

  it('does not hold the answer to fill the cache when it may be deferred', async () => {
    const call = await makeCall();
    const bank = await makeBank(call);
    const deferred: Promise<unknown>[] = [];
    await readBanks(db, kv, [{ bankId: bank.id, version: 2 }], (work) => deferred.push(work));
    expect(deferred).toHaveLength(1);
    await Promise.all(deferred);
    expect(await env.BANKS.get(`bank:${bank.id}:v2`)).not.toBeNull();
  });

  it('is not cached when KV could not hold it', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, [choice()]);
    const id = bank.items[0]?.id ?? '';
    const hint = 'x'.repeat(1_900_000);
    await db
      .update(itemVersion)
      .set({ rendered: { prompt: 'p', hint } })
      .where(eq(itemVersion.itemId, id));
    let put = 0;
    const counting = { get: async () => new Map(), put: async () => void (put += 1) } as unknown as KVNamespace;
    await readBanks(db, counting, [{ bankId: bank.id, version: 2 }]);
    expect(put).toBe(1);
    const more = await addItems(call, { bankId: bank.id, items: numbered(11) });
    for (const one of more)
      await db
        .update(itemVersion)
        .set({ rendered: { prompt: 'p', hint } })
        .where(eq(itemVersion.itemId, one.id));
    const [content] = await readBanks(db, counting, [{ bankId: bank.id, version: 3 }]);
    expect(content?.items).toHaveLength(12);
    expect(put).toBe(1);
  });
});

describe('deleting', () => {
  it('takes an item out of later versions only, once', async () => {
    const call = await makeCall();
    const bank = await makeBank(call);
    const id = bank.items[1]?.id ?? '';
    await deleteItem(call, id);
    expect(await promptsAt(bank.id, 3)).toEqual(['Item 0', 'Item 2']);
    expect(await promptsAt(bank.id, 2)).toEqual(['Item 0', 'Item 1', 'Item 2']);
    await expect(deleteItem(call, id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(replaceItem(call, { id, source: choice() })).rejects.toMatchObject({ code: 'not_found' });
    expect((await requireBank(call, bank.id)).version).toBe(3);
  });

  it('of a bank hides it and its items, and keeps the content that attempts pinned', async () => {
    const call = await makeCall();
    const bank = await makeBank(call);
    await deleteBank(call, bank.id);
    await expect(requireBank(call, bank.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(addItems(call, { bankId: bank.id, items: numbered(1) })).rejects.toMatchObject({ code: 'not_found' });
    await expect(deleteItem(call, bank.items[0]?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
    await expect(deleteBank(call, bank.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await promptsAt(bank.id, 2)).toHaveLength(3);
  });
});

describe('whoever is overtaken between reading and writing', () => {
  it('adding items to a bank that moved to another course, is refused by its new course', async () => {
    const call = await makeCall();
    const [ours, other] = [await makeCourse(call), await makeCourse(call)];
    const bank = await createBank(call, { title: 'Ours', courseKey: ours.courseKey });
    const late = overtaken(call, () => updateBank(call, { id: bank.id, courseKey: other.courseKey }));
    const adding = addItems(late, { bankId: bank.id, items: [choice({ objectiveId: ours.objectiveId })] });
    await expect(adding).rejects.toMatchObject({
      code: 'invalid',
      more: { errors: [{ pointer: '/items/0/objectiveId' }] },
    });
    expect(await promptsAt(bank.id, (await requireBank(call, bank.id)).version)).toEqual([]);
  });

  it('moving a bank that got items, is refused by their objectives', async () => {
    const call = await makeCall();
    const [ours, other] = [await makeCourse(call), await makeCourse(call)];
    const bank = await createBank(call, { title: 'Ours', courseKey: ours.courseKey });
    const late = overtaken(call, () =>
      addItems(call, { bankId: bank.id, items: [choice({ objectiveId: ours.objectiveId })] }),
    );
    const moving = updateBank(late, { id: bank.id, courseKey: other.courseKey });
    await expect(moving).rejects.toMatchObject({ code: 'invalid', more: { errors: [{ pointer: '/courseKey' }] } });
    expect((await requireBank(call, bank.id)).courseKey).toBe(ours.courseKey);
  });

  it('renaming a bank that got items, still renames it', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const late = overtaken(call, () => addItems(call, { bankId: bank.id, items: numbered(1) }));
    await updateBank(late, { id: bank.id, title: 'Integers' });
    expect(await requireBank(call, bank.id)).toMatchObject({ title: 'Integers', version: 2 });
  });

  it('adding items to a bank that was deleted, finds none, and leaves none', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, []);
    const late = overtaken(call, () => deleteBank(call, bank.id));
    await expect(addItems(late, { bankId: bank.id, items: numbered(2) })).rejects.toMatchObject({ code: 'not_found' });
    expect(await db.select().from(item).where(eq(item.bankId, bank.id))).toEqual([]);
  });

  it('renaming or deleting a bank that was deleted, finds none', async () => {
    const call = await makeCall();
    for (const change of [
      (late: Call, id: string) => updateBank(late, { id, title: 'x' }),
      (late: Call, id: string) => deleteBank(late, id),
    ]) {
      const bank = await makeBank(call, []);
      const late = overtaken(call, () => deleteBank(call, bank.id));
      await expect(change(late, bank.id)).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('changing or deleting an item that was deleted, finds none, and the bank changed once', async () => {
    const call = await makeCall();
    for (const change of [
      (late: Call, id: string) => replaceItem(late, { id, source: choice() }),
      (late: Call, id: string) => deleteItem(late, id),
    ]) {
      const bank = await makeBank(call);
      const id = bank.items[0]?.id ?? '';
      await expect(
        change(
          overtaken(call, () => deleteItem(call, id)),
          id,
        ),
      ).rejects.toMatchObject({ code: 'not_found' });
      expect((await requireBank(call, bank.id)).version).toBe(3);
    }
  });

  it('changing an item, writes the version after the other one', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, [choice()]);
    const id = bank.items[0]?.id ?? '';
    const late = overtaken(
      call,
      async (time) => time === 1 && (await replaceItem(call, { id, source: choice({ prompt: 'theirs' }) })),
    );
    expect(await replaceItem(late, { id, source: choice({ prompt: 'ours' }) })).toMatchObject({ version: 3 });
    expect([await promptsAt(bank.id, 3), await promptsAt(bank.id, 4)]).toEqual([['theirs'], ['ours']]);
  });

  it('five times, gives up with a conflict and has written nothing', async () => {
    const call = await makeCall();
    const bank = await makeBank(call, [choice()]);
    const id = bank.items[0]?.id ?? '';
    const late = overtaken(call, (time) => replaceItem(call, { id, source: choice({ prompt: `theirs ${time}` }) }));
    await expect(replaceItem(late, { id, source: choice({ prompt: 'ours' }) })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await promptsAt(bank.id, (await requireBank(call, bank.id)).version)).toEqual(['theirs 5']);
  });
});

describe('who may', () => {
  it('see and change a bank: its owner, who teaches its course, and admins; to others it is absent', async () => {
    const [owner, colleague, stranger, admin, student] = [
      await makeCall(),
      await makeCall(),
      await makeCall(),
      await makeCall('admin'),
      await makeCall('student'),
    ];
    const course = await makeCourse(colleague);
    const bank = await makeBank(owner);
    await updateBank(admin, { id: bank.id, courseKey: course.courseKey });
    const id = bank.items[0]?.id ?? '';
    for (const call of [owner, colleague, admin]) {
      await expect(requireBank(call, bank.id)).resolves.toMatchObject({ courseKey: course.courseKey });
      await expect(replaceItem(call, { id, source: choice() })).resolves.toMatchObject({ id });
    }
    for (const call of [stranger, student]) {
      const absent = await requireBank(call, newId('bank')).catch((error: unknown) => error);
      await expect(requireBank(call, bank.id)).rejects.toEqual(absent);
      await expect(replaceItem(call, { id, source: choice() })).rejects.toEqual(absent);
      await expect(deleteItem(call, id)).rejects.toEqual(absent);
      await expect(deleteBank(call, bank.id)).rejects.toEqual(absent);
      await expect(updateBank(call, { id: bank.id, title: 'mine' })).rejects.toEqual(absent);
      await expect(addItems(call, { bankId: bank.id, items: numbered(1) })).rejects.toEqual(absent);
    }
    await expect(createBank(student, { title: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('put a bank into a course: who teaches it; another course is as unknown as none', async () => {
    const call = await makeCall();
    const { courseKey } = await makeCourse();
    const errors = [{ pointer: '/courseKey', message: 'unknown course' }];
    for (const key of [courseKey, 'course-v1:no+such+course']) {
      await expect(createBank(call, { title: 'x', courseKey: key })).rejects.toMatchObject({
        code: 'invalid',
        more: { errors },
      });
    }
    await expect(createBank(await makeCall('admin'), { title: 'x', courseKey })).resolves.toMatchObject({ courseKey });
  });
});

describe('moving a bank', () => {
  it('to a course its objectives are not of is refused; out of a course it may always go', async () => {
    const call = await makeCall();
    const [ours, other] = [await makeCourse(call), await makeCourse(call)];
    const bank = await createBank(call, { title: 'Ours', courseKey: ours.courseKey });
    const [added] = await addItems(call, { bankId: bank.id, items: [choice({ objectiveId: ours.objectiveId })] });
    const toOther = () => updateBank(call, { id: bank.id, courseKey: other.courseKey });
    await expect(toOther()).rejects.toMatchObject({ code: 'invalid', more: { errors: [{ pointer: '/courseKey' }] } });
    await expect(updateBank(call, { id: bank.id, courseKey: null })).resolves.toMatchObject({ courseKey: null });
    await expect(toOther()).rejects.toMatchObject({ code: 'invalid' });
    await deleteItem(call, added?.id ?? '');
    await expect(toOther()).resolves.toMatchObject({ courseKey: other.courseKey });
  });
});
