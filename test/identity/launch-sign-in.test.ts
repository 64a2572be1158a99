import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { assessment } from '../../src/assessments/schema.ts';
import { endLaunches, type LaunchFacts, sessionByLaunch, signInByLaunch } from '../../src/identity/index.ts';
import { session, user } from '../../src/identity/schema.ts';
import { bank } from '../../src/items/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { anAssessment, aUser, db, theApp } from '../factories.ts';

/* A sign-in that came of a launch is held to the role of that launch. */

const facts = (more: Partial<LaunchFacts> = {}): LaunchFacts => ({
  registrationId: 'reg_1',
  deploymentId: '1',
  contextId: 'course-v1:MW+M+1',
  resourceLinkId: 'block-1',
  role: 'student',
  ...more,
});

const call = () => ({ db, now: Date.now(), requestId: newId('request'), address: '127.0.0.1' });

async function tokensOf(userId: string, launch = facts()) {
  const signedIn = await signInByLaunch(call(), userId, launch, env.ACCESS_TOKEN_KEY);
  if (!signedIn) throw new Error('not signed in');
  return signedIn;
}
const me = (access: string) => theApp.ask('GET', '/auth/me', { headers: { authorization: `Bearer ${access}` } });

async function begin(
  userId: string,
  role: LaunchFacts['role'],
  frameOrigins: string[],
  previous?: string,
  launch = facts({ role }),
) {
  const { secret, statements } = await sessionByLaunch(call(), { userId, launch, frameOrigins }, previous);
  const [continued] = await db.batch(statements);
  return continued.length > 0 && previous !== undefined ? previous : secret;
}
const frame = (secret: string, path: string, more: Record<string, string> = {}) =>
  theApp.send('GET', path, { headers: { cookie: `__Host-ve_frame=${secret}`, ...more } });

describe('tokens of a launch', () => {
  it('carry its role whatever the user is elsewhere, and say where they came from', async () => {
    const admin = await aUser('admin');
    const { access, user: told } = await tokensOf(admin.id);
    expect(told.role).toBe('student');
    expect((await me(access)).json).toMatchObject({ id: admin.id, role: 'student', lti: facts() });
    const headers = { authorization: `Bearer ${access}` };
    expect((await theApp.ask('GET', '/openedx/connections', { headers })).status).toBe(403);
    expect((await theApp.ask('POST', '/banks', { headers, body: { title: 'A bank' } })).status).toBe(403);
  });

  it('keep that role when they are refreshed', async () => {
    const admin = await aUser('admin');
    const { refresh } = await tokensOf(admin.id, facts({ role: 'instructor' }));
    const again = await theApp.ask('POST', '/auth/refresh', { body: { refresh } });
    expect((await me(String(again.json.access))).json).toMatchObject({ role: 'instructor' });
  });

  it('give an instructor the rights of one, though the user is a student', async () => {
    const student = await aUser('student');
    const { access } = await tokensOf(student.id, facts({ role: 'instructor' }));
    const headers = { authorization: `Bearer ${access}` };
    expect((await theApp.ask('POST', '/banks', { headers, body: { title: 'A bank' } })).status).toBe(201);
    expect((await student.ask('POST', '/banks', { title: 'A bank' })).status).toBe(403);
  });

  it('make nothing that counts beyond the courses of the platform: no course, and no assessment for everybody', async () => {
    const [student, teacher] = [await aUser('student'), await aUser('instructor')];
    const { access } = await tokensOf(student.id, facts({ role: 'instructor' }));
    const headers = { authorization: `Bearer ${access}` };
    const course = {
      courseKey: `course-v1:MW+${newId('course')}+1`,
      title: 'X',
      examinationLevel: 'MSCE',
      academicClass: 'Form 3',
    };
    expect((await theApp.ask('POST', '/courses', { headers, body: course })).status).toBe(403);
    expect((await teacher.ask('POST', '/courses', course)).status).toBe(201);
    const bankId = (await theApp.ask('POST', '/banks', { headers, body: { title: 'A bank' } })).json.id;
    const paper = { title: 'P', behaviour: 'exam', timeLimitSeconds: 60, sections: [{ bankId, select: 1 }] };
    const refused = await theApp.ask('POST', '/assessments', { headers, body: paper });
    expect(refused).toMatchObject({ status: 400, json: { errors: [{ pointer: '/courseKey' }] } });
    const own = await anAssessment(teacher, { published: false });
    await db.update(assessment).set({ ownerId: student.id }).where(eq(assessment.id, own.id));
    await db.update(bank).set({ ownerId: student.id }).where(eq(bank.id, own.bank.id));
    expect((await theApp.ask('POST', `/assessments/${own.id}/publish`, { headers, body: {} })).status).toBe(400);
  });

  it('are not given to somebody who is blocked, and say nothing of a launch in other sign-ins', async () => {
    const blocked = await aUser('student', { blockedAt: 1 });
    expect(await signInByLaunch(call(), blocked.id, facts(), env.ACCESS_TOKEN_KEY)).toBeUndefined();
    const somebody = await aUser();
    expect((await somebody.ask('GET', '/auth/me')).json).not.toHaveProperty('lti');
  });
});

describe('the page session of a launch', () => {
  it('may be shown in the frames of its platform, and in no other', async () => {
    const student = await aUser();
    const secret = await begin(student.id, 'student', ['https://lms.example.org']);
    const page = await frame(secret, '/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/frame-ancestors https:\/\/lms\.example\.org$/);
    expect((await theApp.send('GET', '/sign-in')).headers.get('content-security-policy')).toMatch(
      /frame-ancestors 'none'$/,
    );
  });

  it('is held to its role', async () => {
    const admin = await aUser('admin');
    const secret = await begin(admin.id, 'student', []);
    expect((await frame(secret, '/staff')).status).toBe(403);
    const other = await begin(admin.id, 'instructor', []);
    expect((await frame(other, '/staff')).status).toBe(200);
    expect((await frame(other, '/staff/connections')).status).toBe(403);
  });

  it('goes on when the same person launches again beside it, and may then be framed by both', async () => {
    const student = await aUser();
    const first = await begin(student.id, 'student', ['https://a.example']);
    expect(await begin(student.id, 'student', ['https://b.example'], first)).toBe(first);
    const csp = (await frame(first, '/')).headers.get('content-security-policy');
    expect(csp).toMatch(/frame-ancestors https:\/\/a\.example https:\/\/b\.example$/);
  });

  it('ends when somebody else launches in the same browser, or the same person in another role', async () => {
    const [student, other] = [await aUser(), await aUser()];
    const first = await begin(student.id, 'student', []);
    const second = await begin(other.id, 'student', [], first);
    expect(second).not.toBe(first);
    expect((await frame(first, '/')).status).toBe(303);
    const third = await begin(other.id, 'instructor', [], second);
    expect(third).not.toBe(second);
    expect((await frame(second, '/')).status).toBe(303);
  });

  it('is not begun for somebody who is blocked', async () => {
    const student = await aUser();
    const secret = await begin(student.id, 'student', []);
    await db.update(user).set({ blockedAt: 1 }).where(eq(user.id, student.id));
    expect((await frame(secret, '/')).status).toBe(303);
    await begin(student.id, 'student', []);
    expect(await db.select().from(session).where(eq(session.userId, student.id))).toHaveLength(1);
  });

  it('that has ended says so inside the frame instead of showing a sign-in page no frame may show', async () => {
    const gone = await theApp.send('GET', '/', { headers: { 'sec-fetch-dest': 'iframe' } });
    expect(gone.status).toBe(401);
    expect(gone.headers.get('content-security-policy')).toMatch(/frame-ancestors \*$/);
    expect(await gone.text()).not.toContain('<form');
  });
});

describe('sign-ins of launches that are taken back', () => {
  const isSignedIn = async (access: string) =>
    (await theApp.ask('POST', '/auth/logout-all', { headers: { authorization: `Bearer ${access}` }, body: {} }))
      .status === 204;

  it('end for what is named, registration, person, context and role, and for nothing else', async () => {
    const [one, other] = [await aUser(), await aUser()];
    const registrationId = newId('registration');
    const asTeacher = facts({ registrationId, role: 'instructor' });
    const ended = {
      api: await tokensOf(one.id, asTeacher),
      page: await begin(one.id, 'instructor', [], undefined, asTeacher),
    };
    const kept = [
      await tokensOf(one.id, facts({ registrationId })),
      await tokensOf(one.id, { ...asTeacher, contextId: 'another' }),
      await tokensOf(one.id, facts({ role: 'instructor' })),
      await tokensOf(other.id, asTeacher),
    ];
    await db.batch(
      endLaunches(call(), { userId: one.id, registrationId, contextId: asTeacher.contextId, role: 'instructor' }),
    );
    expect((await frame(ended.page, '/staff')).status).toBe(303);
    expect(await isSignedIn(ended.api.access)).toBe(false);
    for (const { access } of kept) expect((await me(access)).status).toBe(200);
    for (const { refresh } of kept)
      expect((await theApp.ask('POST', '/auth/refresh', { body: { refresh } })).status).toBe(200);
  });

  it('end all with their registration', async () => {
    const [one, other] = [await aUser(), await aUser()];
    const launch = facts({ registrationId: newId('registration') });
    const both = [await tokensOf(one.id, launch), await tokensOf(other.id, launch)];
    await db.batch(endLaunches(call(), { registrationId: launch.registrationId }));
    for (const { refresh } of both)
      expect((await theApp.ask('POST', '/auth/refresh', { body: { refresh } })).status).toBe(401);
  });
});
