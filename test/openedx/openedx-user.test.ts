import { eq, inArray } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { user } from '../../src/identity/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { upsertOpenedxUser } from '../../src/openedx/openedx-user.ts';
import { connection, openedxUser } from '../../src/openedx/schema.ts';
import { aUser, db } from '../factories.ts';

const call = () => ({ db, now: Date.now() });

async function aConnection() {
  const id = newId('connection');
  await db.insert(connection).values({
    id,
    name: 'A site',
    lmsUrl: 'https://lms.example.mw',
    clientId: 'vault',
    clientSecret: '',
    hmacSecret: '',
    createdAt: 1,
  });
  return id;
}

let nextId = 1000;
async function anAccount() {
  nextId += 1;
  const username = `chisomo_${nextId}`;
  return {
    connectionId: await aConnection(),
    lmsUserId: nextId,
    username,
    email: `${username}@school.test`,
    emailVerified: true,
    name: 'Chisomo Banda',
    isActive: true,
    at: 1_000_000,
  };
}
type Facts = Awaited<ReturnType<typeof anAccount>>;

const upsert = (facts: Facts) => upsertOpenedxUser(call(), facts);
async function read(userId: string) {
  const [found] = await db.select().from(user).where(eq(user.id, userId));
  return found;
}

describe('an account of the platform', () => {
  it('becomes a student once, with its verified address in lower case', async () => {
    const facts = await anAccount();
    const { userId } = await upsert({ ...facts, email: facts.email.toUpperCase() });
    expect(await read(userId)).toMatchObject({
      name: 'Chisomo Banda',
      email: facts.email,
      role: 'student',
      passwordHash: null,
    });
    expect(await upsert(facts)).toEqual({ userId });
  });

  it('is one per connection: the same number elsewhere is somebody else', async () => {
    const facts = await anAccount();
    const [here, there] = [await upsert(facts), await upsert({ ...facts, connectionId: await aConnection() })];
    expect(here.userId).not.toBe(there.userId);
  });

  it('has the name and address of the newest facts, in whatever order they come', async () => {
    const facts = await anAccount();
    const { userId } = await upsert({ ...facts, name: 'Second', email: 'second@school.test', at: 2_000_000 });
    await upsert({ ...facts, name: 'First', email: 'first@school.test', username: 'old', at: 1_000_000 });
    expect(await read(userId)).toMatchObject({ name: 'Second', email: 'second@school.test' });
    await upsert({ ...facts, name: 'Third', email: 'third@school.test', isActive: false, at: 3_000_000 });
    expect(await read(userId)).toMatchObject({ name: 'Third', email: 'third@school.test' });
    const [link] = await db.select().from(openedxUser).where(eq(openedxUser.userId, userId));
    expect(link).toMatchObject({ username: facts.username, isActive: false, at: 3_000_000 });
  });

  it('keeps what it has when newer facts say less', async () => {
    const facts = await anAccount();
    const { userId } = await upsert(facts);
    await upsert({ ...facts, name: ' ', email: 'not yet verified@', emailVerified: false, at: 2_000_000 });
    expect(await read(userId)).toMatchObject({ name: facts.name, email: facts.email });
  });

  it('gets no address that is not verified, and its username where it has no name', async () => {
    const facts = { ...(await anAccount()), emailVerified: false, name: '' };
    const { userId } = await upsert(facts);
    expect(await read(userId)).toMatchObject({ email: null, name: facts.username });
    await upsert({ ...facts, emailVerified: true, at: 2_000_000 });
    expect((await read(userId))?.email).toBe(facts.email);
  });

  it('gets no text that is no address', async () => {
    for (const email of ['', 'chisomo', '@', 'a b@school.test', `${'x'.repeat(250)}@school.test`]) {
      const { userId } = await upsert({ ...(await anAccount()), email });
      expect((await read(userId))?.email).toBeNull();
    }
  });

  it('is never joined to whoever has its address, and never takes it from them', async () => {
    const facts = await anAccount();
    const admin = await aUser('admin', { email: facts.email });
    const { userId } = await upsert(facts);
    expect(userId).not.toBe(admin.id);
    expect((await read(userId))?.email).toBeNull();
    await upsert({ ...facts, at: 2_000_000 });
    expect((await read(userId))?.email).toBeNull();
    expect(await read(admin.id)).toMatchObject({ email: facts.email, name: 'A admin', role: 'admin' });
  });

  it('keeps the role it has got here', async () => {
    const facts = await anAccount();
    const { userId } = await upsert(facts);
    await db.update(user).set({ role: 'instructor' }).where(eq(user.id, userId));
    await upsert({ ...facts, at: 2_000_000 });
    expect((await read(userId))?.role).toBe('instructor');
  });

  it('is made once when several hear of it at the same moment, and leaves no user behind', async () => {
    const facts = { ...(await anAccount()), name: `Only ${newId('user')}` };
    const found = await Promise.all(
      Array.from({ length: 6 }, (_, index) => upsert({ ...facts, at: 1_000_000 + index })),
    );
    expect(new Set(found.map(({ userId }) => userId)).size).toBe(1);
    expect(
      await db
        .select()
        .from(user)
        .where(inArray(user.name, [facts.name])),
    ).toHaveLength(1);
    const [link] = await db.select().from(openedxUser).where(eq(openedxUser.connectionId, facts.connectionId));
    expect(link?.at).toBe(1_000_005);
  });
});
