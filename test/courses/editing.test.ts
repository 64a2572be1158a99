import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { deleteCourse } from '../../src/courses/delete-course.ts';
import { addNode, changeNode, retireNode } from '../../src/courses/edit-outline.ts';
import { enrolStudent } from '../../src/courses/enrol-student.ts';
import { enrolByName, importEnrolments } from '../../src/courses/import-enrolments.ts';
import { course, courseStaff, node } from '../../src/courses/schema.ts';
import { updateCourse } from '../../src/courses/update-course.ts';
import { audit } from '../../src/identity/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { followedCourse, syncRun } from '../../src/openedx/schema.ts';
import { unfollowCourse } from '../../src/openedx/unfollow-course.ts';
import { anAssessment, aUser, bearer, db, enrolIn, type Somebody, start, theApp } from '../factories.ts';
import { makeCourse, overtaken } from '../items/make.ts';

const pathOf = (courseKey: string) => `/courses/${encodeURIComponent(courseKey)}`;

async function aTaughtCourse(set: Partial<typeof course.$inferInsert> = {}) {
  const teacher = await aUser('instructor');
  const made = await makeCourse(teacher.call());
  if (Object.keys(set).length > 0) await db.update(course).set(set).where(eq(course.id, made.courseId));
  return { ...made, teacher, path: pathOf(made.courseKey) };
}

const everything = {
  title: 'Another title',
  examinationLevel: 'JCE',
  academicClass: 'Form 2',
  visibility: 'open',
  seatLimit: 30,
  description: 'Of **numbers** and $x^2$.',
  estimatedHours: 12.5,
  teacherGuide: 'Begin slowly.',
  minimumMasteryPercent: 80,
};

describe('a new course', () => {
  it.each(['.', '..', 'new', 'New'])('has no key that means something else in an address: %s', async (courseKey) => {
    const body = { courseKey, title: 'A course', examinationLevel: 'JCE', academicClass: 'Form 1' };
    const refused = await (await aUser('instructor')).ask('POST', '/courses', body);
    expect([refused.status, refused.json.errors[0]?.pointer]).toEqual([400, '/courseKey']);
  });

  const aKey = () => `maths-${newId('course')}`;
  const small = { title: 'Maths', examinationLevel: 'MSCE', academicClass: 'Form 4' };

  it('is open to everybody and taught by the instructor who makes it, with all that is said of it', async () => {
    const teacher = await aUser('instructor');
    const { title: _, ...rest } = everything;
    const made = await teacher.ask('POST', '/courses', { ...small, ...rest, courseKey: aKey() });
    expect(made).toMatchObject({ status: 201, json: { ...rest, source: 'here', version: 1, revision: 1 } });
    expect(made.json.descriptionHtml).toContain('<strong>numbers</strong>');
    const plain = await teacher.ask('POST', '/courses', { ...small, courseKey: aKey() });
    expect(plain.json).toMatchObject({ visibility: 'open', seatLimit: null, description: '' });
    expect((await teacher.ask('PATCH', pathOf(String(plain.json.courseKey)), { title: 'Mine' })).status).toBe(200);
    expect((await (await aUser()).ask('POST', '/courses', { ...small, courseKey: aKey() })).status).toBe(403);
  });

  it('has no key that nobody can see or write again', async () => {
    const teacher = await aUser('instructor');
    const make = (courseKey: string) => teacher.ask('POST', '/courses', { ...small, courseKey });
    for (const odd of ['\u200b', '\u202e', '\ud800', '\ue000'])
      expect((await make(`${aKey()}${odd}`)).json.errors[0]?.pointer, JSON.stringify(odd)).toBe('/courseKey');
    expect((await make(`ŵ-${aKey()}`)).status).toBe(201);
  });

  it('is refused a formula that cannot be drawn, with a pointer to it', async () => {
    const teacher = await aUser('instructor');
    const body = { ...small, courseKey: aKey(), description: 'It is $\\frac{1$.' };
    expect(await teacher.ask('POST', '/courses', body)).toMatchObject({
      status: 400,
      json: { code: 'invalid', errors: [{ pointer: '/description' }] },
    });
  });
});

describe('what is said of a course', () => {
  it('is replaced as a whole, or changed in part, and audited with what it was', async () => {
    const { teacher, path, courseKey, courseId } = await aTaughtCourse();
    const put = await teacher.ask('PUT', path, { ...everything, courseKey });
    expect(put).toMatchObject({
      status: 200,
      json: { ...everything, courseKey, revision: 2, version: 1 },
      line: { d1: 3 },
    });
    const patched = await teacher.ask('PATCH', path, { seatLimit: 2, teacherGuide: '' });
    expect(patched.json).toMatchObject({ ...everything, seatLimit: 2, teacherGuide: '', revision: 3 });
    expect((await teacher.ask('PATCH', path, { seatLimit: 2 })).json.revision).toBe(3);
    const { title, examinationLevel, academicClass } = everything;
    const bare = await teacher.ask('PUT', path, { title, examinationLevel, academicClass });
    expect(bare.json).toMatchObject({ visibility: 'open', seatLimit: null, description: '', descriptionHtml: '' });
    const rows = await db.select().from(audit).where(eq(audit.subject, courseKey));
    expect(rows.map(({ detail }) => detail)).toContainEqual({
      before: { seatLimit: 30, teacherGuide: '…' },
      after: { seatLimit: 2, teacherGuide: '…' },
    });
    const [root] = await db.select().from(node).where(eq(node.id, courseId));
    expect(root?.title).toBe('Another title');
  });

  it('is not written over what somebody else has said meanwhile', async () => {
    const { teacher, path } = await aTaughtCourse();
    await teacher.ask('PATCH', path, { title: 'First' });
    expect(await teacher.ask('PATCH', path, { title: 'Late', revision: 1 })).toMatchObject({
      status: 409,
      json: { code: 'conflict' },
    });
    const answers = await Promise.all(
      ['A', 'B', 'C', 'D'].map((title) => teacher.ask('PATCH', path, { title, revision: 2 })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  it('is said by the last of many where nobody names what they saw', async () => {
    const { teacher, path } = await aTaughtCourse();
    const given = Array.from({ length: 12 }, (_, at) => (at % 2 ? { title: `T${at}` } : { estimatedHours: at + 1 }));
    const answers = await Promise.all(given.map((one) => teacher.ask('PATCH', path, one)));
    expect(answers.map(({ status }) => status)).toEqual(given.map(() => 200));
    const { json } = await teacher.ask('GET', path);
    expect(json).toMatchObject({ revision: 13, title: expect.stringMatching(/^T\d+$/) });
    expect(json.estimatedHours).toBeGreaterThan(0);
  });

  it('has no control characters: titles none, texts but tabs and line ends', async () => {
    const { teacher, path } = await aTaughtCourse();
    for (const [body, pointer] of [
      [{ title: 'a\u0000b' }, '/title'],
      [{ title: 'a\nb' }, '/title'],
      [{ title: 'a\u007fb' }, '/title'],
      [{ description: 'a\u0000b' }, '/description'],
      [{ teacherGuide: 'a\u001bb' }, '/teacherGuide'],
    ] as const)
      expect(await teacher.ask('PATCH', path, body)).toMatchObject({ status: 400, json: { errors: [{ pointer }] } });
    for (const title of ['a\u0000b', 'a\tb'])
      expect(await teacher.ask('POST', `${path}/nodes`, { title })).toMatchObject({
        status: 400,
        json: { code: 'invalid', errors: [{ pointer: '/title' }] },
      });
    expect((await teacher.ask('PATCH', path, { description: 'a\r\n\tb' })).status).toBe(200);
  });

  it('takes neither another key nor what is not its asker’s to say', async () => {
    const { teacher, path } = await aTaughtCourse();
    expect((await teacher.ask('PUT', path, { ...everything, courseKey: 'another' })).status).toBe(400);
    for (const more of [
      { id: 'crs_1' },
      { source: 'openedx' },
      { version: 9 },
      { deletedAt: 1 },
      { descriptionHtml: '<script>' },
      { courseKey: 'x' },
      ...['\u200b', '\u202e', '\u3164', ' \u2800 '].map((title) => ({ title })),
      { seatLimit: 0 },
      { minimumMasteryPercent: 101 },
      { estimatedHours: -1 },
      { visibility: 'public' },
    ])
      expect((await teacher.ask('PATCH', path, more)).status, JSON.stringify(more)).toBe(400);
  });

  it('is for those who teach it and for admins; the guide is for staff alone', async () => {
    const { path, courseId } = await aTaughtCourse({ teacherGuide: 'Begin slowly.' });
    const [colleague, admin, student] = [await aUser('instructor'), await aUser('admin'), await aUser()];
    await enrolIn(courseId, student);
    const refused = await colleague.ask('PATCH', path, { title: 'Theirs' });
    const absent = await colleague.ask('PATCH', pathOf('none'), { title: 'Theirs' });
    expect(refused.status).toBe(404);
    expect({ ...refused.json, requestId: '' }).toEqual({ ...absent.json, requestId: '' });
    expect((await student.ask('PATCH', path, { title: 'Ours' })).status).toBe(403);
    expect((await admin.ask('PATCH', path, { title: 'Ours' })).status).toBe(200);
    expect((await colleague.ask('GET', path)).json.teacherGuide).toBe('Begin slowly.');
    expect((await student.ask('GET', path)).text).not.toContain('slowly');
  });

  it('of a course that follows Open edX is all but its title', async () => {
    const { teacher, path } = await aTaughtCourse({ source: 'openedx' });
    expect(await teacher.ask('PATCH', path, { title: 'Ours' })).toMatchObject({
      status: 409,
      json: { code: 'synced' },
    });
    const { title: _, ...rest } = everything;
    expect((await teacher.ask('PATCH', path, rest)).json).toMatchObject({ ...rest, title: 'MSCE Mathematics' });
    expect((await teacher.ask('PUT', path, { ...everything, title: 'MSCE Mathematics' })).status).toBe(200);
    expect((await teacher.ask('POST', `${path}/nodes`, { title: 'Ours' })).json.code).toBe('synced');
  });
});

describe('a deleted course', () => {
  it('is nobody’s any more, and its key is free; an attempt that runs goes on', async () => {
    const { teacher, path, courseKey, courseId } = await aTaughtCourse();
    const [student, admin] = [await aUser(), await aUser('admin')];
    await enrolIn(courseId, student);
    const assessment = await anAssessment(teacher, { courseKey });
    const view = await start(student, assessment.id);
    expect((await (await aUser('instructor')).ask('DELETE', path)).status).toBe(404);
    expect((await teacher.ask('DELETE', path)).status).toBe(204);
    for (const who of [teacher, student, admin]) {
      expect((await who.ask('GET', path)).status).toBe(404);
      expect((await who.ask('GET', `${path}/outline`)).status).toBe(404);
      const search = encodeURIComponent(courseKey);
      expect((await who.ask('GET', `/courses?search=${search}`)).json.count).toBe(0);
    }
    expect((await student.ask('GET', '/me/courses')).json.count).toBe(0);
    expect((await student.ask('GET', '/enrollments')).json.count).toBe(0);
    expect((await student.ask('GET', `/assessments/${assessment.id}`)).status).toBe(404);
    const submitted = await student.ask('POST', `/attempts/${view.attempt.id}/submit`, { epoch: 1 });
    expect(submitted.status).toBe(200);
    expect((await student.ask('GET', `/attempts/${view.attempt.id}/result`)).status).toBe(200);
    const again = { courseKey, title: 'Again', examinationLevel: 'JCE', academicClass: 'Form 1' };
    expect((await teacher.ask('POST', '/courses', again)).status).toBe(201);
    expect((await teacher.ask('GET', path)).json.title).toBe('Again');
  });

  it('no longer follows its connection, and has no sync to come', async () => {
    const { courseId } = await aTaughtCourse();
    const admin = await aUser('admin');
    const { json } = await admin.ask('POST', '/openedx/connections', {
      ...{ name: 'A site', lmsUrl: 'https://lms.example.mw', clientId: 'x', clientSecret: 'x' },
    });
    await db.insert(followedCourse).values({ courseId, connectionId: json.id, reconcileAt: 0 });
    const id = newId('syncRun');
    await db.insert(syncRun).values({ id, courseId, cause: 'staff', state: 'pending', dueAt: 0, createdAt: 0 });
    for (const _ of [1, 2]) await unfollowCourse({ db, now: 5 }, { courseId });
    expect(await db.select().from(followedCourse).where(eq(followedCourse.courseId, courseId))).toEqual([]);
    expect(await db.select().from(syncRun).where(eq(syncRun.id, id))).toMatchObject([{ state: 'failed', dueAt: null }]);
    expect((await admin.ask('DELETE', `/openedx/connections/${json.id}`)).status).toBe(204);
  });
});

describe('what has not changed', () => {
  const ask = async (who: Somebody, path: string, etag?: string | null) =>
    await theApp.ask('GET', path, {
      headers: { ...(await bearer(who.actor)), ...(etag && { 'if-none-match': etag }) },
    });

  it('of the list is told in one round trip, and no longer once a course, or what one learns, is another', async () => {
    const [student, other] = [await aUser(), await aUser()];
    const { teacher, path, courseId } = await aTaughtCourse();
    let etag = (await ask(student, '/courses')).headers.get('etag');
    const expectOld = async () => {
      const fresh = await ask(student, '/courses', etag);
      expect(fresh.status).toBe(200);
      etag = fresh.headers.get('etag');
      const unchanged = await ask(student, '/courses', `"x", ${etag}`);
      expect(unchanged).toMatchObject({ status: 304, text: '', line: { d1: 1, kv: 0 } });
      expect(unchanged.headers.get('etag')).toBe(etag);
      expect(unchanged.headers.get('cache-control')).toBe('private, max-age=0, must-revalidate');
    };
    expect((await ask(student, '/courses', etag)).status).toBe(304);
    expect((await ask(student, '/courses?pageSize=3', etag)).status).toBe(200);
    expect((await ask(other, '/courses', etag)).status).toBe(200);
    await enrolIn(courseId, student);
    await expectOld();
    await teacher.ask('PATCH', path, { title: 'Another' });
    await expectOld();
    await teacher.ask('DELETE', path);
    await expectOld();
  });

  it.each(['', '/outline'])('of a course%s is told in one round trip, and any change of it at once', async (suffix) => {
    const { teacher, path, courseId } = await aTaughtCourse();
    const student = await aUser();
    await enrolIn(courseId, student);
    const to = `${path}${suffix}`;
    const first = await ask(student, to);
    expect(first).toMatchObject({ status: 200, line: { d1: 2, kv: 2 } });
    expect(await ask(student, to)).toMatchObject({ status: 200, text: first.text, line: { d1: 1, kv: 1 } });
    let etag = first.headers.get('etag');
    expect(await ask(student, to, etag)).toMatchObject({ status: 304, line: { d1: 1, kv: 0 } });
    expect((await ask(teacher, to, etag)).status).toBe(200);
    for (const title of ['One', 'Two', 'Three']) {
      await teacher.ask('PATCH', path, { title });
      const fresh = await ask(student, to, etag);
      expect(fresh).toMatchObject({ status: 200, json: { title } });
      etag = fresh.headers.get('etag');
    }
    await teacher.ask('POST', `${path}/nodes`, { title: 'A new topic' });
    expect((await ask(student, to, etag)).status).toBe(200);
    expect((await ask(student, `${path}/outline`)).text).toContain('A new topic');
  });
});

type Titled = { id: string; title: string; position: number };
type Topic = Titled & { subtopics: (Titled & { objectives: Titled[] })[] };

describe('an outline', () => {
  it('is built from topics, subtopics and objectives, renamed, moved and cut', async () => {
    const { teacher, path } = await aTaughtCourse();
    const nodes = `${path}/nodes`;
    const add = async (title: string, more: object = {}) =>
      (await teacher.ask('POST', nodes, { title, ...more })).json as unknown as Titled & { kind: string };
    const topics = async () => (await teacher.ask('GET', `${path}/outline`)).json.topics as Topic[];
    const drawn = async () =>
      (await topics()).map((one) => [
        one.title,
        one.subtopics.map((under) => [under.title, under.objectives.map(({ title }) => title)]),
      ]);

    const first = await add('Algebra', { position: 0 });
    expect(first).toMatchObject({ kind: 'topic', position: 0 });
    const under = await add('Equations', { parentId: first.id });
    expect(under.kind).toBe('subtopic');
    const last = await add('Solve one', { parentId: under.id });
    expect(last.kind).toBe('objective');
    await add('Solve two', { parentId: under.id });
    expect(await drawn()).toEqual([
      ['Algebra', [['Equations', ['Solve one', 'Solve two']]]],
      [
        'Numbers',
        [
          ['Adding', ['Add two numbers']],
          ['Surds', ['Simplify surds']],
        ],
      ],
      ['Sets', []],
    ]);
    expect((await topics()).map(({ position }) => position)).toEqual([0, 1, 2]);

    const [, numbers, sets] = await topics();
    const [adding] = numbers?.subtopics ?? [];
    const change = (id: string | undefined, body: object) => teacher.ask('PATCH', `${nodes}/${id}`, body);
    expect((await change(sets?.id, { position: 0, title: 'Sets and logic' })).json).toMatchObject({ position: 0 });
    expect((await change(last.id, { parentId: adding?.id })).json).toMatchObject({ position: 1 });
    expect((await teacher.ask('DELETE', `${nodes}/${under.id}`)).status).toBe(204);
    expect(await drawn()).toEqual([
      ['Sets and logic', []],
      ['Algebra', []],
      [
        'Numbers',
        [
          ['Adding', ['Add two numbers', 'Solve one']],
          ['Surds', ['Simplify surds']],
        ],
      ],
    ]);

    for (const [body, id] of [
      [{ parentId: sets?.id }, last.id],
      [{ parentId: last.id }, adding?.id],
      [{ parentId: under.id }, last.id],
      [{ parentId: (await aTaughtCourse()).courseId }, numbers?.id],
    ] as const)
      expect(await change(id, body)).toMatchObject({ status: 400, json: { errors: [{ pointer: '/parentId' }] } });
    expect((await teacher.ask('POST', nodes, { title: 'x', parentId: last.id })).status).toBe(400);
    expect((await change(under.id, { title: 'x' })).status).toBe(404);
    const elsewhere = (await aTaughtCourse()).objectiveId;
    expect((await change(elsewhere, { title: 'x' })).status).toBe(404);
  });

  const topicsOf = async (courseId: string) =>
    (await db.select().from(node).where(eq(node.parentId, courseId)))
      .filter(({ retiredAt }) => retiredAt === null)
      .sort((one, other) => one.position - other.position);

  it('takes what many do to it at once, each of it, without a gap', async () => {
    const { teacher, path, courseId } = await aTaughtCourse();
    const [first, second] = await topicsOf(courseId);
    const titles = Array.from({ length: 12 }, (_, at) => `New ${at}`);
    const answers = await Promise.all([
      ...titles.map((title, at) =>
        teacher.ask('POST', `${path}/nodes`, { title, ...(at % 3 === 0 && { position: 1 }) }),
      ),
      teacher.ask('PATCH', `${path}/nodes/${first?.id}`, { position: 5, title: 'Moved' }),
      teacher.ask('DELETE', `${path}/nodes/${second?.id}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([...titles.map(() => 201), 200, 204]);
    const topics = await topicsOf(courseId);
    expect(topics.map(({ position }) => position)).toEqual(topics.map((_, at) => at));
    expect(topics.map(({ title }) => title).sort()).toEqual([...titles, 'Moved'].sort());
  });

  it('is not changed where what the change is about has gone meanwhile', async () => {
    const { teacher, courseKey, courseId, objectiveId } = await aTaughtCourse();
    const call = teacher.call();
    const [topic] = await topicsOf(courseId);
    const parentId = topic?.id ?? '';
    const meanwhile = () =>
      overtaken(call, (time) => (time === 1 ? retireNode(call, { courseKey, id: parentId }) : null));
    await expect(addNode(meanwhile(), { courseKey, parentId, title: 'Mine' })).rejects.toMatchObject({
      code: 'invalid',
    });
    await db.update(node).set({ retiredAt: null }).where(eq(node.id, parentId));
    const mine = { courseKey, id: objectiveId };
    await expect(changeNode(meanwhile(), { ...mine, title: 'Mine' })).rejects.toMatchObject({ code: 'not_found' });
    await db.update(node).set({ retiredAt: null }).where(eq(node.id, parentId));
    await expect(retireNode(meanwhile(), mine)).rejects.toMatchObject({ code: 'not_found' });
    const rows = await db.select().from(node).where(eq(node.courseId, courseId));
    expect(rows.map(({ title }) => title)).not.toContain('Mine');
    expect(rows.find(({ id }) => id === objectiveId)?.retiredAt).toBeNull();
  });

  it('keeps the others in their order, whatever is put where, also where there was a gap', async () => {
    const { teacher, courseKey, courseId } = await aTaughtCourse();
    const call = teacher.call();
    await db
      .update(node)
      .set({ position: 7 })
      .where(eq(node.id, (await topicsOf(courseId)).at(-1)?.id ?? ''));
    for (const title of ['C', 'D']) await addNode(call, { courseKey, title });
    for (const [from, to] of [
      [0, 2],
      [3, 0],
      [1, 1],
      [2, 9_000],
      [3, 1],
      [0, 3],
    ] as const) {
      const before = (await topicsOf(courseId)).map(({ id }) => id);
      const id = before[from] ?? '';
      const expected = before.filter((one) => one !== id);
      expected.splice(to, 0, id);
      const { position } = await changeNode(call, { courseKey, id, position: to });
      expect((await topicsOf(courseId)).map(({ id }) => id)).toEqual(expected);
      expect(position).toBe(expected.indexOf(id));
    }
  });
});

describe('who teaches a course', () => {
  it('is said by admins, of staff only', async () => {
    const { teacher, path, courseId } = await aTaughtCourse();
    const [admin, colleague, student] = [await aUser('admin'), await aUser('instructor'), await aUser()];
    const on = (id: string) => `${path}/staff/${id}`;
    expect((await teacher.ask('PUT', on(colleague.id), {})).status).toBe(403);
    for (const nobody of [student.id, 'usr_none', (await aUser('instructor', { blockedAt: 1 })).id])
      expect((await admin.ask('PUT', on(nobody), {})).status).toBe(404);
    for (const _ of [1, 2]) expect((await admin.ask('PUT', on(colleague.id), {})).status).toBe(204);
    expect((await colleague.ask('PATCH', path, { title: 'Ours' })).status).toBe(200);
    expect((await admin.ask('DELETE', on(teacher.id))).status).toBe(204);
    expect((await admin.ask('DELETE', on(teacher.id))).status).toBe(404);
    expect((await teacher.ask('PATCH', path, { title: 'Mine' })).status).toBe(404);
    const staff = await db.select().from(courseStaff).where(eq(courseStaff.courseId, courseId));
    expect(staff.map(({ userId }) => userId)).toEqual([colleague.id]);
  });
});

describe('staff whom a platform alone vouches for', () => {
  it('neither open their course to everybody, nor delete it, nor enrol anybody', async () => {
    const { teacher, courseKey } = await aTaughtCourse({ visibility: 'invited' });
    const call = { ...teacher.call(), actor: { ...teacher.actor, isHeld: true } };
    const poke = () => undefined;
    const { id: userId } = await aUser();
    await expect(updateCourse(call, courseKey, { visibility: 'open' })).rejects.toMatchObject({ code: 'invalid' });
    expect((await updateCourse(call, courseKey, { seatLimit: 5 })).seatLimit).toBe(5);
    await expect(deleteCourse(call, courseKey)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(enrolStudent(call, { courseKey, userId }, poke)).rejects.toMatchObject({ code: 'forbidden' });
    const bytes = new TextEncoder().encode(`userId\n${userId}`);
    await expect(importEnrolments(call, { courseKey, bytes }, poke)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(enrolByName(call, { courseKey, name: userId }, poke)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
