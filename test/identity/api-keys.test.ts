import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { endpoints } from '../../src/app.ts';
import { idempotency } from '../../src/http/schema.ts';
import { keyScopes, keyScopesOf } from '../../src/identity/keys/key-scopes.ts';
import { apiKey, audit, refreshFamily, user } from '../../src/identity/schema.ts';
import { roles } from '../../src/lib/call.ts';
import { newSecret } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { anAssessment, aUser, bearer, db, type Somebody, start, theApp } from '../factories.ts';

const DAY_MS = 24 * 3600 * 1000;

const make = async (who: Somebody, given: object) =>
  await who.ask('POST', '/auth/api-keys', { name: 'A robot', ...given });
const byKey = async (key: string, method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  await theApp.ask(method, path, { headers: { authorization: `Bearer ${key}`, ...headers }, ...(body && { body }) });

async function aKey(who: Somebody, scopes: string[]) {
  const { json, status } = await make(who, { scopes });
  expect(status).toBe(201);
  return { id: json.id, key: String(json.key) };
}
const rowOf = async (id: string) => (await db.select().from(apiKey).where(eq(apiKey.id, id)))[0];

describe('a key for machines', () => {
  it('is shown once, and only its hash is kept', async () => {
    const teacher = await aUser('instructor');
    const made = await make(teacher, { scopes: ['courses:read', 'items:write'] });
    const key = String(made.json.key);
    expect(key).toMatch(/^vek_[A-Za-z0-9_-]{43}$/);
    expect(made.json).toMatchObject({ name: 'A robot', scopes: ['courses:read', 'items:write'], lastUsedAt: null });
    const lives = Date.parse(String(made.json.expiresAt)) - Date.parse(String(made.json.createdAt));
    expect(lives).toBe(90 * DAY_MS);
    const listed = await teacher.ask('GET', '/auth/api-keys');
    expect(listed.json).toMatchObject({ count: 1, results: [{ id: made.json.id }] });
    const secret = key.slice(4);
    for (const text of [
      listed.text,
      JSON.stringify(await rowOf(made.json.id)),
      JSON.stringify(await db.select().from(audit).where(eq(audit.subject, made.json.id))),
    ])
      expect(text).not.toContain(secret);
  });

  it('is given again where the answer was lost: to the same sign-in, and while its proof counts', async () => {
    const teacher = await aUser('instructor');
    const name = { 'idempotency-key': newId('request') };
    const body = { name: 'A robot', scopes: ['courses:read'] };
    const ask = (headers = {}) => teacher.ask('POST', '/auth/api-keys', body, { ...name, ...headers });
    const first = await ask();
    expect(first.status).toBe(201);
    expect((await ask()).json).toEqual(first.json);

    const [family] = await db.select().from(refreshFamily).where(eq(refreshFamily.id, teacher.actor.sessionId));
    const sessionId = newId('refreshToken');
    if (family) await db.insert(refreshFamily).values({ ...family, id: sessionId });
    const elsewhere = await ask(await bearer({ ...teacher.actor, sessionId }));
    expect(elsewhere.status).toBe(201);
    expect(elsewhere.json.key).not.toBe(first.json.key);

    const QUARTER_MS = 15 * 60 * 1000;
    await db.update(idempotency).set({ at: Date.now() - QUARTER_MS - 1 });
    await db.update(refreshFamily).set({ confirmedAt: null }).where(eq(refreshFamily.userId, teacher.id));
    expect(await ask()).toMatchObject({ status: 401, json: { code: 'confirm_first' } });
  });

  it('does what its owner may, within its scopes and at once within their role', async () => {
    const teacher = await aUser('instructor');
    const student = await aUser('student', { instructorId: teacher.id });
    const { key } = await aKey(teacher, ['users:read']);
    expect((await byKey(key, 'GET', '/users')).json).toMatchObject({ count: 1, results: [{ id: student.id }] });
    expect((await byKey(key, 'PATCH', `/users/${student.id}`, { name: 'x' })).status).toBe(403);
    expect((await byKey(key, 'GET', '/courses')).status).toBe(403);
    await db.update(user).set({ role: 'student' }).where(eq(user.id, teacher.id));
    expect((await byKey(key, 'GET', '/users')).status).toBe(403);
    await db.update(user).set({ role: 'admin' }).where(eq(user.id, teacher.id));
    expect((await byKey(key, 'GET', `/users/${(await aUser('admin')).id}`)).status).toBe(200);
    for (const gone of [{ blockedAt: 1 }, { blockedAt: null, deletedAt: 1 }]) {
      await db.update(user).set(gone).where(eq(user.id, teacher.id));
      expect((await byKey(key, 'GET', '/users')).status).toBe(401);
    }
  });

  it('opens nothing outside its scopes, on any route', async () => {
    const superadmin = await aUser('superadmin');
    const { key } = await aKey(superadmin, ['settings:manage']);
    const asked = endpoints.filter(
      ({ access }) =>
        access.kind === 'attempt' || (access.kind === 'signed-in' && access.permission !== 'settings:manage'),
    );
    expect(asked.length).toBeGreaterThan(50);
    const opened: string[] = [];
    for (const { method, path, access, raw } of asked) {
      const headers = raw ? { 'content-type': raw.types[0] ?? '' } : {};
      const { status } = await byKey(key, method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'), undefined, headers);
      const refusals = access.kind === 'attempt' ? [401] : [400, 403];
      if (!refusals.includes(status)) opened.push(`${method} ${path}: ${status}`);
    }
    expect(opened).toEqual([]);
  });

  it('never opens sign-ins, keys, roles, deletion or an attempt, and confirms nobody', async () => {
    for (const role of roles) {
      const who = await aUser(role);
      for (const scope of ['profile:write', 'users:role', 'users:delete', 'attempts:sit', 'everything'])
        expect((await make(who, { scopes: [scope] })).json.errors, scope).toMatchObject([{ pointer: '/scopes/0' }]);
    }
    const superadmin = await aUser('superadmin');
    const { id, key } = await aKey(superadmin, ['profile:read', 'users:read', 'users:write']);
    // As it would be had the list once been longer.
    await db
      .update(apiKey)
      .set({ scopes: ['profile:write', 'users:role', 'users:write'] })
      .where(eq(apiKey.id, id));
    const student = await aUser();
    for (const [method, path, body] of [
      ['GET', '/auth/api-keys', undefined],
      ['POST', '/auth/api-keys', { name: 'x', scopes: ['users:read'] }],
      ['DELETE', `/auth/api-keys/${id}`, undefined],
      ['DELETE', '/users/me', undefined],
      ['PATCH', '/users/me', { name: 'x' }],
      ['POST', '/auth/logout-all', {}],
      ['POST', `/users/${student.id}/role`, { role: 'admin' }],
    ] as const)
      expect((await byKey(key, method, path, body)).status, `${method} ${path}`).toBe(403);
    const address = await byKey(key, 'PATCH', `/users/${student.id}`, { email: 'x@school.test' });
    expect(address.json.code).toBe('confirm_first');
  });

  it('sits nothing: the answer path is for students', async () => {
    const [teacher, student] = [await aUser('instructor'), await aUser()];
    const { id } = await anAssessment(teacher);
    const { attempt } = await start(student, id);
    const { key } = await aKey(student, ['attempts:read']);
    expect((await byKey(key, 'GET', `/attempts/${attempt.id}`)).status).toBe(401);
    expect((await byKey(key, 'POST', `/attempts/${attempt.id}/takeover`)).status).toBe(401);
    expect((await byKey(key, 'POST', `/assessments/${id}/attempts`)).status).toBe(403);
    await student.ask('POST', `/attempts/${attempt.id}/submit`, { epoch: 1 });
    expect((await byKey(key, 'GET', `/attempts/${attempt.id}/result`)).status).toBe(200);
  });

  it('ends when it is revoked, by its owner alone, and when it expires', async () => {
    const [teacher, other] = [await aUser('instructor'), await aUser('instructor')];
    const { id, key } = await aKey(teacher, ['users:read']);
    expect((await other.ask('DELETE', `/auth/api-keys/${id}`)).status).toBe(404);
    expect((await byKey(key, 'GET', '/users')).status).toBe(200);
    expect((await teacher.ask('DELETE', `/auth/api-keys/${id}`)).status).toBe(204);
    expect((await byKey(key, 'GET', '/users')).status).toBe(401);
    expect((await teacher.ask('DELETE', `/auth/api-keys/${id}`)).status).toBe(404);
    const aged = await aKey(teacher, ['users:read']);
    await db
      .update(apiKey)
      .set({ expiresAt: Date.now() - 1 })
      .where(eq(apiKey.id, aged.id));
    expect((await byKey(aged.key, 'GET', '/users')).status).toBe(401);
    for (const wrong of ['vek_', `vek_${newSecret()}`, `${aged.key}x`, key.toUpperCase(), key.slice(4)])
      expect((await byKey(wrong, 'GET', '/users')).status, wrong).toBe(401);
  });

  it('lives a year at most, and has scopes its owner’s role has', async () => {
    const teacher = await aUser('instructor');
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    const asked = async (given: object) => (await make(teacher, { scopes: ['users:read'], ...given })).status;
    expect(await asked({ expiresAt: at(365 * DAY_MS - 60_000) })).toBe(201);
    expect(await asked({ expiresAt: at(366 * DAY_MS) })).toBe(400);
    expect(await asked({ expiresAt: at(-1) })).toBe(400);
    expect(await asked({ expiresAt: 'tomorrow' })).toBe(400);
    expect(await asked({ scopes: ['users:create'] })).toBe(400);
    expect(await asked({ scopes: [] })).toBe(400);
    expect(await asked({ scopes: ['users:read', 'users:read'] })).toBe(400);
    expect(keyScopesOf('student')).not.toContain('users:read');
    expect(keyScopesOf('superadmin')).toEqual(keyScopes);
  });

  it('is made by who has just shown who they are, and by nobody whom only a platform vouches for', async () => {
    const teacher = await aUser('instructor');
    const families = eq(refreshFamily.userId, teacher.id);
    await db.update(refreshFamily).set({ confirmedAt: 0 }).where(families);
    expect((await make(teacher, { scopes: ['users:read'] })).json.code).toBe('confirm_first');
    await db.update(refreshFamily).set({ confirmedAt: Date.now(), role: 'instructor' }).where(families);
    expect((await make(teacher, { scopes: ['users:read'] })).status).toBe(403);
  });

  it('is not made with a first password somebody else has handled, and ends when its owner shuts everybody out', async () => {
    const fresh = await aUser('student', { mustChangePassword: true });
    expect((await make(fresh, { scopes: ['courses:read'] })).status).toBe(403);
    const teacher = await aUser('instructor');
    const { key } = await aKey(teacher, ['courses:read']);
    expect((await byKey(key, 'GET', '/courses')).status).toBe(200);
    expect((await teacher.ask('POST', '/auth/logout-all')).status).toBe(204);
    expect((await byKey(key, 'GET', '/courses')).status).toBe(401);
  });

  it('costs one look, and once an hour a second that notes its use', async () => {
    const teacher = await aUser('instructor');
    const { id, key } = await aKey(teacher, ['users:read']);
    const cost = async () => (await byKey(key, 'GET', '/users')).line.d1;
    expect([await cost(), await cost()]).toEqual([3, 2]);
    const noted = (await rowOf(id))?.lastUsedAt ?? 0;
    expect(Date.now() - noted).toBeLessThan(60_000);
    await db
      .update(apiKey)
      .set({ lastUsedAt: noted - 3600 * 1000 - 1000 })
      .where(eq(apiKey.id, id));
    expect(await cost()).toBe(3);
  });

  it('is no cookie and no query', async () => {
    const teacher = await aUser('instructor');
    const { key } = await aKey(teacher, ['users:read']);
    expect((await theApp.ask('GET', `/users?access_token=${key}`)).status).toBe(401);
    expect((await theApp.ask('GET', '/users', { headers: { 'x-api-key': key } })).status).toBe(401);
  });
});
