import { env } from 'cloudflare:workers';
import { eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { batchable, connect, countKv, joined, named, type Trips, violates } from '../../src/db/index.ts';
import { session, user } from '../../src/identity/schema.ts';
import { newId } from '../../src/lib/ids.ts';

let trips: Trips;
let db: ReturnType<typeof connect>;
beforeEach(() => {
  trips = { d1: 0, kv: 0 };
  db = connect(env.DB, trips);
});

const aRow = (changes: Partial<typeof user.$inferInsert> = {}) => ({
  id: newId('user'),
  name: 'Chikondi',
  role: 'student' as const,
  createdAt: 1,
  ...changes,
});

describe('round trips', () => {
  it('are counted one for each statement, and one for a batch', async () => {
    await db.insert(user).values(aRow());
    await db.select().from(user);
    await db.all(sql`select 1`);
    await db.get(sql`select 1 as one`);
    expect(trips.d1).toBe(4);
    await db.batch([db.insert(user).values(aRow()), db.select().from(user), batchable(db, sql`select ${1}`)]);
    expect(trips.d1).toBe(5);
  });

  it('are counted where they fail, too', async () => {
    await expect(async () => await db.all(sql`select nonsense`)).rejects.toThrow();
    expect(trips.d1).toBe(1);
  });

  it('to the cache are counted each', async () => {
    const kv = countKv(env.BANKS, trips);
    await kv.put('x', '1');
    expect(await kv.get('x')).toBe('1');
    expect(trips.kv).toBe(2);
  });
});

describe('a batch', () => {
  it('stands or falls as a whole', async () => {
    const row = aRow();
    await expect(
      async () => await db.batch([db.insert(user).values(row), db.insert(user).values(row)]),
    ).rejects.toThrow();
    expect(await db.select().from(user).where(eq(user.id, row.id))).toEqual([]);
  });

  it('takes raw statements with parameters', async () => {
    const id = newId('user');
    await db.batch([
      batchable(db, sql`insert into user (id, name, role, created_at) values (${id}, ${"O'Neil"}, 'student', ${7})`),
    ]);
    expect(await db.select({ name: user.name, at: user.createdAt }).from(user).where(eq(user.id, id))).toEqual([
      { name: "O'Neil", at: 7 },
    ]);
  });

  it('keeps apart the columns of joined tables that share a name, once they are named', async () => {
    const row = aRow();
    const mine = { secretHash: newId('session'), id: newId('session'), userId: row.id, createdAt: 5, expiresAt: 9 };
    const one = { ...mine, role: null, launch: null, frameOrigins: null, device: null, confirmedAt: null };
    await db.batch([db.insert(user).values(row), db.insert(session).values(one)]);
    const select = () =>
      db
        .select({ user: named(user, 'user'), session: named(session, 'session') })
        .from(user)
        .leftJoin(session, eq(session.userId, user.id))
        .where(eq(user.id, row.id));
    const [[found]] = await db.batch([select()]);
    expect(found?.user).toMatchObject({ id: row.id, createdAt: 1, blockedAt: null });
    expect(found && joined(found.session, 'id')).toEqual(one);
    await db.delete(session).where(eq(session.id, one.id));
    const [[alone]] = await db.batch([select()]);
    expect(alone && joined(alone.session, 'id')).toBeNull();
  });
});

describe('a constraint', () => {
  it('that was violated is told by rule and column, through every wrapping', async () => {
    const email = `${newId('user')}@demo.test`;
    await db.insert(user).values(aRow({ email }));
    const thrown = await db.batch([db.insert(user).values(aRow({ email }))]).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(violates(thrown, 'UNIQUE', 'user.email')).toBe(true);
    expect(violates(thrown, 'UNIQUE', 'user.id')).toBe(false);
    expect(violates(thrown, 'NOT NULL', 'user.email')).toBe(false);
    expect(violates(new Error('else', { cause: thrown }), 'UNIQUE', 'user.email')).toBe(true);
    expect(violates('UNIQUE constraint failed: user.email', 'UNIQUE', 'user.email')).toBe(false);
  });
});
