import { env } from 'cloudflare:workers';
import { count, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { course, courseStaff, enrolment } from '../../src/courses/schema.ts';
import { contains } from '../../src/db/index.ts';
import { event } from '../../src/events/schema.ts';
import { verifyFirstPassword } from '../../src/identity/first-password.ts';
import { verifyPassword } from '../../src/identity/password.ts';
import {
  apiKey,
  audit,
  externalIdentity,
  recoveryCode,
  refreshFamily,
  secondFactor,
  session,
  user,
} from '../../src/identity/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { ltiUser, registration } from '../../src/lti/schema.ts';
import { connection, openedxEvent, openedxGrade, openedxUser } from '../../src/openedx/schema.ts';
import { sweep } from '../../src/sweep.ts';
import { aUser, db, type Somebody, theApp } from '../factories.ts';
import { makeCourse } from '../items/make.ts';

const rowOf = async (id: string) => {
  const [found] = await db.select().from(user).where(eq(user.id, id));
  if (!found) throw new Error('no such user');
  return found;
};

describe('somebody remains superadmin', () => {
  beforeEach(async () => {
    await db.update(user).set({ role: 'admin' }).where(eq(user.role, 'superadmin'));
  });
  const left = async () => {
    const found = await db.select().from(user).where(eq(user.role, 'superadmin'));
    return found.filter(({ blockedAt, deletedAt }) => blockedAt === null && deletedAt === null);
  };

  const ways: [string, (who: Somebody, id: string) => Promise<{ status: number; json: { code: string } }>][] = [
    ['demoted', (who, id) => who.ask('POST', `/users/${id}/role`, { role: 'admin' })],
    ['blocked', (who, id) => who.ask('POST', `/users/${id}/block`, {})],
    ['deleted', (who, id) => who.ask('DELETE', `/users/${id}`)],
    ['deleted by themself', (who) => who.ask('DELETE', '/users/me')],
  ];

  it.each(ways)('the last is not %s, though another is blocked or deleted', async (_name, end) => {
    const last = await aUser('superadmin');
    await aUser('superadmin', { blockedAt: 1 });
    await aUser('superadmin', { deletedAt: 1 });
    const refused = await end(last, last.id);
    expect([refused.status, refused.json.code]).toEqual([409, 'last_superadmin']);
    expect((await rowOf(last.id)).role).toBe('superadmin');
    const other = await aUser('superadmin');
    expect((await end(last, last.id)).status).toBeLessThan(300);
    expect((await left()).map(({ id }) => id)).toEqual([other.id]);
  });

  it.each(ways.slice(0, 3))('of two who have each other %s at once, one is left', async (_name, end) => {
    for (let round = 0; round < 3; round++) {
      await db.update(user).set({ role: 'admin' }).where(eq(user.role, 'superadmin'));
      const [one, two] = [await aUser('superadmin'), await aUser('superadmin')];
      await Promise.all([end(one, two.id), end(two, one.id)]);
      expect(await left()).toHaveLength(1);
    }
  });

  it('five who all step down at once leave one', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => aUser('superadmin')));
    const answers = await Promise.all(all.map((one) => one.ask('POST', `/users/${one.id}/role`, { role: 'student' })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
    expect(await left()).toHaveLength(1);
  });
});

describe('an account that staff make', () => {
  it('opens with the password of its slip, typed as people type, and then wants one of its own', async () => {
    const admin = await aUser('admin');
    const username = newId('user');
    const made = await admin.ask('POST', '/users', { name: 'Thoko Phiri', username });
    expect(made.json).toMatchObject({ username, role: 'student', email: null });
    const password = String(made.json.password);
    expect(password).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/);
    const kept = await rowOf(made.json.id);
    expect(kept).toMatchObject({ mustChangePassword: true });
    expect(kept.passwordHash).not.toContain(password.replaceAll('-', ''));
    const hash = kept.passwordHash ?? '';
    expect(await verifyPassword(password, hash, env.PASSWORD_PEPPER)).toBe(true);
    const opens = (typed: string, pepper = env.PASSWORD_PEPPER) => verifyFirstPassword(pepper, typed, hash);
    for (const typed of [password, password.toLowerCase(), password.replaceAll('-', ' '), password.replaceAll('-', '')])
      expect(await opens(typed), typed).toBe(true);
    expect(await opens(password.slice(1))).toBe(false);
    expect(await opens(password, 'another pepper')).toBe(false);
    const [entry] = await db.select().from(audit).where(eq(audit.subject, made.json.id));
    expect(JSON.stringify(entry)).not.toMatch(new RegExp(`${password}|first|hash`));
    expect((await admin.ask('POST', '/users', { name: 'Another', username })).json.code).toBe('username_taken');
  });

  it('opens nothing but the way to a password of their own, on the API too, however often they refresh', async () => {
    const admin = await aUser('admin');
    const username = newId('user');
    const made = await admin.ask('POST', '/users', { name: 'Thoko Phiri', username });
    const printed = String(made.json.password);
    const begun = await theApp.ask('POST', '/auth/login', { body: { email: username, password: printed } });
    const { json } = await theApp.ask('POST', '/auth/refresh', { body: { refresh: begun.json.refresh } });
    const ask = (method: string, path: string, body?: object) =>
      theApp.ask(method, path, { headers: { authorization: `Bearer ${json.access}` }, ...(body && { body }) });

    expect((await ask('GET', '/auth/me')).json).toMatchObject({ username });
    const others: [string, string, object?][] = [
      ...[['GET', '/courses'] as [string, string], ['GET', '/users/me/export'] as [string, string]],
      ...[['POST', '/enrollments', { courseKey: 'none' }] as [string, string, object]],
      ...[['PATCH', '/users/me', { name: 'Somebody else' }] as [string, string, object]],
      ...[['POST', '/auth/second-factor', {}] as [string, string, object], ['DELETE', '/users/me'] as [string, string]],
      ['POST', '/assessments/asm_00000000000000000000000000/attempts'],
    ];
    for (const [method, path, body] of others)
      expect(await ask(method, path, body), path).toMatchObject({
        status: 403,
        json: { code: 'password_change_required' },
      });
    const own = { currentPassword: printed, newPassword: 'chambo ndi nsima' };
    expect((await ask('POST', '/auth/password/change', own)).status).toBe(204);
    // The same token, at once.
    expect((await ask('GET', '/courses')).status).toBe(200);
    expect((await ask('PATCH', '/users/me', { name: 'Thoko' })).status).toBe(200);
  });

  it('is closed again when nobody has used the slip for a month', async () => {
    const admin = await aUser('admin');
    const made = await admin.ask('POST', '/users', { name: 'Thoko Phiri', username: newId('user') });
    const { passwordHash } = await rowOf(made.json.id);
    const DAY_MS = 24 * 3600 * 1000;
    const opens = (days: number) =>
      verifyFirstPassword(
        env.PASSWORD_PEPPER,
        String(made.json.password),
        passwordHash ?? '',
        Date.now() + days * DAY_MS,
      );
    expect([await opens(29), await opens(31)]).toEqual([true, false]);
    const later = (passwordHash ?? '').replace(/until=\d+/, 'until=99999999999');
    expect(await verifyFirstPassword(env.PASSWORD_PEPPER, String(made.json.password), later)).toBe(false);
  });
});

describe('a new first password', () => {
  it('is given by instructors to own students without address, and ends their sign-ins', async () => {
    const teacher = await aUser('instructor');
    const student = await aUser('student', { instructorId: teacher.id, username: newId('user') });
    const given = await teacher.ask('POST', `/users/${student.id}/password`);
    expect(given.status).toBe(200);
    const { passwordHash, mustChangePassword } = await rowOf(student.id);
    expect(mustChangePassword).toBe(true);
    expect(await verifyFirstPassword(env.PASSWORD_PEPPER, String(given.json.password), passwordHash ?? '')).toBe(true);
    expect((await student.ask('PATCH', '/users/me', { name: 'x' })).status).toBe(401);
    const [family] = await db.select().from(refreshFamily).where(eq(refreshFamily.userId, student.id));
    expect(family?.endedAt).not.toBeNull();
  });

  it('is not given to others: with an address, of the staff, not theirs, or by who came from a platform', async () => {
    const teacher = await aUser('instructor');
    const withAddress = await aUser('student', { instructorId: teacher.id, email: `${newId('user')}@school.test` });
    const colleague = await aUser('instructor', { instructorId: teacher.id });
    expect((await teacher.ask('POST', `/users/${withAddress.id}/password`)).status).toBe(403);
    expect((await teacher.ask('POST', `/users/${colleague.id}/password`)).status).toBe(404);
    expect((await teacher.ask('POST', `/users/${(await aUser()).id}/password`)).status).toBe(404);
    const own = await aUser('student', { instructorId: teacher.id });
    await db.update(refreshFamily).set({ role: 'instructor' }).where(eq(refreshFamily.userId, teacher.id));
    expect((await teacher.ask('POST', `/users/${own.id}/password`)).status).toBe(403);
    expect(await rowOf(own.id)).toMatchObject({ passwordHash: null });
  });

  it('is not given to whom the instructor alone made theirs: enrolling somebody is no way into their account', async () => {
    const [teacher, admin] = [await aUser('instructor'), await aUser('admin')];
    const { courseKey } = await makeCourse(teacher.call());
    const [taken, given] = [await aUser(), await aUser()];
    for (const [who, by] of [
      [taken, teacher],
      [given, admin],
    ] as const)
      expect((await by.ask('POST', '/enrollments', { courseKey, userId: who.id })).status).toBe(201);
    expect((await teacher.ask('GET', `/users/${taken.id}`)).status).toBe(200);
    expect((await teacher.ask('POST', `/users/${taken.id}/password`)).status).toBe(403);
    expect(await rowOf(taken.id)).toMatchObject({ passwordHash: null });
    expect((await teacher.ask('POST', `/users/${given.id}/password`)).status).toBe(200);
    await admin.ask('POST', `/users/${taken.id}/instructor`, { instructorId: teacher.id });
    expect((await teacher.ask('POST', `/users/${taken.id}/password`)).status).toBe(200);
  });

  it('for somebody of the staff wants a proof of who asks', async () => {
    const [admin, teacher] = [await aUser('admin'), await aUser('instructor')];
    await db.update(refreshFamily).set({ confirmedAt: 0 }).where(eq(refreshFamily.userId, admin.id));
    expect((await admin.ask('POST', `/users/${teacher.id}/password`)).json.code).toBe('confirm_first');
    expect((await admin.ask('POST', `/users/${(await aUser()).id}/password`)).status).toBe(200);
  });
});

describe('the second factor of somebody who has lost it', () => {
  const on = async (role: 'student' | 'admin') => {
    const who = await aUser(role);
    const now = Date.now();
    await db.insert(secondFactor).values({ userId: who.id, secret: 'sealed', createdAt: now, confirmedAt: now });
    await db.insert(recoveryCode).values({ userId: who.id, codeHash: who.id });
    return who;
  };
  const left = async (id: string) =>
    (await db.select().from(secondFactor).where(eq(secondFactor.userId, id))).length +
    (await db.select().from(recoveryCode).where(eq(recoveryCode.userId, id))).length;

  it('is taken off by an admin who has just shown who they are; their sign-ins end', async () => {
    const [admin, student] = [await aUser('admin'), await on('student')];
    await db.update(refreshFamily).set({ confirmedAt: 0 }).where(eq(refreshFamily.userId, admin.id));
    expect((await admin.ask('DELETE', `/users/${student.id}/second-factor`)).json.code).toBe('confirm_first');
    await db.update(refreshFamily).set({ confirmedAt: Date.now() }).where(eq(refreshFamily.userId, admin.id));
    expect((await admin.ask('DELETE', `/users/${student.id}/second-factor`)).status).toBe(204);
    expect(await left(student.id)).toBe(0);
    expect((await student.ask('PATCH', '/users/me', { name: 'x' })).status).toBe(401);
    expect((await admin.ask('DELETE', `/users/${student.id}/second-factor`)).json.code).toBe('second_factor_off');
  });

  it('stays with who stands as high as they who ask', async () => {
    const [admin, other] = [await aUser('admin'), await on('admin')];
    expect((await admin.ask('DELETE', `/users/${other.id}/second-factor`)).status).toBe(403);
    expect(await left(other.id)).toBe(2);
  });
});

describe('a table of accounts', () => {
  const send = async (who: Somebody, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    await who.ask('POST', '/users/import', body, { 'content-type': 'text/csv', ...headers });
  type Rows = { line: number; name: string; status: string; reason?: string; userId?: string }[];
  type Slips = { name: string; username: string; password: string }[];

  it('makes who can be made, says of each row what became of it, and gives slips once', async () => {
    const admin = await aUser('admin');
    const [a, b, c] = [newId('user'), newId('user'), newId('user')];
    const known = await aUser('student', { username: c, email: `${c}@school.test` });
    const other = newId('user');
    await aUser('student', { username: other });
    const table = [
      'Name;Username;Email;Role',
      `Thoko Phiri;${a.toUpperCase()};;student`,
      `"=HYPERLINK(""x"")";;${b}@school.test;`,
      `Known;${c};${c}@school.test;`,
      `Twice;${a};;`,
      `Somebody else;${other};${b}x@school.test;`,
      'No way in;;;',
      ';x1y2z3;;',
      `Chief;${a}9;;admin`,
      `Bad name;has space;;`,
      '',
    ].join('\r\n');
    const { status, json } = await send(admin, `\uFEFF${table}`);
    expect(status).toBe(200);
    const rows = json.rows as Rows;
    expect(rows.map(({ line, status }) => `${line} ${status}`)).toEqual([
      ...['2 created', '3 created', '4 exists', '5 refused', '6 refused', '7 refused', '8 refused', '9 refused'],
      '10 refused',
    ]);
    expect(rows.filter(({ status }) => status === 'refused').map(({ reason }) => reason)).toEqual([
      'the same account as line 2',
      'somebody else has this user name',
      'an e-mail address or a user name is missing',
      'the name is missing',
      'you may not give the role admin',
      expect.stringMatching(/^the user name “has space” must have 2 to 64/),
    ]);
    expect(rows.map(({ name }) => name).slice(3)).toEqual([
      'Twice',
      'Somebody else',
      'No way in',
      '',
      'Chief',
      'Bad name',
    ]);
    expect(rows[2]?.userId).toBe(known.id);
    const slips = json.slips as Slips;
    expect(slips.map(({ username }) => username)).toEqual([a, `${b}@school.test`]);
    const made = await rowOf(rows[0]?.userId ?? '');
    expect(made).toMatchObject({ name: 'Thoko Phiri', role: 'student', mustChangePassword: true, email: null });
    const opens = (slip: Slips[number] | undefined) =>
      verifyFirstPassword(env.PASSWORD_PEPPER, slip?.password ?? '', made.passwordHash ?? '');
    expect([await opens(slips[0]), await opens(slips[1])]).toEqual([true, false]);
    const [entry] = await db.select().from(audit).where(eq(audit.subject, made.id));
    expect(entry).toMatchObject({ action: 'user.created', actorId: admin.id, detail: { after: { role: 'student' } } });

    const again = (await send(admin, table)).json;
    expect(again).toMatchObject({ created: 0, exists: 3, slips: [] });
  });

  it('may have a thousand rows, written in two round trips, and no more', async () => {
    const admin = await aUser('admin');
    const mark = newId('user');
    const table = (rows: number) =>
      `name,username\n${Array.from({ length: rows }, (_, index) => `Pupil ${index},${mark}${index}`).join('\n')}`;
    const { json, line } = await send(admin, table(1000));
    expect(json).toMatchObject({ created: 1000, exists: 0, refused: 0 });
    expect(line.d1).toBe(2);
    expect(new Set((json.slips as Slips).map(({ password }) => password)).size).toBe(1000);
    expect((await send(admin, table(1001))).json.code).toBe('malformed');
  });

  it('gives the roles that its sender may give, in any case, under headings as people write them', async () => {
    const mark = newId('user');
    const table = [
      'Full Name,User_Name,E-mail,ROLE',
      'A,%1,,Student',
      'B,%2,,INSTRUCTOR',
      'C,,%3@school.test,Super Admin',
    ]
      .concat(['D,%4,,admin', 'E,%5,,teacher', 'F,,nowhere,'])
      .join('\n')
      .replaceAll('%', mark);
    const by = async (role: 'admin' | 'superadmin') => {
      const { json } = await send(await aUser(role), table);
      return (json.rows as Rows).map(({ name, status, reason = '' }) => `${name} ${status} ${reason}`.trim());
    };
    const told = [
      'E refused there is no role “teacher”; the roles are student, instructor, admin, superadmin',
      'F refused “nowhere” is not a whole e-mail address, such as grace@example.com',
    ];
    expect(await by('admin')).toEqual([
      ...['A created', 'B created', 'C refused you may not give the role superadmin'],
      ...['D refused you may not give the role admin', ...told],
    ]);
    expect(await by('superadmin')).toEqual(['A exists', 'B exists', 'C created', 'D created', ...told]);
    const made = await db
      .select()
      .from(user)
      .where(contains(mark, user.username, user.email))
      .orderBy(user.name);
    expect(made.map(({ role }) => role)).toEqual(['student', 'instructor', 'superadmin', 'admin']);
    const [, teacher] = made;
    const [entry] = await db
      .select()
      .from(audit)
      .where(eq(audit.subject, teacher?.id ?? ''));
    expect(entry?.detail).toEqual({ before: null, after: { role: 'instructor' } });
  });

  it('gives no role above a student’s without a proof of who asks, and then makes nobody', async () => {
    const admin = await aUser('admin');
    await db.update(refreshFamily).set({ confirmedAt: 0 }).where(eq(refreshFamily.userId, admin.id));
    const [a, b] = [newId('user'), newId('user')];
    const refused = await send(admin, `name,username,role\nA,${a},\nB,${b},instructor`);
    expect(refused.json.code).toBe('confirm_first');
    expect((await send(admin, `name,username,role\nA,${a},`)).json.created).toBe(1);
  });

  it('that is a spreadsheet, or has a column twice, is refused with what to do', async () => {
    const admin = await aUser('admin');
    for (const [table, told] of [
      [new Uint8Array([0x50, 0x4b, 0x03, 0x04, 0x14, 0, 0xff]), 'save it as CSV first'],
      [new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'save it as CSV first'],
      ['name,username\n\u0000', 'save it as "CSV UTF-8"'],
      ['name,E-mail,email\nA,a@b.mw,', 'The column “email” is there twice'],
    ] as const) {
      const { json } = await send(admin, table);
      expect([json.code, json.detail]).toEqual(['malformed', expect.stringContaining(told)]);
    }
  });

  it('that is none is refused whole', async () => {
    const admin = await aUser('admin');
    const [before] = await db.select({ count: count() }).from(user);
    for (const table of ['', 'name,username\n"Thoko', 'username\nx1', 'name,name\nA,B', 'name,password\nA,B'])
      expect((await send(admin, table)).json.code, table).toBe('malformed');
    expect((await send(admin, new Uint8Array([0x6e, 0xff, 0xfe]))).json.code).toBe('malformed');
    const [after] = await db.select({ count: count() }).from(user);
    expect(after).toEqual(before);
  });

  it('sent twice at once makes each account once', async () => {
    const admin = await aUser('admin');
    const username = newId('user');
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(admin, `name,username\nThoko,${username}`)));
    expect(answers.map(({ json }) => json.created).sort()).toEqual([0, 0, 0, 0, 1]);
    expect(answers.flatMap(({ json }) => json.slips)).toHaveLength(1);
  });
});

describe('a deleted account', () => {
  it('has no name, address, way in or tie left; what was done under its id stays', async () => {
    const superadmin = await aUser('superadmin');
    const email = `${newId('user')}@school.test`;
    const teacher = await aUser('instructor', { email, username: newId('user'), name: 'Grace Mwale' });
    const student = await aUser('student', { instructorId: teacher.id });
    const { courseId } = await makeCourse(teacher.call());
    const now = Date.now();
    const [registrationId, connectionId] = [newId('registration'), newId('connection')];
    await db.batch([
      db.insert(session).values({
        secretHash: newId('session'),
        id: newId('session'),
        userId: teacher.id,
        createdAt: now,
        expiresAt: now + 1e6,
      }),
      db.insert(apiKey).values({
        id: newId('apiKey'),
        userId: teacher.id,
        name: 'k',
        secretHash: newId('apiKey'),
        scopes: [],
        createdAt: now,
        expiresAt: now,
      }),
      db
        .insert(externalIdentity)
        .values({ provider: 'google', subject: teacher.id, userId: teacher.id, email, createdAt: now }),
      db.insert(enrolment).values({ id: newId('enrolment'), userId: teacher.id, courseId, createdAt: now }),
      db.insert(registration).values({
        ...{
          id: registrationId,
          name: 'P',
          issuer: 'https://lms.example.mw',
          clientId: registrationId,
          createdAt: now,
        },
        ...{ authLoginUrl: 'x', authTokenUrl: 'x', keySetUrl: 'x', frameOrigins: [] },
      }),
      db.insert(ltiUser).values({ registrationId, sub: 's', userId: teacher.id, email, at: now }),
      db.insert(connection).values({
        ...{ id: connectionId, name: 'C', lmsUrl: 'https://lms.example.mw', clientId: 'c', clientSecret: 's' },
        ...{ hmacSecret: 's', createdAt: now, isDefault: false },
      } as typeof connection.$inferInsert),
      db
        .insert(openedxUser)
        .values({ connectionId, lmsUserId: 7, userId: teacher.id, username: 'grace', isActive: true, at: 1 }),
      db.insert(openedxEvent).values({
        ...{ id: connectionId, connectionId, eventType: 'account', receivedAt: now, handledAt: now },
        data: {
          kind: 'account',
          account: { lmsUserId: 7, username: 'grace', email, name: 'Grace Mwale', isActive: true },
        },
      }),
      db.insert(openedxGrade).values({ connectionId, courseKey: 'c', lmsUserId: 7, kind: 'summary', data: {}, at: 1 }),
    ]);
    expect((await superadmin.ask('DELETE', `/users/${teacher.id}`)).status).toBe(204);
    expect(await rowOf(teacher.id)).toMatchObject({
      ...{ email: null, username: null, name: 'Deleted user', passwordHash: null, role: 'student' },
      deletedAt: expect.any(Number),
    });
    expect((await teacher.ask('GET', '/users')).status).toBe(401);
    expect((await superadmin.ask('GET', `/users/${teacher.id}`)).status).toBe(404);
    expect((await superadmin.ask('DELETE', `/users/${teacher.id}`)).status).toBe(404);
    expect((await rowOf(student.id)).instructorId).toBeNull();
    for (const table of [session, apiKey, externalIdentity, refreshFamily])
      expect(await db.select().from(table).where(eq(table.userId, teacher.id))).toEqual([]);

    await db.update(event).set({ nextAt: 1 }).where(eq(event.type, 'user.deleted'));
    await sweep(env);
    const gone = async () => [
      ...(await db.select().from(ltiUser).where(eq(ltiUser.userId, teacher.id))),
      ...(await db.select().from(openedxUser).where(eq(openedxUser.userId, teacher.id))),
      ...(await db.select().from(openedxGrade).where(eq(openedxGrade.connectionId, connectionId))),
      ...(await db.select().from(courseStaff).where(eq(courseStaff.userId, teacher.id))),
    ];
    await expect.poll(gone, { timeout: 10_000 }).toEqual([]);
    const [told] = await db.select().from(openedxEvent).where(eq(openedxEvent.connectionId, connectionId));
    expect(told?.data).toBeNull();
    const [left] = await db.select().from(enrolment).where(eq(enrolment.userId, teacher.id));
    expect(left).toMatchObject({ isActive: false });
    expect(await db.select().from(course).where(eq(course.id, courseId))).toHaveLength(1);
  });

  it('is named no more by the audit log, which goes on to say what was done', async () => {
    const [superadmin, admin, bystander] = [await aUser('superadmin'), await aUser('admin'), await aUser()];
    const [email, username] = [`${newId('user')}@school.test`, newId('user')];
    const made = await admin.ask('POST', '/users', { name: 'Grace Mwale', username, email });
    const path = `/users/${made.json.id}`;
    expect((await admin.ask('PATCH', path, { name: 'Grace Banda', email: `x${email}` })).status).toBe(200);
    await admin.ask('PATCH', `/users/${bystander.id}`, { name: 'Grace Mwale' });
    const entries = async (subject: string) => (await admin.ask('GET', `/audit?subject=${subject}`)).text;
    expect(await entries(made.json.id)).toContain('Grace Banda');
    expect((await superadmin.ask('DELETE', path)).status).toBe(204);
    const left = await entries(made.json.id);
    expect(left).not.toMatch(new RegExp(`Grace|${email}`));
    expect(left).toMatch(/user\.changed/);
    expect(await entries(bystander.id)).toContain('Grace Mwale');
  });

  it('is its owner’s own wish, who shows first that it is them', async () => {
    const me = await aUser('student', { username: newId('user') });
    await db.update(refreshFamily).set({ confirmedAt: 0 }).where(eq(refreshFamily.userId, me.id));
    expect((await me.ask('DELETE', '/users/me')).json.code).toBe('confirm_first');
    await db.update(refreshFamily).set({ confirmedAt: Date.now() }).where(eq(refreshFamily.userId, me.id));
    expect((await me.ask('DELETE', '/users/me')).status).toBe(204);
    expect((await rowOf(me.id)).name).toBe('Deleted user');
    expect((await me.ask('GET', '/users/me')).status).toBe(401);
  });

  it('is not for admins to make of anybody', async () => {
    const [admin, student] = [await aUser('admin'), await aUser()];
    expect((await admin.ask('DELETE', `/users/${student.id}`)).status).toBe(403);
  });
});
