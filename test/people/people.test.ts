import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { courseStaff } from '../../src/courses/schema.ts';
import { audit, refreshFamily, user } from '../../src/identity/schema.ts';
import type { Call } from '../../src/lib/call.ts';
import { newId } from '../../src/lib/ids.ts';
import { assignInstructor } from '../../src/people/assign-instructor.ts';
import { blockUser } from '../../src/people/block-user.ts';
import { changeRole } from '../../src/people/change-role.ts';
import { givePassword } from '../../src/people/give-password.ts';
import { updateUser } from '../../src/people/update-user.ts';
import { aUser, db, enrolIn, type Somebody } from '../factories.ts';
import { makeCourse } from '../items/make.ts';

const rowOf = async (id: string) => {
  const [found] = await db.select().from(user).where(eq(user.id, id));
  if (!found) throw new Error('no such user');
  return found;
};
const auditOf = async (id: string) => await db.select().from(audit).where(eq(audit.subject, id));
const named = () => ({ username: newId('user') });
const addressed = () => ({ email: `${newId('user')}@school.test` });

describe('whom instructors see', () => {
  it('are the students assigned to them and those in their courses, and of them no address', async () => {
    const teacher = await aUser('instructor');
    const { courseId } = await makeCourse(teacher.call());
    const assigned = await aUser('student', { instructorId: teacher.id, ...addressed() });
    const [learner, colleague, stranger] = [await aUser(), await aUser('instructor'), await aUser()];
    await enrolIn(courseId, learner);
    await enrolIn(courseId, colleague);

    const listed = (await teacher.ask('GET', '/users')).json;
    expect(listed.results.map(({ id }) => id).sort()).toEqual([assigned.id, learner.id].sort());
    const one = (await teacher.ask('GET', `/users/${assigned.id}`)).json;
    expect(Object.keys(one).sort()).toEqual(['id', 'isBlocked', 'name', 'role', 'username']);
    for (const hidden of [stranger, colleague, teacher])
      expect((await teacher.ask('GET', `/users/${hidden.id}`)).status).toBe(404);
  });

  it('are not found out by searching for an address', async () => {
    const teacher = await aUser('instructor');
    const { email } = addressed();
    await aUser('student', { instructorId: teacher.id, name: 'Thoko', email });
    const found = async (search: string) =>
      (await teacher.ask('GET', `/users?search=${encodeURIComponent(search)}`)).json.count;
    expect([await found('thoK'), await found(email)]).toEqual([1, 0]);
  });

  it('can be given another name by them, but no address, user name, role, block or instructor', async () => {
    const teacher = await aUser('instructor');
    const { id } = await aUser('student', { instructorId: teacher.id, ...named() });
    expect((await teacher.ask('PATCH', `/users/${id}`, { name: ' Thoko  ' })).json).toMatchObject({ name: 'Thoko' });
    expect((await teacher.ask('PATCH', `/users/${id}`, addressed())).status).toBe(403);
    expect((await teacher.ask('PATCH', `/users/${id}`, { username: 'another' })).status).toBe(403);
    for (const what of ['block', 'unblock', 'role', 'instructor'])
      expect((await teacher.ask('POST', `/users/${id}/${what}`, {})).status, what).toBeGreaterThanOrEqual(400);
    expect(await rowOf(id)).toMatchObject({ name: 'Thoko', email: null, role: 'student', blockedAt: null });
  });
});

describe('admins', () => {
  it('list, search and filter everybody', async () => {
    const admin = await aUser('admin');
    const mark = newId('user');
    const [one, two] = [await aUser('student', { name: `A ${mark}` }), await aUser('instructor', { username: mark })];
    await aUser('student', { email: `${mark}@school.test`, blockedAt: 1 });
    const found = async (query: string) => (await admin.ask('GET', `/users?search=${mark}${query}`)).json.count;
    expect(await found('')).toBe(3);
    expect(await found('&role=instructor')).toBe(1);
    expect(await found('&blocked=true')).toBe(1);
    expect(await found('&blocked=false')).toBe(2);
    expect((await admin.ask('GET', '/users?role=teacher')).status).toBe(400);
    expect((await admin.ask('GET', `/users/${two.id}`)).json).toMatchObject({
      ...{ id: two.id, username: mark, email: null, role: 'instructor', emailVerified: false },
      ...{ isBlocked: false, instructorId: null, createdAt: expect.stringMatching(/Z$/) },
    });
    expect((await admin.ask('GET', `/users/${one.id}`)).json).not.toHaveProperty('passwordHash');
  });

  it('change addresses, which are then not verified, and leave a trace of before and after', async () => {
    const admin = await aUser('admin');
    const [before, after] = [addressed(), addressed()];
    const { id } = await aUser('student', { ...before, emailVerifiedAt: 1 });
    expect((await admin.ask('PATCH', `/users/${id}`, { email: after.email.toUpperCase() })).json).toMatchObject({
      ...after,
      emailVerified: false,
    });
    const [entry] = await auditOf(id);
    expect(entry).toMatchObject({ action: 'user.changed', actorId: admin.id, detail: { before, after } });
    const [taken, name] = [await aUser('student', addressed()), named()];
    await aUser('student', name);
    const { email } = await rowOf(taken.id);
    expect((await admin.ask('PATCH', `/users/${id}`, { email })).json.code).toBe('email_taken');
    expect((await admin.ask('PATCH', `/users/${id}`, name)).json.code).toBe('username_taken');
    expect((await admin.ask('PATCH', `/users/${id}`, { email: null })).status).toBe(400);
  });

  it('cannot give what a person is not asked for', async () => {
    const admin = await aUser('admin');
    const { id } = await aUser('student', named());
    for (const more of [
      { role: 'admin' },
      { emailVerified: true },
      { id: 'usr_1' },
      { passwordHash: 'x' },
      { isBlocked: false },
      { mustChangePassword: false },
    ]) {
      const [name] = Object.keys(more);
      const refused = await admin.ask('PATCH', `/users/${id}`, { name: 'Thoko', ...more });
      expect(refused.json.errors, name).toContainEqual({ pointer: `/${name}`, message: 'unknown field' });
      const made = await admin.ask('POST', '/users', { name: 'Thoko', ...named(), ...more });
      expect(made.status, name).toBe(400);
    }
    expect(await rowOf(id)).toMatchObject({ role: 'student', name: 'A student' });
  });

  it('touch nobody of their own rank or above, and themselves no less', async () => {
    const admin = await aUser('admin');
    for (const role of ['admin', 'superadmin'] as const) {
      const { id } = await aUser(role, named());
      for (const path of [`/users/${id}/block`, `/users/${id}/unblock`, `/users/${id}/password`])
        expect((await admin.ask('POST', path, {})).status, `${role} ${path}`).toBe(403);
      expect((await admin.ask('PATCH', `/users/${id}`, addressed())).status).toBe(403);
      expect((await admin.ask('POST', `/users/${id}/role`, { role: 'student' })).status).toBe(403);
      expect(await rowOf(id)).toMatchObject({ role, blockedAt: null, email: null });
    }
    expect((await admin.ask('POST', `/users/${admin.id}/role`, { role: 'superadmin' })).status).toBe(403);
  });
});

describe('roles', () => {
  it('are given up to instructor by admins, and all by superadmins', async () => {
    const [admin, superadmin, student] = [await aUser('admin'), await aUser('superadmin'), await aUser()];
    const give = async (who: Somebody, role: string) =>
      (await who.ask('POST', `/users/${student.id}/role`, { role })).status;
    expect(await give(admin, 'instructor')).toBe(200);
    expect(await give(admin, 'admin')).toBe(403);
    expect(await give(superadmin, 'admin')).toBe(200);
    expect(await give(admin, 'student')).toBe(403);
    expect(await give(superadmin, 'student')).toBe(200);
    const entries = (await auditOf(student.id)).map(({ detail }) => detail);
    expect(entries).toContainEqual({ before: { role: 'instructor' }, after: { role: 'admin' } });
    expect(entries).toHaveLength(3);
  });

  it('want a fresh proof of who asks', async () => {
    const [admin, student] = [await aUser('admin'), await aUser()];
    await db.update(refreshFamily).set({ confirmedAt: 0 }).where(eq(refreshFamily.userId, admin.id));
    const asked = await admin.ask('POST', `/users/${student.id}/role`, { role: 'instructor' });
    expect([asked.status, asked.json.code]).toEqual([401, 'confirm_first']);
    const address = await admin.ask('PATCH', `/users/${student.id}`, addressed());
    expect(address.json.code).toBe('confirm_first');
    expect(await rowOf(student.id)).toMatchObject({ role: 'student', email: null });
  });

  it('count at once, given and taken, whatever the token says', async () => {
    const [superadmin, other] = [await aUser('superadmin'), await aUser('admin')];
    expect((await other.ask('GET', '/users')).status).toBe(200);
    await superadmin.ask('POST', `/users/${other.id}/role`, { role: 'student' });
    expect((await other.ask('GET', '/users')).status).toBe(403);
    await superadmin.ask('POST', `/users/${other.id}/role`, { role: 'instructor' });
    expect((await other.ask('GET', '/users')).status).toBe(200);
  });

  it('take along what hung on them: students, courses, instructor', async () => {
    const [admin, teacher] = [await aUser('admin'), await aUser('instructor')];
    await makeCourse(teacher.call());
    const assigned = await aUser('student', { instructorId: teacher.id });
    const rising = await aUser('student', { instructorId: teacher.id });
    expect((await admin.ask('POST', `/users/${rising.id}/role`, { role: 'instructor' })).json.instructorId).toBeNull();
    expect((await rowOf(assigned.id)).instructorId).toBe(teacher.id);
    await admin.ask('POST', `/users/${teacher.id}/role`, { role: 'student' });
    expect((await rowOf(assigned.id)).instructorId).toBeNull();
    await admin.ask('POST', `/users/${teacher.id}/role`, { role: 'instructor' });
    expect((await teacher.ask('GET', '/users')).json.count).toBe(0);
    expect(await db.select().from(courseStaff).where(eq(courseStaff.userId, teacher.id))).toEqual([]);
  });
});

describe('blocks', () => {
  it('end sign-ins and keys at once; whoever is let in again signs in anew', async () => {
    const [admin, teacher] = [await aUser('admin'), await aUser('instructor')];
    const { key } = (await teacher.ask('POST', '/auth/api-keys', { name: 'k', scopes: ['users:read'] })).json;
    const blocked = await admin.ask('POST', `/users/${teacher.id}/block`, {});
    expect(blocked.json).toMatchObject({ isBlocked: true });
    expect((await teacher.ask('GET', '/users')).status).toBe(401);
    expect((await admin.ask('POST', `/users/${teacher.id}/block`)).status).toBe(200);
    expect((await admin.ask('POST', `/users/${teacher.id}/unblock`)).json).toMatchObject({ isBlocked: false });
    expect((await teacher.ask('GET', '/users')).status).toBe(401);
    const byKey = await admin.ask('GET', '/users', undefined, { authorization: `Bearer ${String(key)}` });
    expect(byKey.status).toBe(401);
    expect((await auditOf(teacher.id)).map(({ action }) => action)).toEqual(['user.blocked', 'user.unblocked']);
  });
});

describe('assignment to an instructor', () => {
  it('is of students, to instructors who can act, and back to none', async () => {
    const [admin, teacher, student] = [await aUser('admin'), await aUser('instructor'), await aUser()];
    const assign = async (to: string | null, id = student.id) =>
      await admin.ask('POST', `/users/${id}/instructor`, { instructorId: to });
    expect((await assign(teacher.id)).json.instructorId).toBe(teacher.id);
    expect((await assign(teacher.id)).status).toBe(200);
    expect((await assign(null)).json.instructorId).toBeNull();
    const blocked = await aUser('instructor', { blockedAt: 1 });
    for (const wrong of [admin.id, student.id, blocked.id, 'usr_nobody'])
      expect((await assign(wrong)).json.errors, wrong).toContainEqual({
        pointer: '/instructorId',
        message: 'unknown instructor',
      });
    expect((await assign(teacher.id, teacher.id)).status).toBe(400);
    expect(await auditOf(student.id)).toHaveLength(2);
  });

  it('gives the last place to one of twenty who ask at once', async () => {
    const [admin, teacher] = [await aUser('admin'), await aUser('instructor')];
    const now = Date.now();
    const row = (instructorId: string | null) => ({
      ...{ id: newId('user'), name: 'A student', role: 'student' as const, createdAt: now, instructorId },
    });
    const [taken, free] = [
      Array.from({ length: 19 }, () => row(teacher.id)),
      Array.from({ length: 20 }, () => row(null)),
    ];
    await db.insert(user).values(taken.slice(0, 9));
    await db.insert(user).values(taken.slice(9));
    await db.insert(user).values(free.slice(0, 9));
    await db.insert(user).values(free.slice(9, 18));
    await db.insert(user).values(free.slice(18));
    const answers = await Promise.all(
      free.map(({ id }) => admin.ask('POST', `/users/${id}/instructor`, { instructorId: teacher.id })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ json }) => json.code === 'instructor_full')).toHaveLength(19);
    expect(await db.select().from(user).where(eq(user.instructorId, teacher.id))).toHaveLength(20);
  });
});

describe('somebody whose own role is taken between their request and its write', () => {
  it.each([
    ['changes no name', (call: Call, id: string) => updateUser(call, { id, name: 'Another' })],
    ['gives no role', (call: Call, id: string) => changeRole(call, { id, role: 'instructor' })],
    ['blocks nobody', (call: Call, id: string) => blockUser(call, id)],
    ['gives no password', (call: Call, id: string) => givePassword(call, id, 'a pepper')],
    [
      'assigns nobody',
      async (call: Call, id: string) => {
        const instructorId = (await aUser('instructor')).id;
        return await assignInstructor(call, { id, instructorId });
      },
    ],
  ])('%s', async (_name, act) => {
    const [admin, student] = [await aUser('admin'), await aUser()];
    const before = await rowOf(student.id);
    const call = admin.call();
    await db.update(user).set({ role: 'instructor' }).where(eq(user.id, admin.id));
    await expect(act(call, student.id)).rejects.toMatchObject({ code: 'conflict' });
    expect(await rowOf(student.id)).toEqual(before);
    expect(await auditOf(student.id)).toEqual([]);
  });
});
