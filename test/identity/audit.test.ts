import { eq, inArray, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { siteSetting } from '../../src/http/schema.ts';
import { forgetAudit } from '../../src/identity/index.ts';
import { audit } from '../../src/identity/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { aUser, db } from '../factories.ts';

const DAY_MS = 24 * 3600 * 1000;

/** An entry of its own subject, so many days ago. */
async function anEntry(daysAgo = 0, more: Partial<typeof audit.$inferInsert> = {}) {
  const id = newId('audit');
  const row = { id, actorId: 'usr_1', action: 'thing.done', subject: id, detail: {}, requestId: 'req_1' };
  await db.insert(audit).values({ ...row, at: Date.now() - daysAgo * DAY_MS, ...more });
  return id;
}
const kept = async (...ids: string[]) =>
  (await db.select().from(audit).where(inArray(audit.id, ids))).map(({ id }) => id).sort();

describe('the audit log', () => {
  it('says who did what to whom, when and from where, the newest first', async () => {
    const admin = await aUser('admin');
    const student = await aUser('student', { username: newId('user') });
    await admin.ask('PATCH', `/users/${student.id}`, { name: 'Thoko' }, { 'cf-connecting-ip': '203.0.113.9' });
    await admin.ask('POST', `/users/${student.id}/block`);
    const { json } = await admin.ask('GET', `/audit?subject=${student.id}`);
    expect(json.count).toBe(2);
    expect(json.results[0]).toMatchObject({ action: 'user.blocked', actorId: admin.id, subject: student.id });
    expect(json.results[1]).toMatchObject({
      ...{ action: 'user.changed', address: '203.0.113.9', requestId: expect.stringMatching(/^req_/) },
      ...{ at: expect.stringMatching(/Z$/), detail: { before: { name: 'A student' }, after: { name: 'Thoko' } } },
    });
  });

  it('is found by actor, action and time, in pages', async () => {
    const admin = await aUser('admin');
    const actorId = newId('user');
    await anEntry(3, { actorId });
    await anEntry(2, { actorId, action: 'thing.undone' });
    await anEntry(1, { actorId });
    const found = async (query: string) => (await admin.ask('GET', `/audit?actor=${actorId}${query}`)).json.count;
    const ago = (days: number) => encodeURIComponent(new Date(Date.now() - days * DAY_MS).toISOString());
    expect(await found('')).toBe(3);
    expect(await found('&action=thing.undone')).toBe(1);
    expect(await found(`&from=${ago(2.5)}`)).toBe(2);
    expect(await found(`&from=${ago(2.5)}&to=${ago(1.5)}`)).toBe(1);
    const paged = (await admin.ask('GET', `/audit?actor=${actorId}&pageSize=2`)).json;
    expect(paged).toMatchObject({ count: 3, next: expect.stringContaining('page=2') });
    expect(paged.results).toHaveLength(2);
    expect((await admin.ask('GET', '/audit?from=yesterday')).status).toBe(400);
  });

  it('comes as a table in which nothing is a formula', async () => {
    const admin = await aUser('admin');
    const actorId = newId('user');
    await anEntry(0, { actorId, action: '=cmd|calc', address: '@SUM(1)', subject: '+1', detail: { a: 'x,"y"' } });
    const reply = await admin.ask('GET', `/audit.csv?actor=${actorId}`);
    expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(reply.headers.get('cache-control')).toContain('no-store');
    const [, line] = reply.text.split('\r\n');
    expect(line).toContain(`,'=cmd|calc,'+1,'@SUM(1),req_1,`);
    expect(line).toContain('"{""a"":""x,\\""y\\""""}"');
  });

  it('is only added to, and only forgotten when the settings let it', async () => {
    const [young, old] = [await anEntry(364), await anEntry(366)];
    const alter = async () => await db.update(audit).set({ action: 'x' }).where(eq(audit.id, old));
    await expect(alter()).rejects.toThrow();
    // Nor do names go while somebody is there.
    const [living, dead] = [await aUser(), await aUser('student', { deletedAt: 1 })];
    const detail = { before: { name: 'Grace', role: 'student' }, after: { name: 'Thoko' } };
    const [kin, kith] = [
      await anEntry(0, { subject: living.id, detail }),
      await anEntry(0, { subject: dead.id, detail }),
    ];
    const nameless = (id: string, path = '$.before.name') =>
      db
        .update(audit)
        .set({ detail: sql`json_remove(detail, '$.after.name', ${path})` })
        .where(eq(audit.id, id));
    await expect(nameless(kin)).rejects.toThrow();
    await expect(nameless(kith, '$.before.role')).rejects.toThrow();
    await nameless(kith);
    const wipe = async () => await db.delete(audit).where(eq(audit.id, young));
    await expect(wipe()).rejects.toThrow();
    await forgetAudit({ db, now: Date.now() });
    expect(await kept(young, old)).toEqual([young]);

    await db.insert(siteSetting).values({ name: 'auditRetentionDays', value: 30, at: 0, by: 'usr_1' });
    const recent = await anEntry(29);
    await forgetAudit({ db, now: Date.now() });
    expect(await kept(young, recent)).toEqual([recent]);
  });
});
