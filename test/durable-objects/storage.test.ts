import { describe, expect, it } from 'vitest';
import { migrate, migrations } from '../../durable-objects/storage.ts';
import { newId } from '../../src/lib/ids.ts';
import { aStart, set } from '../assessments/a-sitting.ts';
import { aSession, objectOf, ops } from './a-session.ts';

const user = 'usr_student';

describe('migrating', () => {
  it('brings what an older version wrote up to date, once, and the sitting goes on', async () => {
    const { rpc, inside, evict, sql } = await aSession();
    await rpc.record(user, ops(1, set(1, 'itm_1', 'a'), set(3, 'itm_2', 'b')));
    const before = await rpc.view(user);
    const newer = [...migrations, 'alter table op add column device text', "create table note (text text default 'x')"];
    await inside((storage) => {
      migrate(storage, newer);
      migrate(storage, newer);
    });
    expect(await sql('select version from migration')).toHaveLength(newer.length + 1);
    await evict();
    const after = await rpc.view(user);
    expect({ ...after, attempt: undefined }).toEqual({ ...before, attempt: undefined });
    expect(await rpc.record(user, ops(1, set(2, 'itm_3', 'c')))).toMatchObject({ receipt: { upTo: 3, missing: [] } });
  });

  it('by a step that fails leaves the step before whole, and can be tried again', async () => {
    const { rpc, inside, tables, sql } = await aSession();
    const broken = [...migrations, 'create table half (a integer); insert into nowhere values (1)'];
    const failure = await inside((storage) => {
      try {
        migrate(storage, broken);
      } catch (error) {
        return String(error);
      }
    });
    expect(failure).toMatch(/nowhere/);
    expect(await tables()).not.toContain('half');
    expect(await sql('select max(version) as version from migration')).toEqual([{ version: migrations.length }]);
    await inside((storage) => migrate(storage, [...migrations, 'create table half (a integer)']));
    expect(await tables()).toContain('half');
    expect(await rpc.view(user)).toMatchObject({ kind: 'view' });
  });

  it('gives tables to nobody who never started', async () => {
    const { inside, tables } = objectOf(newId('attempt'));
    await inside((storage) => migrate(storage));
    expect(await tables()).toEqual([]);
  });

  it('never changes a step that is out: the list is only appended to', () => {
    // The objects of sittings that run now were made by these. A new step goes behind them.
    expect(migrations.slice(0, 1).join('').replaceAll(/\s+/g, ' ')).toBe(
      'create table start (slice integer primary key, json text not null); create table change (id integer primary key, json text not null); create table op ( id integer primary key, epoch integer not null, seq integer not null, item_id text, kind text, response text, at text, received_at integer not null, refused text, raw text );',
    );
  });
});

describe('a start', () => {
  const large = (text: string, times: number) => {
    const spec = aStart({ attemptId: newId('attempt'), startedAt: Date.now(), endsAt: Date.now() + 60_000 }, 4);
    for (const item of spec.items) item.shown = { ...item.shown, prompt: text.repeat(times) };
    return spec;
  };

  it('with a paper larger than a value of SQLite may be is kept in slices and comes back whole', async () => {
    const spec = large('Chŵalu 2 MB. ', 80_000);
    const { rpc, evict, sql } = objectOf(spec.attemptId);
    await rpc.start(spec);
    const slices = await sql('select length(cast(json as blob)) as bytes from start');
    expect(slices.length).toBeGreaterThan(2);
    for (const { bytes } of slices) expect(bytes).toBeLessThan(2_000_000);
    await evict();
    const view = await rpc.view(user);
    expect(view.kind === 'view' && view.items.map(({ prompt }) => prompt)).toEqual(
      spec.items.map(({ shown }) => shown.prompt),
    );
  });

  it.each([0, 1])('never cuts a character in two (offset %i)', async (offset) => {
    const spec = large('😀', 150_000);
    spec.title = 'x'.repeat(offset);
    const { rpc, evict } = objectOf(spec.attemptId);
    await rpc.start(spec);
    await evict();
    const view = await rpc.view(user);
    expect(view.kind === 'view' && view.items.every(({ prompt }) => prompt === '😀'.repeat(150_000))).toBe(true);
  });

  it('that fails half way leaves nothing, and can be made again', async () => {
    const spec = large('x', 10);
    const { rpc, tables } = objectOf(spec.attemptId);
    const unwritable = { ...spec, passMark: 1n as unknown as number };
    await expect(async () => await rpc.start(unwritable)).rejects.toThrow(/BigInt/);
    expect(await tables()).toEqual([]);
    expect(await rpc.view(user)).toEqual({ kind: 'absent' });
    expect(await rpc.start(spec)).toMatchObject({ kind: 'view' });
  });
});
