import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createOutline, enrol, objectiveTitles, requireCourseByKey } from '../../src/courses/index.ts';
import { course, enrolment, node as nodes } from '../../src/courses/schema.ts';
import { visibleCourse } from '../../src/courses/who-sees.ts';
import { newId } from '../../src/lib/ids.ts';
import { db, makeCall, makeClient, makeCourse, tripsOf } from '../items/make.ts';

const encoded = (courseKey: string) => `/courses/${encodeURIComponent(courseKey)}`;

const node = (kind: string, title: string, position: number) => ({
  id: expect.stringMatching(new RegExp(`^${kind}_`)),
  usageKey: null,
  title,
  position,
});

describe('an outline', () => {
  it('answers topics, subtopics and objectives in their order', async () => {
    const teacher = await makeCall();
    const { courseKey } = await makeCourse(teacher);
    const ask = await makeClient(teacher);
    const answer = await ask('GET', `${encoded(courseKey)}/outline`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('private, max-age=0, must-revalidate');
    expect(answer.json).toEqual({
      courseKey,
      title: 'MSCE Mathematics',
      examinationLevel: 'MSCE',
      academicClass: 'Form 4',
      version: 1,
      topics: [
        {
          ...node('top', 'Numbers', 0),
          subtopics: [
            { ...node('sub', 'Adding', 0), objectives: [node('obj', 'Add two numbers', 0)] },
            { ...node('sub', 'Surds', 1), objectives: [node('obj', 'Simplify surds', 0)] },
          ],
        },
        { ...node('top', 'Sets', 1), subtopics: [] },
      ],
    });
  });

  it('is found by its key as it is in the path too', async () => {
    const teacher = await makeCall();
    const { courseKey } = await makeCourse(teacher);
    const ask = await makeClient(teacher);
    expect((await ask('GET', `/courses/${courseKey}`)).json).toMatchObject({ courseKey, version: 1 });
    expect((await ask('GET', `/courses/${courseKey}/outline/`)).status).toBe(200);
  });

  it('leaves out what is retired, with everything under it, and counts positions among the rest', async () => {
    const admin = await makeCall('admin');
    const { courseKey, courseId } = await makeCourse();
    const ask = await makeClient(admin);
    await db
      .update(nodes)
      .set({ retiredAt: 1 })
      .where(and(eq(nodes.courseId, courseId), eq(nodes.title, 'Numbers')));
    const { json } = await ask('GET', `${encoded(courseKey)}/outline`);
    const topics = json?.topics as { title: string; position: number }[];
    expect(topics.map((one) => [one.title, one.position])).toEqual([['Sets', 0]]);
  });

  it('refuses a key that is taken, and leaves nothing of the second outline', async () => {
    const { courseKey } = await makeCourse();
    const second = createOutline(
      { db, now: Date.now() },
      {
        courseKey,
        title: 'x',
        examinationLevel: 'JCE',
        academicClass: 'Form 1',
        topics: [{ title: 'left over', subtopics: [] }],
      },
    );
    await expect(second).rejects.toMatchObject({ code: 'conflict' });
    expect(await db.select().from(nodes).where(eq(nodes.title, 'left over'))).toEqual([]);
  });
});

describe('who sees a course', () => {
  it('is all staff, and who is actively enrolled; to other students it is absent, word for word', async () => {
    const [teacher, stranger, admin, student, outsider, former] = [
      await makeCall(),
      await makeCall(),
      await makeCall('admin'),
      await makeCall('student'),
      await makeCall('student'),
      await makeCall('student'),
    ];
    const { courseKey, courseId } = await makeCourse(teacher);
    await enrol(teacher, { courseId, userId: student.actor.userId });
    const { id } = await enrol(teacher, { courseId, userId: former.actor.userId });
    await db.update(enrolment).set({ isActive: false }).where(eq(enrolment.id, id));

    for (const call of [teacher, stranger, admin, student]) {
      const ask = await makeClient(call);
      expect((await ask('GET', encoded(courseKey))).status).toBe(200);
      expect((await ask('GET', `${encoded(courseKey)}/outline`)).status).toBe(200);
      expect((await ask('GET', `/courses?search=${encodeURIComponent(courseKey)}`)).json).toMatchObject({
        count: 1,
        results: [{ courseKey }],
      });
    }
    for (const call of [outsider, former]) {
      const ask = await makeClient(call);
      for (const path of ['', '/outline']) {
        const [hidden, absent] = [
          await ask('GET', `${encoded(courseKey)}${path}`),
          await ask('GET', `${encoded('course-v1:no+such+one')}${path}`),
        ];
        expect(hidden.status).toBe(404);
        expect({ ...hidden.json, requestId: '' }).toEqual({ ...absent.json, requestId: '' });
      }
      expect((await ask('GET', '/courses')).json).toMatchObject({ count: 0, results: [] });
    }
  });

  it('is not staff of a launch who do not teach it', async () => {
    const { courseKey } = await makeCourse();
    const { actor } = await makeCall();
    for (const [isHeld, count] of [
      [false, 1],
      [true, 0],
    ] as const) {
      const where = and(eq(course.courseKey, courseKey), visibleCourse({ ...actor, isHeld }));
      expect(await db.select().from(course).where(where)).toHaveLength(count);
    }
  });

  it('is nobody signed out', async () => {
    const ask = await makeClient(await makeCall());
    const answer = await ask('GET', '/courses', undefined, { authorization: '' });
    expect(answer.status).toBe(401);
  });
});

describe('the list of courses', () => {
  it('comes in pages, by title, in one round trip', async () => {
    const teacher = await makeCall();
    const courses = [await makeCourse(teacher), await makeCourse(teacher), await makeCourse(teacher)];
    const keys = courses.map(({ courseKey }) => courseKey);
    const student = await makeCall('student');
    for (const one of courses) await enrol(teacher, { courseId: one.courseId, userId: student.actor.userId });
    const ask = await makeClient(student);
    const first = await ask('GET', '/courses?pageSize=2');
    expect(first).toMatchObject({ status: 200, d1: 1, json: { count: 3, previous: null } });
    const second = await ask('GET', '/courses?pageSize=2&page=2');
    expect(second.json).toMatchObject({ count: 3, next: null });
    const seen = [...(first.json?.results ?? []), ...(second.json?.results ?? [])].map((one) => one.courseKey);
    expect(seen.sort()).toEqual(keys.sort());
    expect((await ask('GET', '/courses?pageSize=101')).status).toBe(400);
    expect((await ask('GET', '/courses?colour=red')).json?.errors).toEqual([
      { pointer: '/query/colour', message: 'unknown field' },
    ]);
  });

  it('is searched in title and key, without regard to case, by any text', async () => {
    const student = await makeCall('student');
    const { courseId } = await makeCourse();
    await enrol(student, { courseId, userId: student.actor.userId });
    const ask = await makeClient(student);
    const found = async (search: string) =>
      (await ask('GET', `/courses?search=${encodeURIComponent(search)}`)).json?.count;
    expect(await found('mathEMATICS')).toBe(1);
    expect(await found('COURSE-V1:')).toBe(1);
    expect(await found('%')).toBe(0);
    expect(await found('_')).toBe(1);
    expect(await found(`${'x'.repeat(199)}'`)).toBe(0);
  });
});

describe('enrolling', () => {
  it('twice is once, and opens an ended enrolment again', async () => {
    const student = await makeCall('student');
    const { courseId } = await makeCourse();
    const input = { courseId, userId: student.actor.userId };
    const first = await enrol(student, input);
    await db.update(enrolment).set({ isActive: false }).where(eq(enrolment.id, first.id));
    expect(await enrol(student, input)).toEqual(first);
    const rows = await db.select().from(enrolment).where(eq(enrolment.userId, input.userId));
    expect(rows).toMatchObject([{ id: first.id, isActive: true, mode: 'audit' }]);
  });
});

describe('the list of enrolments', () => {
  it('is a student’s own, those of an instructor’s courses, and all of them for admins', async () => {
    const [teacher, student, stranger] = [await makeCall(), await makeCall('student'), await makeCall()];
    const { courseKey, courseId } = await makeCourse(teacher);
    const other = await makeCourse();
    for (const one of [courseId, other.courseId]) await enrol(student, { courseId: one, userId: student.actor.userId });
    await enrol(teacher, { courseId, userId: (await makeCall('student')).actor.userId, mode: 'verified' });
    const listed = async (call: typeof teacher, query = '') =>
      (await (await makeClient(call))('GET', `/enrollments?${query}`)).json;
    const ofCourse = `courseKey=${encodeURIComponent(courseKey)}`;
    const userId = `userId=${student.actor.userId}`;
    const admin = await makeCall('admin');
    expect(await listed(student)).toMatchObject({
      count: 2,
      results: expect.arrayContaining([expect.objectContaining({ courseKey, isActive: true, mode: 'audit' })]),
    });
    expect(await listed(student, ofCourse)).toMatchObject({ count: 1 });
    expect(await listed(teacher)).toMatchObject({
      count: 2,
      results: expect.arrayContaining([
        expect.objectContaining({ mode: 'audit' }),
        expect.objectContaining({ mode: 'verified' }),
      ]),
    });
    expect(await listed(stranger, ofCourse)).toMatchObject({ count: 0, results: [] });
    expect(await listed(admin, ofCourse)).toMatchObject({ count: 2 });
    expect(await listed(admin, userId)).toMatchObject({ count: 2 });
    expect(await listed(admin, `${ofCourse}&${userId}`)).toMatchObject({ count: 1 });
  });
});

describe('titles of objectives', () => {
  it('come with their topic in the order of the outline, retired ones too, in one round trip', async () => {
    const { objectives } = await makeCourse();
    const [add, surd] = [objectives.get('add') ?? '', objectives.get('surd') ?? ''];
    await db.update(nodes).set({ retiredAt: 1 }).where(eq(nodes.id, add));
    let titles = new Map<string, { title: string; topic: string }>();
    expect(await tripsOf(async () => (titles = await objectiveTitles(db, [surd, add, newId('objective')])))).toEqual({
      d1: 1,
      kv: 0,
    });
    expect([...titles]).toEqual([
      [add, { title: 'Add two numbers', topic: 'Numbers' }],
      [surd, { title: 'Simplify surds', topic: 'Numbers' }],
    ]);
  });

  it('of a course that is there are refused for none', async () => {
    const { courseKey, courseId } = await makeCourse();
    expect((await requireCourseByKey(db, courseKey)).id).toBe(courseId);
    await expect(requireCourseByKey(db, 'none')).rejects.toMatchObject({ code: 'not_found' });
  });
});
