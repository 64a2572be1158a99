import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { deleteCourse } from '../../src/courses/delete-course.ts';
import { retireNode } from '../../src/courses/edit-outline.ts';
import { forgetAttachments } from '../../src/courses/index.ts';
import { contentDisposition, fileNameOf } from '../../src/courses/lessons/attachment-types.ts';
import { createLesson } from '../../src/courses/lessons/create-lesson.ts';
import { deleteLesson } from '../../src/courses/lessons/delete-lesson.ts';
import { updateLesson } from '../../src/courses/lessons/update-lesson.ts';
import { course, enrolment, lesson, lessonAttachment, lessonProgress, node } from '../../src/courses/schema.ts';
import { audit } from '../../src/identity/schema.ts';
import { aUser, db, enrolIn, type Somebody } from '../factories.ts';
import { makeCourse, overtaken } from '../items/make.ts';

type Detail = {
  id: string;
  courseKey: string;
  title: string;
  html: string;
  body?: string;
  position: number;
  objectiveId: string | null;
  version: number;
  warnings: string[];
  attachments: { id: string; name: string; mediaType: string; bytes: number }[];
  progress: { openedAt: string | null; completedAt: string | null } | null;
};

const write = async (teacher: Somebody, courseKey: string, title: string, more: object = {}) => {
  const { status, json, text } = await teacher.ask('POST', '/lessons', {
    courseKey,
    title,
    body: `*${title}*`,
    ...more,
  });
  expect(status, text).toBe(201);
  return json as unknown as Detail;
};

/** A course with lessons A, B, C, its teacher, and a student of it. */
async function aCourse(titles = ['A', 'B', 'C']) {
  const [teacher, student] = [await aUser('instructor'), await aUser()];
  const made = await makeCourse(teacher.call());
  await enrolIn(made.courseId, student);
  const lessons: Detail[] = [];
  for (const title of titles) lessons.push(await write(teacher, made.courseKey, title));
  const listPath = `/lessons?courseKey=${encodeURIComponent(made.courseKey)}&pageSize=100`;
  return { teacher, student, ...made, lessons, ids: lessons.map(({ id }) => id), listPath };
}

const orderOf = async (who: Somebody, listPath: string) =>
  (await who.ask('GET', listPath)).json.results.map(({ title, position }) => `${position}${title}`).join(' ');

const open = async (who: Somebody, id: string) => {
  const { status, json, headers, line } = await who.ask('GET', `/lessons/${id}`);
  return { status, lesson: json as unknown as Detail, etag: headers.get('etag') ?? '', headers, line };
};

describe('a lesson', () => {
  it('is written in Markdown and read as HTML, by staff with its Markdown', async () => {
    const { teacher, student, courseKey, objectiveId } = await aCourse([]);
    const body = '# Adding\n\n$1 + 1$ <script>alert(1)</script>';
    const made = await write(teacher, courseKey, 'Adding', { body, objectiveId });
    const html = '<h2>Adding</h2><p><math><mn>1</mn><mo>+</mo><mn>1</mn></math> </p>';
    const shown = {
      id: made.id,
      courseKey,
      title: 'Adding',
      html,
      position: 0,
      objectiveId,
      version: 1,
      attachments: [],
    };
    expect(made).toMatchObject({ ...shown, body, warnings: [] });
    const updatedAt = expect.stringMatching(/Z$/);
    const seen = await open(student, made.id);
    expect(seen.lesson).toEqual({ ...shown, updatedAt, progress: { openedAt: updatedAt, completedAt: null } });
    expect((await open(teacher, made.id)).lesson).toEqual({ ...shown, updatedAt, body, progress: null });
  });

  it('tells what was left out of it', async () => {
    const { teacher, courseKey } = await aCourse([]);
    const made = await write(teacher, courseKey, 'A', { body: '![A map](https://x.test/map.png)' });
    expect(made.warnings).toEqual([expect.stringContaining('upload it here first')]);
  });

  it('is refused with pointers', async () => {
    const { teacher, courseKey } = await aCourse([]);
    const other = await makeCourse(teacher.call());
    const good = { courseKey, title: 'A', body: 'a' };
    for (const [more, pointer] of [
      [{ body: '$\\frac$' }, '/body'],
      [{ body: 'é'.repeat(102_401) }, '/body'],
      [{ title: ' ' }, '/title'],
      [{ title: 'x'.repeat(201) }, '/title'],
      [{ position: -1 }, '/position'],
      [{ objectiveId: other.objectiveId }, '/objectiveId'],
      [{ objectiveId: 'none' }, '/objectiveId'],
      [{ courseKey: 'none' }, '/courseKey'],
      [{ courseKey: (await makeCourse()).courseKey }, '/courseKey'],
      [{ id: 'les_mine' }, '/id'],
      [{ version: 7 }, '/version'],
    ] as const) {
      const { status, json } = await teacher.ask('POST', '/lessons', { ...good, ...more });
      expect([status, json.errors[0]?.pointer]).toEqual([400, pointer]);
    }
  });

  it('has no control characters but tabs and line ends in its text', async () => {
    const { teacher, courseKey, ids } = await aCourse(['A']);
    const good = { courseKey, title: 'A', body: 'a' };
    for (const [more, pointer] of [
      [{ title: 'a\u0000b' }, '/title'],
      [{ title: 'a\nb' }, '/title'],
      [{ body: 'a\u0000b' }, '/body'],
      [{ body: 'a\u007fb' }, '/body'],
    ] as const)
      expect(await teacher.ask('POST', '/lessons', { ...good, ...more })).toMatchObject({
        status: 400,
        json: { code: 'invalid', errors: [{ pointer }] },
      });
    expect((await teacher.ask('POST', '/lessons', { ...good, body: 'a\r\n\tb\n' })).status).toBe(201);
    const pdf = { 'content-type': 'application/pdf' };
    expect(await teacher.ask('POST', `/lessons/${ids[0]}/attachments?name=a%00b`, '%PDF-1.7', pdf)).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/query/name' }] },
    });
  });

  it('of a course that goes meanwhile is of no course, and not written', async () => {
    const { teacher, courseKey, courseId } = await aCourse([]);
    const call = teacher.call();
    const meanwhile = overtaken(call, (time) => (time === 1 ? deleteCourse(call, courseKey) : undefined));
    await expect(createLesson(meanwhile, { courseKey, title: 'A', body: 'a' })).rejects.toMatchObject({
      code: 'invalid',
      more: { errors: [{ pointer: '/courseKey', message: 'unknown course' }] },
    });
    expect(await db.select().from(lesson).where(eq(lesson.courseId, courseId))).toEqual([]);
    for (let round = 0; round < 3; round++) {
      const its = await aCourse([]);
      const [, ...written] = await Promise.all([
        its.teacher.ask('DELETE', `/courses/${encodeURIComponent(its.courseKey)}`),
        ...['A', 'B', 'C', 'D'].map((title) =>
          its.teacher.ask('POST', '/lessons', { courseKey: its.courseKey, title, body: 'a' }),
        ),
      ]);
      for (const { status, json } of written)
        if (status !== 201) expect(json).toMatchObject({ status: 400, errors: [{ message: 'unknown course' }] });
    }
  });

  it('is for no objective that has left the outline, nor is it put to one', async () => {
    const { teacher, courseKey, objectiveId, ids, listPath } = await aCourse(['A']);
    const path = `/lessons/${ids[0]}`;
    expect((await teacher.ask('PATCH', path, { objectiveId })).json).toMatchObject({ objectiveId });
    const { etag } = await open(teacher, ids[0] ?? '');
    const [under] = await db.select().from(node).where(eq(node.id, objectiveId));
    await retireNode(teacher.call(), { courseKey, id: under?.parentId ?? '' });
    expect((await teacher.ask('GET', path, undefined, { 'if-none-match': etag })).json).toMatchObject({
      objectiveId: null,
    });
    expect((await teacher.ask('GET', listPath)).json.results).toMatchObject([{ objectiveId: null }]);
    for (const [method, to, more] of [
      ['PATCH', path, {}],
      ['PUT', path, { title: 'A', body: 'a' }],
      ['POST', '/lessons', { courseKey, title: 'A', body: 'a' }],
    ] as const)
      expect(await teacher.ask(method, to, { ...more, objectiveId })).toMatchObject({
        status: 400,
        json: { errors: [{ pointer: '/objectiveId' }] },
      });
    expect((await teacher.ask('PATCH', path, { title: 'B' })).status).toBe(200);
  });

  it('is right at once after a write, though its texts come from the cache', async () => {
    const { teacher, student, ids } = await aCourse(['A']);
    const id = ids[0] ?? '';
    const first = await open(student, id);
    await open(student, id);
    const { status, json } = await teacher.ask('PATCH', `/lessons/${id}`, { body: 'Changed.' });
    expect([status, json.version]).toEqual([200, 2]);
    const after = await open(student, id);
    expect(after.lesson).toMatchObject({ html: '<p>Changed.</p>', title: 'A', version: 2 });
    expect(after.etag).not.toBe(first.etag);
    const again = await open(student, id);
    expect(again.line).toMatchObject({ d1: 1, kv: 1 });
    expect(again.lesson).toMatchObject({ html: '<p>Changed.</p>', version: 2 });
    expect(again.headers.get('cache-control')).toBe('private, max-age=0, must-revalidate');
  });

  it('answers 304 in one round trip to who has it already', async () => {
    const { student, ids } = await aCourse(['A']);
    await open(student, ids[0] ?? '');
    const { etag } = await open(student, ids[0] ?? '');
    const again = await student.ask('GET', `/lessons/${ids[0]}`, undefined, { 'if-none-match': etag });
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.line).toMatchObject({ d1: 1, kv: 0 });
  });

  it('replaced whole loses what is left out, but for its place', async () => {
    const { teacher, courseKey, objectiveId } = await aCourse(['A', 'B']);
    const { id } = await write(teacher, courseKey, 'C', { objectiveId, position: 1 });
    const { json } = await teacher.ask('PUT', `/lessons/${id}`, { title: 'D', body: 'd' });
    expect(json).toMatchObject({ title: 'D', html: '<p>d</p>', objectiveId: null, position: 1, version: 2 });
  });

  it('is not written over by who saw an older version; of two writers at once one wins', async () => {
    const { teacher, ids, listPath } = await aCourse();
    const path = `/lessons/${ids[0]}`;
    expect((await teacher.ask('PATCH', path, { title: 'A2', version: 1 })).status).toBe(200);
    const stale = await teacher.ask('PUT', path, { title: 'A3', body: 'x', position: 2, version: 1 });
    expect([stale.status, stale.json.code]).toEqual([409, 'conflict']);
    expect(await orderOf(teacher, listPath)).toBe('0A2 1B 2C');

    const overtakenCall = overtaken(teacher.call(), async (time) => {
      if (time === 1) await updateLesson(teacher.call(), ids[0] ?? '', { title: 'A4' });
    });
    const lost = updateLesson(overtakenCall, ids[0] ?? '', { title: 'A5', position: 2, version: 2 });
    await expect(lost).rejects.toMatchObject({ code: 'conflict' });
    expect(await orderOf(teacher, listPath)).toBe('0A4 1B 2C');
  });

  it('is kept in the audit log without its text', async () => {
    const { teacher, ids } = await aCourse(['A']);
    await teacher.ask('PATCH', `/lessons/${ids[0]}`, { title: 'B', body: 'a long text' });
    const rows = await db
      .select()
      .from(audit)
      .where(eq(audit.subject, ids[0] ?? ''));
    expect(rows.map(({ action }) => action)).toEqual(['lesson.made', 'lesson.changed']);
    expect(rows[1]?.detail).toMatchObject({ before: { title: 'A' }, after: { title: 'B', body: '…' } });
  });
});

describe('the order of lessons', () => {
  it('goes by their places: a new one, a moved one, one too far', async () => {
    const { teacher, courseKey, ids, listPath } = await aCourse();
    const [a, , c] = ids;
    await write(teacher, courseKey, 'D', { position: 1 });
    expect(await orderOf(teacher, listPath)).toBe('0A 1D 2B 3C');
    await teacher.ask('PATCH', `/lessons/${a}`, { position: 2 });
    expect(await orderOf(teacher, listPath)).toBe('0D 1B 2A 3C');
    await teacher.ask('PATCH', `/lessons/${c}`, { position: 0 });
    expect(await orderOf(teacher, listPath)).toBe('0C 1D 2B 3A');
    const { json } = await teacher.ask('PATCH', `/lessons/${c}`, { position: 99 });
    expect(json).toMatchObject({ position: 3, version: 1 });
    expect(await orderOf(teacher, listPath)).toBe('0D 1B 2A 3C');
  });

  it('closes where one is deleted, and opens where it is put back', async () => {
    const { teacher, student, ids, listPath } = await aCourse();
    const path = `/lessons/${ids[1]}`;
    expect((await teacher.ask('DELETE', path)).status).toBe(204);
    expect(await orderOf(student, listPath)).toBe('0A 1C');
    for (const [method, who] of [
      ['GET', student],
      ['GET', teacher],
      ['DELETE', teacher],
    ] as const)
      expect((await who.ask(method, path)).status).toBe(404);
    expect((await teacher.ask('POST', `${path}/restore`)).json).toMatchObject({ title: 'B', position: 1 });
    expect(await orderOf(student, listPath)).toBe('0A 1B 2C');
    expect((await teacher.ask('POST', `${path}/restore`)).status).toBe(404);
  });

  it('cannot be put back after 30 days', async () => {
    const { teacher, ids } = await aCourse(['A']);
    await deleteLesson({ ...teacher.call(), now: Date.now() - 30 * 24 * 3600 * 1000 }, ids[0] ?? '');
    expect((await teacher.ask('POST', `/lessons/${ids[0]}/restore`)).status).toBe(404);
  });

  it('has no gap and no two at one place, whatever many do at once', async () => {
    const { teacher, courseKey, courseId, ids } = await aCourse(['A', 'B', 'C', 'D']);
    const act = fc.oneof(
      fc.record({ kind: fc.constant('move' as const), which: fc.nat(3), to: fc.nat(6) }),
      fc.record({ kind: fc.constantFrom('delete' as const, 'restore' as const), which: fc.nat(3), to: fc.constant(0) }),
      fc.record({ kind: fc.constant('write' as const), which: fc.constant(0), to: fc.nat(6) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 6 }), async (acts) => {
        await Promise.all(
          acts.map(({ kind, which, to }) => {
            const path = `/lessons/${ids[which]}`;
            if (kind === 'move') return teacher.ask('PATCH', path, { position: to });
            if (kind === 'delete') return teacher.ask('DELETE', path);
            if (kind === 'restore') return teacher.ask('POST', `${path}/restore`);
            return teacher.ask('POST', '/lessons', { courseKey, title: 'N', body: '', position: to });
          }),
        );
        const rows = await db.select().from(lesson).where(eq(lesson.courseId, courseId));
        const places = rows.flatMap(({ deletedAt, position }) => (deletedAt === null ? [position] : []));
        expect(places.sort((a, b) => a - b)).toEqual(places.map((_, index) => index));
      }),
      { numRuns: 8 },
    );
  });
});

describe('the list', () => {
  it('has no texts, tells a student what they are through with, and answers 304 in one round trip', async () => {
    const { teacher, student, courseKey, ids, listPath } = await aCourse(['A', 'B']);
    const first = await student.ask('GET', listPath);
    expect(first.json).toMatchObject({ count: 2, next: null });
    expect(first.json.results[0]).toEqual({
      ...{ id: ids[0], courseKey, title: 'A', position: 0, objectiveId: null, version: 1, completed: false },
      updatedAt: expect.any(String),
    });
    expect((await teacher.ask('GET', listPath)).json.results[0]).not.toHaveProperty('completed');

    const ask = async (etag: string) => await student.ask('GET', listPath, undefined, { 'if-none-match': etag });
    let etag = first.headers.get('etag') ?? '';
    const changed = async (why: string) => {
      const { status, headers, line } = await ask(etag);
      expect([status, line.d1], why).toEqual([200, 1]);
      etag = headers.get('etag') ?? '';
      expect((await ask(etag)).status, why).toBe(304);
    };
    const same = await ask(etag);
    expect([same.status, same.text, same.line.d1, same.line.kv]).toEqual([304, '', 1, 0]);
    await teacher.ask('PATCH', `/lessons/${ids[0]}`, { title: 'A2' });
    await changed('another title');
    await teacher.ask('PATCH', `/lessons/${ids[0]}`, { position: 1 });
    await changed('another order');
    await student.ask('PUT', `/lessons/${ids[0]}/progress`, { completed: true });
    await changed('one more done');
    expect((await student.ask('GET', listPath)).json.results[1]).toMatchObject({ title: 'A2', completed: true });
    await teacher.ask('DELETE', `/lessons/${ids[0]}`);
    await changed('one fewer');
    await db.update(enrolment).set({ isActive: false }).where(eq(enrolment.userId, student.id));
    expect((await ask(etag)).status).toBe(404);
  });

  it('is of all courses one may read where none is named, and pages', async () => {
    const [one, two] = [await aCourse(['A', 'B']), await aCourse(['C'])];
    await enrolIn(two.courseId, one.student);
    const { json, headers } = await one.student.ask('GET', '/lessons?pageSize=2');
    expect(json).toMatchObject({ count: 3, next: expect.stringContaining('page=2') });
    const etag = { 'if-none-match': headers.get('etag') ?? '' };
    expect((await one.student.ask('GET', '/lessons?pageSize=2', undefined, etag)).status).toBe(304);
    await two.teacher.ask('PATCH', `/lessons/${two.ids[0]}`, { title: 'C2' });
    expect((await one.student.ask('GET', '/lessons?pageSize=2', undefined, etag)).status).toBe(200);
  });

  it('that somebody else has is not theirs', async () => {
    const { teacher, student, listPath } = await aCourse(['A']);
    const { headers } = await student.ask('GET', listPath);
    const etag = { 'if-none-match': headers.get('etag') ?? '' };
    expect((await teacher.ask('GET', listPath, undefined, etag)).status).toBe(200);
  });
});

describe('who may', () => {
  it('read: who is enrolled, everybody where the course is open, staff', async () => {
    const { ids, courseId, student } = await aCourse(['A']);
    const [stranger, colleague] = [await aUser(), await aUser('instructor')];
    expect((await open(student, ids[0] ?? '')).status).toBe(200);
    expect((await open(colleague, ids[0] ?? '')).status).toBe(200);
    expect((await open(stranger, ids[0] ?? '')).status).toBe(404);
    await db.update(course).set({ visibility: 'open' }).where(eq(course.id, courseId));
    const { status, lesson } = await open(stranger, ids[0] ?? '');
    expect([status, lesson.progress]).toEqual([200, null]);
    expect(await db.select().from(lessonProgress).where(eq(lessonProgress.userId, stranger.id))).toEqual([]);
    await db.update(course).set({ deletedAt: 1 }).where(eq(course.id, courseId));
    for (const who of [student, colleague, stranger]) expect((await open(who, ids[0] ?? '')).status).toBe(404);
  });

  it('write: who teaches the course, and admins; to other staff it is absent', async () => {
    const { ids } = await aCourse(['A']);
    const [colleague, admin] = [await aUser('instructor'), await aUser('admin')];
    for (const [method, suffix, body] of [
      ['PUT', '', { title: 'B', body: 'b' }],
      ['PATCH', '', { title: 'B' }],
      ['DELETE', '', undefined],
      ['POST', '/restore', {}],
    ] as const)
      expect((await colleague.ask(method, `/lessons/${ids[0]}${suffix}`, body)).status).toBe(404);
    expect((await admin.ask('PATCH', `/lessons/${ids[0]}`, { title: 'B' })).status).toBe(200);
  });
});

describe('progress', () => {
  it('is kept when somebody enrolled reads, behind the answer, and at most once in five minutes', async () => {
    const { student, teacher, ids, courseId } = await aCourse(['A']);
    const kept = async () =>
      (await db.select().from(lessonProgress).where(eq(lessonProgress.userId, student.id)))[0] ?? null;
    await open(student, ids[0] ?? '');
    await expect.poll(kept, { timeout: 5000 }).toMatchObject({ completedAt: null });
    const [visited] = await db.select().from(enrolment).where(eq(enrolment.courseId, courseId));
    expect(visited?.lastAccessedAt).toBeGreaterThan(0);
    const first = await kept();
    expect((await open(student, ids[0] ?? '')).line).toMatchObject({ d1: 1 });

    const old = Date.now() - 6 * 60_000;
    await db
      .update(lessonProgress)
      .set({ openedAt: old, lastOpenedAt: old })
      .where(eq(lessonProgress.userId, student.id));
    await open(student, ids[0] ?? '');
    await expect
      .poll(async () => (await kept())?.lastOpenedAt, { timeout: 5000 })
      .toBeGreaterThanOrEqual(first?.openedAt ?? 0);
    expect((await kept())?.openedAt).toBe(old);
    await open(teacher, ids[0] ?? '');
    expect(
      await db
        .select()
        .from(lessonProgress)
        .where(eq(lessonProgress.lessonId, ids[0] ?? '')),
    ).toHaveLength(1);
  });

  it('says what somebody is through with, and not after all; repeating changes nothing', async () => {
    const { student, ids } = await aCourse(['A']);
    const path = `/lessons/${ids[0]}/progress`;
    const done = await student.ask('PUT', path, { completed: true });
    expect(done.json).toEqual({ openedAt: expect.any(String), completedAt: expect.any(String) });
    expect((await student.ask('PUT', path, { completed: true })).json).toEqual(done.json);
    expect((await open(student, ids[0] ?? '')).lesson.progress).toEqual(done.json);
    expect((await student.ask('PUT', path, { completed: false })).json).toMatchObject({ completedAt: null });
  });

  it('says that who is through with something was there', async () => {
    const { student, ids, courseId } = await aCourse(['A']);
    await student.ask('PUT', `/lessons/${ids[0]}/progress`, { completed: true });
    expect(await db.select().from(enrolment).where(eq(enrolment.courseId, courseId))).toMatchObject([
      { lastAccessedAt: expect.any(Number) },
    ]);
  });

  it('is of who learns in the course: who only reads is told to enrol', async () => {
    const { teacher, ids, courseId } = await aCourse(['A']);
    await db.update(course).set({ visibility: 'open' }).where(eq(course.id, courseId));
    for (const who of [await aUser(), teacher]) {
      const { status, json } = await who.ask('PUT', `/lessons/${ids[0]}/progress`, { completed: true });
      expect([status, json.code]).toEqual([409, 'not_enrolled']);
    }
    expect(
      await db
        .select()
        .from(lessonProgress)
        .where(eq(lessonProgress.lessonId, ids[0] ?? '')),
    ).toEqual([]);
  });

  it('of a course counts its lessons, for oneself and for staff of the course', async () => {
    const { student, teacher, ids, courseKey } = await aCourse();
    await student.ask('PUT', `/lessons/${ids[2]}/progress`, { completed: true });
    const path = `/courses/${encodeURIComponent(courseKey)}/progress`;
    const mine = await student.ask('GET', path);
    expect(mine.json).toMatchObject({ courseKey, completed: 1, total: 3, percent: 33 });
    expect(mine.json.lessons).toEqual([
      { id: ids[0], title: 'A', openedAt: null, completedAt: null },
      { id: ids[1], title: 'B', openedAt: null, completedAt: null },
      { id: ids[2], title: 'C', openedAt: expect.any(String), completedAt: expect.any(String) },
    ]);
    const of = (userId: string) => `${path}?userId=${userId}`;
    expect((await teacher.ask('GET', of(student.id))).json).toEqual(mine.json);
    expect((await student.ask('GET', of(student.id))).json).toEqual(mine.json);
    await teacher.ask('DELETE', `/lessons/${ids[0]}`);
    expect((await student.ask('GET', path)).json).toMatchObject({ completed: 1, total: 2, percent: 50 });

    const [fellow, colleague] = [await aUser(), await aUser('instructor')];
    for (const [who, whom] of [
      [fellow, student.id],
      [colleague, student.id],
      [teacher, fellow.id],
      [student, teacher.id],
    ] as const)
      expect((await who.ask('GET', of(whom))).status).toBe(404);
  });
});

const pdf = '%PDF-1.7 a few lines';
const aPng = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

async function withFile(name = 'Notes.pdf') {
  const made = await aCourse(['A', 'B']);
  const path = `/lessons/${made.ids[0]}/attachments`;
  const { json, status } = await made.teacher.ask('POST', `${path}?name=${encodeURIComponent(name)}`, pdf, {
    'content-type': 'application/pdf',
  });
  expect(status).toBe(201);
  return { ...made, path, file: `${path}/${json.id}`, attachmentId: json.id, attachment: json };
}

describe('a file of a lesson', () => {
  it('is kept, listed, and read by who may read the lesson, as a file and nothing else', async () => {
    const { student, ids, file, attachment } = await withFile('Zolemba za pa bolodi – ½.pdf');
    expect(attachment).toEqual({
      ...{ id: expect.stringMatching(/^fil_/), name: 'Zolemba za pa bolodi – ½.pdf' },
      ...{ mediaType: 'application/pdf', bytes: pdf.length },
    });
    expect((await open(student, ids[0] ?? '')).lesson.attachments).toEqual([attachment]);
    const { status, text, headers, line } = await student.ask('GET', file);
    expect([status, text, line.d1]).toEqual([200, pdf, 1]);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition':
        'attachment; filename="Zolemba za pa bolodi _ _.pdf"; filename*=UTF-8\'\'Zolemba%20za%20pa%20bolodi%20%E2%80%93%20%C2%BD.pdf',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=0, must-revalidate',
    });
    const again = await student.ask('GET', file, undefined, { 'if-none-match': headers.get('etag') ?? '' });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('is absent under another lesson, to strangers, and once it is taken away', async () => {
    const { teacher, student, ids, file, attachmentId } = await withFile();
    const under = `/lessons/${ids[1]}/attachments/${attachmentId}`;
    expect((await student.ask('GET', under)).status).toBe(404);
    expect((await teacher.ask('DELETE', under)).status).toBe(404);
    expect((await (await aUser()).ask('GET', file)).status).toBe(404);
    expect((await (await aUser('instructor')).ask('DELETE', file)).status).toBe(404);
    expect((await teacher.ask('DELETE', file)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await teacher.ask(method, file)).status).toBe(404);
    expect((await open(student, ids[0] ?? '')).lesson.attachments).toEqual([]);
  });

  it('tells those who keep the list and the lesson that something has changed', async () => {
    const { teacher, student, ids, file } = await withFile();
    const before = await open(student, ids[0] ?? '');
    await teacher.ask('DELETE', file);
    expect((await open(student, ids[0] ?? '')).etag).not.toBe(before.etag);
    expect((await open(teacher, ids[0] ?? '')).lesson.version).toBe(1);
  });

  test.each([
    ['application/pdf', '<html><script>alert(1)</script>'],
    ['image/png', pdf],
    ['image/webp', aPng],
    ['text/csv', 'a\u0000b'],
    ['text/csv', new Uint8Array([0xff, 0xfe, 0x41])],
    [docx, 'PK\x03\x04 some other zip'],
    [docx, 'PK\x03\x04[Content_Types].xml xl/workbook.xml'],
    [docx, 'PK\x03\x04[Content_Types].xml word/document.xml word/vbaProject.bin'],
  ])('of type %s is refused when its content is %j', async (type, body) => {
    const { teacher, ids } = await aCourse(['A']);
    const { status, json } = await teacher.ask('POST', `/lessons/${ids[0]}/attachments?name=x`, body, {
      'content-type': type,
    });
    expect([status, json.code]).toEqual([400, 'invalid']);
    expect(
      await db
        .select()
        .from(lessonAttachment)
        .where(eq(lessonAttachment.lessonId, ids[0] ?? '')),
    ).toEqual([]);
  });

  test.each(['text/html', 'image/svg+xml', 'application/zip', 'application/javascript'])(
    'is never of type %s',
    async (type) => {
      const { teacher, ids } = await aCourse(['A']);
      const { status } = await teacher.ask('POST', `/lessons/${ids[0]}/attachments?name=x`, 'x', {
        'content-type': type,
      });
      expect(status).toBe(415);
    },
  );

  it('of Office, of tables and of images is taken', async () => {
    const { teacher, ids } = await aCourse(['A']);
    const files = [
      [docx, 'PK\x03\x04[Content_Types].xml word/document.xml', 'a.docx'],
      ['text/csv', 'name,mark\nÉ,1\n', 'a.csv'],
      ['image/png', aPng, 'a.png'],
    ] as const;
    for (const [type, body, name] of files) {
      const { json } = await teacher.ask('POST', `/lessons/${ids[0]}/attachments?name=a`, body, {
        'content-type': type,
      });
      expect(json.name).toBe(name);
    }
    const most = await db
      .select()
      .from(lessonAttachment)
      .where(eq(lessonAttachment.lessonId, ids[0] ?? ''));
    expect(most).toHaveLength(3);
  });

  it('is one of at most twenty', async () => {
    const { teacher, ids, path, attachmentId } = await withFile();
    const [row] = await db.select().from(lessonAttachment).where(eq(lessonAttachment.id, attachmentId));
    if (!row) throw new Error('it is there');
    const more = Array.from({ length: 19 }, (_, index) => ({ ...row, id: `${row.id}${index}` }));
    for (const one of more) await db.insert(lessonAttachment).values(one);
    expect((await open(teacher, ids[0] ?? '')).lesson.attachments).toHaveLength(20);
    const { status } = await teacher.ask('POST', `${path}?name=x`, pdf, { 'content-type': 'application/pdf' });
    expect(status).toBe(400);
  });

  it('leaves storage 30 days after it or its lesson went, or when it never arrived', async () => {
    const [gone, withLesson, standing] = [await withFile(), await withFile(), await withFile()];
    const [day, now] = [24 * 3600 * 1000, Date.now()];
    const old = now - 31 * day;
    await gone.teacher.ask('DELETE', gone.file);
    await withLesson.teacher.ask('DELETE', `/lessons/${withLesson.ids[0]}`);
    const keyOf = async ({ attachmentId }: { attachmentId: string }) =>
      (await db.select().from(lessonAttachment).where(eq(lessonAttachment.id, attachmentId)))[0]?.key ?? 'none';
    const keys = [await keyOf(gone), await keyOf(withLesson), await keyOf(standing)];
    const lying = async () => Promise.all(keys.map(async (key) => (await env.MEDIA.head(key)) !== null));
    await forgetAttachments({ db, now }, env.MEDIA);
    expect(await lying()).toEqual([true, true, true]);

    await db.update(lessonAttachment).set({ deletedAt: old }).where(eq(lessonAttachment.id, gone.attachmentId));
    await db
      .update(lesson)
      .set({ deletedAt: old })
      .where(eq(lesson.id, withLesson.ids[0] ?? ''));
    expect(await forgetAttachments({ db, now }, env.MEDIA)).toBe(2);
    expect(await lying()).toEqual([false, false, true]);
    expect(await keyOf(gone)).toBe('none');
    expect(await keyOf(standing)).toBe(keys[2]);
    expect(await forgetAttachments({ db, now }, env.MEDIA)).toBe(0);
  });
});

describe('the name of a file', () => {
  test.each([
    ['../../etc/passwd', 'passwd.pdf'],
    ['C:\\notes\\one.PDF', 'one.pdf'],
    ['one.exe', 'one.exe.pdf'],
    ['evil\u202Efdp.exe', 'evilfdp.exe.pdf'],
    ['a\r\nset-cookie: x', 'aset-cookie x.pdf'],
    ['', 'file.pdf'],
    ['...', 'file.pdf'],
    ['x'.repeat(300), `${'x'.repeat(100)}.pdf`],
  ])('%j is %j', (given, name) => {
    expect(fileNameOf(given, 'application/pdf')).toBe(name);
  });

  it('makes one header line, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (given) => {
        const line = contentDisposition(fileNameOf(given, 'image/jpeg'));
        expect(line).toMatch(
          /^attachment; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]+"; filename\*=UTF-8''[A-Za-z0-9%._~!#$&+^`|-]+$/,
        );
        expect(decodeURIComponent(line.split("''")[1] ?? '')).toBe(fileNameOf(given, 'image/jpeg'));
      }),
      { numRuns: 30 },
    );
  });
});

describe('an image', () => {
  const send = async (who: Somebody, bytes: Uint8Array, type = 'image/png') =>
    await who.ask('POST', '/media', bytes, { 'content-type': type });
  const sized = (size: number) => new Uint8Array(size).map((_, at) => aPng[at] ?? at % 251);

  it('is kept under its content, whatever it is said to be, and can then be shown', async () => {
    const { teacher, courseKey } = await aCourse([]);
    const { status, json } = await send(teacher, aPng, 'image/jpeg');
    expect([status, json]).toEqual([201, { path: expect.stringMatching(/^\/media\/[0-9a-f]{64}\.png$/), bytes: 11 }]);
    expect((await send(teacher, aPng)).json.path).toBe(json.path);
    const made = await write(teacher, courseKey, 'A', { body: `![A map](${json.path})` });
    expect(made.html).toContain(`src="${json.path}"`);
    expect(made.warnings).toEqual([]);
  });

  it('is warned of above 15 KB and refused above 100 KB', async () => {
    const teacher = await aUser('instructor');
    expect((await send(teacher, sized(15 * 1024))).json).not.toHaveProperty('warning');
    expect((await send(teacher, sized(15 * 1024 + 1))).json.warning).toContain('16 KB');
    expect((await send(teacher, sized(100 * 1024))).status).toBe(201);
    const { status, json } = await send(teacher, sized(100 * 1024 + 1));
    expect([status, json.code]).toEqual([413, 'too_large']);
  });

  it('that is none is refused, also as SVG', async () => {
    const teacher = await aUser('instructor');
    expect((await send(teacher, new TextEncoder().encode('<svg onload="x()">'))).status).toBe(400);
    expect((await send(teacher, aPng, 'image/svg+xml')).status).toBe(415);
  });
});
