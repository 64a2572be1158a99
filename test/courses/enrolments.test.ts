import { and, eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { deleteCourse } from '../../src/courses/delete-course.ts';
import { enrolStudent } from '../../src/courses/enrol-student.ts';
import { endAbandonedEnrolments } from '../../src/courses/index.ts';
import { course, enrolment, lesson, lessonProgress } from '../../src/courses/schema.ts';
import { event } from '../../src/events/schema.ts';
import { siteSetting } from '../../src/http/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { aUser, bearer, db, enrolIn, type Somebody, theApp } from '../factories.ts';
import { makeCourse, overtaken } from '../items/make.ts';

const DAY_MS = 24 * 3600 * 1000;

async function aCourse(set: Partial<typeof course.$inferInsert> = {}, teacher?: Somebody) {
  const made = await makeCourse(teacher?.call());
  await db
    .update(course)
    .set({ visibility: 'open', ...set })
    .where(eq(course.id, made.courseId));
  return { ...made, path: `/courses/${encodeURIComponent(made.courseKey)}` };
}

const rowsOf = (courseId: string) => db.select().from(enrolment).where(eq(enrolment.courseId, courseId));
const eventsOf = (enrolmentId: string) =>
  db
    .select()
    .from(event)
    .where(and(eq(event.type, 'course.enrolment.created'), sql`payload ->> 'enrolmentId' = ${enrolmentId}`));

describe('enrolling oneself', () => {
  it('is for open courses, is told once, and costs three round trips', async () => {
    const [student, { courseKey, courseId }] = [await aUser(), await aCourse()];
    const made = await student.ask('POST', '/enrollments', { courseKey });
    expect(made).toMatchObject({
      status: 201,
      json: { id: expect.stringMatching(/^enr_/), userId: student.id, courseKey, isActive: true, mode: 'audit' },
      line: { d1: 3 },
    });
    expect(await rowsOf(courseId)).toMatchObject([{ userId: student.id, origin: 'self', isActive: true }]);
    expect(await eventsOf(made.json.id)).toHaveLength(1);
    const again = await student.ask('POST', '/enrollments', { courseKey });
    expect(again).toMatchObject({ status: 409, json: { code: 'already_enrolled' } });
    expect(await eventsOf(made.json.id)).toHaveLength(1);
    expect((await student.ask('GET', '/courses')).json.count).toBeGreaterThan(0);
  });

  it('in an invited, a deleted or an unknown course is refused alike', async () => {
    const student = await aUser();
    const [invited, deleted] = [await aCourse({ visibility: 'invited' }), await aCourse({ deletedAt: 1 })];
    const answers = [];
    for (const courseKey of [invited.courseKey, deleted.courseKey, 'none'])
      answers.push(await student.ask('POST', '/enrollments', { courseKey }));
    for (const { status, json } of answers)
      expect({ status, ...json, requestId: '' }).toEqual({ status: 404, ...answers[2]?.json, requestId: '' });
  });

  it('in a course that goes meanwhile is refused as in one that was never there, not for want of seats', async () => {
    const teacher = await aUser('instructor');
    const [{ courseKey, courseId }, student] = [await aCourse({}, teacher), await aUser()];
    const call = teacher.call();
    for (const [who, input] of [
      [student, { courseKey }],
      [teacher, { courseKey, userId: student.id }],
    ] as const) {
      await db.update(course).set({ deletedAt: null, courseKey, visibility: 'open' }).where(eq(course.id, courseId));
      const meanwhile = overtaken(who.call(), () => deleteCourse(call, courseKey));
      await expect(enrolStudent(meanwhile, input, () => undefined)).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(await rowsOf(courseId)).toEqual([]);
  });

  it('may not name another, nor say anything else of the enrolment', async () => {
    const [student, other, { courseKey }] = [await aUser(), await aUser(), await aCourse()];
    expect(await student.ask('POST', '/enrollments', { courseKey, userId: other.id })).toMatchObject({
      status: 403,
      json: { code: 'forbidden' },
    });
    for (const more of [{ mode: 'verified' }, { id: 'enr_1' }, { isActive: false }, { origin: 'staff' }])
      expect((await student.ask('POST', '/enrollments', { courseKey, ...more })).status).toBe(400);
    expect((await student.ask('POST', '/enrollments', { courseKey, userId: student.id })).status).toBe(201);
  });

  it('ends by oneself, may begin again, and is nobody else’s to end', async () => {
    const [student, stranger, { courseKey, courseId }] = [await aUser(), await aUser(), await aCourse()];
    const { json } = await student.ask('POST', '/enrollments', { courseKey });
    const [theirs, none] = [
      await stranger.ask('DELETE', `/enrollments/${json.id}`),
      await stranger.ask('DELETE', '/enrollments/none'),
    ];
    expect(theirs.status).toBe(404);
    expect({ ...theirs.json, requestId: '' }).toEqual({ ...none.json, requestId: '' });
    for (const _ of [1, 2]) expect((await student.ask('DELETE', `/enrollments/${json.id}`)).status).toBe(204);
    expect(await rowsOf(courseId)).toMatchObject([{ isActive: false, endedAt: expect.any(Number) }]);
    expect((await student.ask('GET', '/me/courses')).json.count).toBe(0);
    const back = await student.ask('POST', '/enrollments', { courseKey });
    expect(back).toMatchObject({ status: 201, json: { id: json.id } });
    expect(await rowsOf(courseId)).toMatchObject([{ isActive: true, endedAt: null }]);
    expect(await eventsOf(json.id)).toHaveLength(2);
  });

  it('is not the student’s to end where a platform enrolled them, nor staff’s where the course follows it', async () => {
    const [student, teacher] = [await aUser(), await aUser('instructor')];
    const { courseId } = await aCourse({}, teacher);
    const { id } = await enrolIn(courseId, student);
    await db.update(enrolment).set({ origin: 'platform' }).where(eq(enrolment.id, id));
    expect((await student.ask('DELETE', `/enrollments/${id}`)).json.code).toBe('synced');
    await db.update(course).set({ source: 'openedx' }).where(eq(course.id, courseId));
    expect((await teacher.ask('DELETE', `/enrollments/${id}`)).json.code).toBe('synced');
    await db.update(course).set({ source: 'here' }).where(eq(course.id, courseId));
    expect((await teacher.ask('DELETE', `/enrollments/${id}`)).status).toBe(204);
  });
});

describe('seats', () => {
  it('go to one of fifty who want the last at the same moment', async () => {
    const { courseKey, courseId } = await aCourse({ seatLimit: 2 });
    await enrolIn(courseId, await aUser());
    const students = await Promise.all(Array.from({ length: 50 }, () => aUser()));
    const answers = await Promise.all(students.map((one) => one.ask('POST', '/enrollments', { courseKey })));
    const won = answers.filter(({ status }) => status === 201);
    expect(won).toHaveLength(1);
    for (const { status, json } of answers)
      if (status !== 201) expect({ status, code: json.code }).toEqual({ status: 409, code: 'course_full' });
    const rows = await rowsOf(courseId);
    expect(rows.filter(({ isActive }) => isActive)).toHaveLength(2);
    expect(await eventsOf(won[0]?.json.id ?? '')).toHaveLength(1);
  }, 20_000);

  it('bind staff too, are free again when somebody leaves, and a lower limit sends nobody away', async () => {
    const teacher = await aUser('instructor');
    const { courseKey, courseId, path } = await aCourse({ seatLimit: 1 }, teacher);
    const [first, second] = [await aUser(), await aUser()];
    const { json } = await teacher.ask('POST', '/enrollments', { courseKey, userId: first.id });
    const full = await teacher.ask('POST', '/enrollments', { courseKey, userId: second.id });
    expect(full).toMatchObject({ status: 409, json: { code: 'course_full' } });
    expect(await teacher.ask('POST', '/enrollments', { courseKey, userId: first.id })).toMatchObject({
      json: { code: 'already_enrolled' },
    });
    expect((await teacher.ask('PATCH', path, { seatLimit: null })).status).toBe(200);
    expect((await teacher.ask('POST', '/enrollments', { courseKey, userId: second.id })).status).toBe(201);
    expect((await teacher.ask('PATCH', path, { seatLimit: 1 })).status).toBe(200);
    expect((await rowsOf(courseId)).filter(({ isActive }) => isActive)).toHaveLength(2);
    await teacher.ask('DELETE', `/enrollments/${json.id}`);
    expect((await first.ask('POST', '/enrollments', { courseKey })).json.code).toBe('course_full');
  });
});

describe('staff', () => {
  it('enrol students in courses of theirs, and in no others', async () => {
    const [teacher, colleague, admin] = [await aUser('instructor'), await aUser('instructor'), await aUser('admin')];
    const { courseKey, courseId } = await aCourse({ visibility: 'invited' }, teacher);
    const student = await aUser();
    const ask = (who: Somebody, userId?: string) =>
      who.ask('POST', '/enrollments', { courseKey, ...(userId !== undefined && { userId }) });
    expect((await ask(colleague, student.id)).status).toBe(404);
    expect(await ask(teacher)).toMatchObject({ status: 400, json: { errors: [{ pointer: '/userId' }] } });
    for (const nobody of ['usr_none', colleague.id, (await aUser('student', { deletedAt: 1 })).id])
      expect(await ask(teacher, nobody)).toMatchObject({ status: 400, json: { errors: [{ pointer: '/userId' }] } });
    expect((await ask(teacher, student.id)).status).toBe(201);
    expect((await ask(admin, (await aUser()).id)).status).toBe(201);
    const [row] = await rowsOf(courseId);
    expect(row).toMatchObject({ origin: 'staff' });
    expect((await colleague.ask('DELETE', `/enrollments/${row?.id}`)).status).toBe(404);
    expect((await teacher.ask('DELETE', `/enrollments/${row?.id}`)).status).toBe(204);
  });
});

describe('a table of students', () => {
  const send = async (who: Somebody, path: string, body: string | Uint8Array, type = 'text/csv') =>
    await theApp.ask('POST', `${path}/enrollments/import`, {
      body,
      headers: { ...(await bearer(who.actor)), 'content-type': type },
    });
  const named = async () => {
    const name = newId('user').slice(-12);
    return { ...(await aUser('student', { username: name, email: `${name}@demo.test` })), name };
  };

  it('is enrolled line by line, each told what became of it, in three round trips', async () => {
    const teacher = await aUser('instructor');
    const { path, courseId } = await aCourse({ visibility: 'invited', seatLimit: 4 }, teacher);
    const [one, two, three, four, five, back] = [
      await named(),
      await named(),
      await named(),
      await named(),
      await named(),
      await named(),
    ];
    await enrolIn(courseId, four);
    const { id } = await enrolIn(courseId, back);
    await db.update(enrolment).set({ isActive: false, endedAt: 1 }).where(eq(enrolment.id, id));
    const csv = [
      'username;e-mail;class',
      `${one.name.toUpperCase()};;4A`,
      `;${two.name}@DEMO.test;4A`,
      `${one.name};;`,
      `${four.name};;`,
      'nobody;;',
      `;${teacher.id}@x.test;`,
      '',
      ';;4B',
      `${back.name};;`,
      `${three.name};;`,
      `${five.name};;`,
    ].join('\r\n');
    const answer = await send(teacher, path, `\uFEFF${csv}`, 'text/csv; charset=utf-8');
    expect(answer).toMatchObject({ status: 200, line: { d1: 3 } });
    expect(answer.json).toEqual({
      enrolled: 3,
      already: 2,
      refused: 5,
      rows: [
        { line: 2, status: 'enrolled', userId: one.id },
        { line: 3, status: 'enrolled', userId: two.id },
        { line: 4, status: 'already', userId: one.id },
        { line: 5, status: 'already', userId: four.id },
        { line: 6, status: 'refused', reason: 'unknown' },
        { line: 7, status: 'refused', reason: 'unknown' },
        { line: 9, status: 'refused', reason: 'empty' },
        { line: 10, status: 'enrolled', userId: back.id },
        { line: 11, status: 'refused', reason: 'course_full', userId: three.id },
        { line: 12, status: 'refused', reason: 'course_full', userId: five.id },
      ],
    });
    const active = (await rowsOf(courseId)).filter(({ isActive }) => isActive);
    expect(active.map(({ userId }) => userId).sort()).toEqual([one.id, two.id, four.id, back.id].sort());
    for (const row of active) expect(await eventsOf(row.id)).toHaveLength(row.userId === four.id ? 0 : 1);
    expect((await send(teacher, path, `\uFEFF${csv}`)).json).toMatchObject({ enrolled: 0, already: 5, refused: 5 });
  });

  it('takes the word null for nobody’s address, though somebody in it has none', async () => {
    const teacher = await aUser('instructor');
    const { path } = await aCourse({}, teacher);
    const username = newId('user');
    await aUser('student', { username });
    expect((await send(teacher, path, `username,email\n${username},\n,null`)).json).toMatchObject({
      enrolled: 1,
      already: 0,
      refused: 1,
    });
  });

  it.each([
    ['without a column that names', 'name,class\nA,4A', 'columns'],
    ['of more than 1,000 lines', `username\n${'x\n'.repeat(1001)}`, '1000 lines'],
    ['that is not UTF-8', new Uint8Array([0x75, 0xff, 0xfe, 0x0a]), 'UTF-8'],
    ['with a quotation mark that does not end', 'username\n"a', 'quotation'],
    ['that is empty', '', 'columns'],
  ])('is refused %s', async (_why, body, words) => {
    const teacher = await aUser('instructor');
    const { path } = await aCourse({}, teacher);
    const { status, json } = await send(teacher, path, body);
    expect(status).toBe(400);
    expect(json.detail).toContain(words);
  });

  it('is not for students, nor for staff of other courses', async () => {
    const { path } = await aCourse();
    expect((await send(await aUser(), path, 'username\nx')).status).toBe(403);
    expect((await send(await aUser('instructor'), path, 'username\nx')).status).toBe(404);
  });
});

/** A lesson of a course, and whether somebody has done it. */
async function aLesson(courseId: string, author: Somebody, set: Partial<typeof lesson.$inferInsert> = {}) {
  const id = newId('course').replace('crs', 'les');
  const row = { id, courseId, title: 'A lesson', body: '', html: '', position: 0, createdBy: author.id };
  await db.insert(lesson).values({ ...row, createdAt: 0, updatedAt: 0, ...set });
  return id;
}
const done = (userId: string, lessonId: string, at: number | null, opened = 0) =>
  db.insert(lessonProgress).values({ userId, lessonId, openedAt: opened, lastOpenedAt: opened, completedAt: at });

describe('progress', () => {
  it('counts the lessons that are there and done, for the student and on the roster', async () => {
    const [teacher, student] = [await aUser('instructor'), await aUser('student', { username: newId('user') })];
    const { courseId, courseKey, path } = await aCourse({}, teacher);
    await enrolIn(courseId, student);
    const [first, second, , gone] = [
      await aLesson(courseId, teacher),
      await aLesson(courseId, teacher),
      await aLesson(courseId, teacher),
      await aLesson(courseId, teacher, { deletedAt: 1 }),
    ];
    await done(student.id, first, 1);
    await done(student.id, second, null);
    await done(student.id, gone, 1);
    expect(await student.ask('GET', '/me/courses')).toMatchObject({
      line: { d1: 1 },
      json: { count: 1, results: [{ courseKey, lessons: 3, completed: 1, percent: 33, lastAccessedAt: null }] },
    });
    const table = await teacher.ask('GET', `${path}/roster.csv`);
    expect(table.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(table.headers.get('cache-control')).toBe('private, no-store');
    expect(table.text.split('\r\n')[1]).toMatch(/^A student,usr_\w+,usr_\w+,,yes,[^,]+,,3,1,33$/);
  });

  it('of a roster keeps formulas from being run, and addresses for admins', async () => {
    const [teacher, admin] = [await aUser('instructor'), await aUser('admin')];
    const { courseId, path } = await aCourse({}, teacher);
    const email = `${newId('user')}@demo.test`;
    await enrolIn(courseId, await aUser('student', { name: '=HYPERLINK("http://x")', email }));
    const [forTeacher, forAdmin] = [
      await teacher.ask('GET', `${path}/roster.csv`),
      await admin.ask('GET', `${path}/roster.csv`),
    ];
    expect(forTeacher.text).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(forTeacher.text).not.toContain(email);
    expect(forAdmin.text).toContain(email);
    expect((await (await aUser('instructor')).ask('GET', `${path}/roster.csv`)).status).toBe(404);
    expect((await (await aUser()).ask('GET', `${path}/roster.csv`)).status).toBe(403);
  });
});

describe('an enrolment nobody uses', () => {
  const now = Date.now();
  const days = (count: number) => now - count * DAY_MS;

  it('ends after the days that are set, if the student made it and has neither come nor learned since', async () => {
    const { courseId } = await aCourse();
    const author = await aUser('instructor');
    const lessonId = await aLesson(courseId, author);
    const cases: [what: string, ends: boolean, Partial<typeof enrolment.$inferInsert>, opened?: number][] = [
      ['never came', true, { createdAt: days(181) }],
      ['came long ago', true, { createdAt: days(300), lastAccessedAt: days(181) }],
      ['learned long ago', true, { createdAt: days(300) }, days(181)],
      ['is new', false, { createdAt: days(179) }],
      ['came', false, { createdAt: days(300), lastAccessedAt: days(179) }],
      ['learned', false, { createdAt: days(300) }, days(2)],
      ['was enrolled by staff', false, { createdAt: days(300), origin: 'staff' }],
      ['was enrolled by a platform', false, { createdAt: days(300), origin: 'platform' }],
    ];
    const made: { id: string; what: string; ends: boolean }[] = [];
    for (const [what, ends, row, opened] of cases) {
      const { id: userId } = await aUser();
      const id = newId('enrolment');
      await db.insert(enrolment).values({ id, userId, courseId, origin: 'self', createdAt: 0, ...row });
      if (opened !== undefined) await done(userId, lessonId, null, opened);
      made.push({ id, what, ends });
    }
    const ended = async () => {
      const rows = await rowsOf(courseId);
      return made.filter(({ id }) => rows.some((row) => row.id === id && !row.isActive)).map(({ what }) => what);
    };
    await db.insert(siteSetting).values({ name: 'abandonedEnrolmentDays', value: 0, at: 0, by: author.id });
    await endAbandonedEnrolments({ db, now });
    expect(await ended()).toEqual([]);
    await db.delete(siteSetting);
    await endAbandonedEnrolments({ db, now });
    expect(await ended()).toEqual(made.filter(({ ends }) => ends).map(({ what }) => what));
  });
});
