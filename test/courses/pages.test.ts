import { and, eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { course, enrolment, lessonProgress, node } from '../../src/courses/index.ts';
import { noteVisit } from '../../src/courses/note-visit.ts';
import { newId } from '../../src/lib/ids.ts';
import { hidden, said } from '../assessments/a-browser.ts';
import { anAssessment, aUser, db, enrolIn, theApp } from '../factories.ts';
import { makeCourse } from '../items/make.ts';
import { aBrowser, aBrowserOf } from '../openedx/a-browser.ts';

const pathOf = (courseKey: string) => `/courses/${encodeURIComponent(courseKey)}`;

/** As whoever writes an outline does: a change of it is one of its course. */
const touch = (courseId: string) => db.update(course).set({ version: sql`version + 1` }).where(eq(course.id, courseId));

async function aLearner() {
  const [made, student] = [await makeCourse(), await aUser()];
  await enrolIn(made.courseId, student);
  const change = async (title: string, set: Partial<typeof node.$inferInsert>) => {
    await db
      .update(node)
      .set(set)
      .where(and(eq(node.courseId, made.courseId), eq(node.title, title)));
    await touch(made.courseId);
  };
  return { ...made, student, change, path: pathOf(made.courseKey), browser: await aBrowserOf(student) };
}

describe('the page of a course', () => {
  it('shows its topics, subtopics and objectives, each under the other, in their order', async () => {
    const { browser, path, change } = await aLearner();
    await change('Surds', { due: '2026-11-27T21:59:00Z', graded: true });
    await change('Sets', { due: 'some day' });
    const { status, text } = await browser.open(path);
    expect(status).toBe(200);
    expect(said(text).replaceAll('\u00a0', ' ')).toMatch(
      /MSCE Mathematics MSCE · Form 4 ✓ You are enrolled. Papers of this course Outline Numbers Adding Add two numbers Surds Due 27 Nov 2026, 23:59 Simplify surds Sets Leave this course All courses/,
    );
    expect(text.match(/<h[1-6]\b[^>]*>[^<]*/g)).toEqual([
      '<h1>MSCE Mathematics',
      ...['<h2>Outline', '<h3>Numbers', '<h4>Adding', '<h4>Surds', '<h3>Sets'],
    ]);
    expect(text).toContain('href="/"');
  });

  it('shows readers only what is shown, and staff who look no more than that', async () => {
    const { browser, path, change, courseKey } = await aLearner();
    await change('Adding', { visibility: 'staff' });
    await change('Simplify surds', { visibility: 'hidden' });
    await change('Sets', { retiredAt: 1 });
    const admin = await aBrowserOf(await aUser('admin'));
    for (const reader of [browser, admin]) {
      const { text } = await reader.open(path);
      expect(said(text)).toMatch(/Outline Numbers Surds (Leave|All courses|The page)/);
    }
    expect((await admin.open(path)).text).toContain(`href="/staff/courses/${encodeURIComponent(courseKey)}"`);
  });

  it('is for those who learn in it, and for staff', async () => {
    const { path } = await aLearner();
    expect((await (await aBrowserOf(await aUser())).open(path)).status).toBe(404);
    const stranger = await (await aBrowserOf(await aUser('instructor'))).open(path);
    expect(stranger.status).toBe(200);
    expect(stranger.text).not.toContain('/staff/courses/');
    expect((await (await aBrowserOf(await aUser('admin'))).open(pathOf('course-v1:no+no+no'))).status).toBe(404);
    expect(await aBrowser().open(path)).toMatchObject({
      status: 303,
      to: `/sign-in?next=${encodeURIComponent(path)}`,
    });
  });

  it('says so while it is empty, writes titles as text, and none as words', async () => {
    const { browser, path, change, courseId } = await aLearner();
    await change('Numbers', { title: '<script>alert(1)</script>' });
    await change('Sets', { title: ' ' });
    const { text } = await browser.open(path);
    expect(text).toContain('<h3>&lt;script&gt;alert(1)&lt;/script&gt;</h3>');
    expect(text).toContain('<h3>Without a title</h3>');
    await db
      .update(node)
      .set({ retiredAt: 1 })
      .where(and(eq(node.courseId, courseId), eq(node.kind, 'topic')));
    await touch(courseId);
    const empty = (await browser.open(path)).text;
    expect(empty).toContain(`href="${path}/assessments">Papers of this course</a>`);
    expect(empty).not.toContain('no topics');
    await db.update(course).set({ visibility: 'open' }).where(eq(course.id, courseId));
    const stranger = await aBrowserOf(await aUser());
    expect((await stranger.open(path)).text).toContain('This course has no topics yet.');
  });

  it('says of itself that it is a kept copy, once it is one', async () => {
    const { browser, path } = await aLearner();
    expect((await browser.open(path)).text).toMatch(
      /<p id="offline" class="problem" role="status" hidden[^>]*>[^<]*copy of this course/,
    );
  });
});

describe('my courses', () => {
  it('stand on the first page of a student, those they are in and no others', async () => {
    const { browser, path } = await aLearner();
    const other = await makeCourse();
    const { text } = await browser.open('/');
    expect(said(text)).toContain('There is no paper for you yet.');
    expect(text).toMatch(new RegExp(`<h2 id="courses">My courses</h2>[\\s\\S]*<a href="${path}">MSCE Mathematics</a>`));
    expect(text).not.toContain(pathOf(other.courseKey));
  });

  it('are reached by staff from their desk, connections by admins only', async () => {
    const [teacher, admin] = [await aBrowserOf(await aUser('instructor')), await aBrowserOf(await aUser('admin'))];
    for (const link of ['href="/staff/courses"', 'href="/staff/openedx/events"']) {
      expect((await teacher.open('/staff')).text).toContain(link);
      expect((await admin.open('/staff')).text).toContain(link);
    }
    expect((await teacher.open('/staff')).text).not.toContain('/staff/connections');
    expect((await admin.open('/staff')).text).toContain('href="/staff/connections"');
  });
});

async function aTaughtCourse(set: Partial<typeof course.$inferInsert> = { visibility: 'invited' }) {
  const teacher = await aUser('instructor');
  const made = await makeCourse(teacher.call());
  await db.update(course).set(set).where(eq(course.id, made.courseId));
  return {
    ...made,
    teacher,
    path: pathOf(made.courseKey),
    staffPath: `/staff${pathOf(made.courseKey)}`,
    desk: await aBrowserOf(teacher),
  };
}

describe('the catalogue', () => {
  it('has open courses and one’s own, with the seats that are left, to be searched and joined in one press', async () => {
    const title = `Botany ${newId('course')}`;
    const { path, courseId, courseKey } = await aTaughtCourse({ visibility: 'open', seatLimit: 2, title });
    const hidden = await aTaughtCourse({ visibility: 'invited', title: `${title} 2` });
    const [student, other] = [await aUser(), await aUser()];
    const browser = await aBrowserOf(student);
    const list = async () => said((await browser.open(`/courses?search=${encodeURIComponent(title)}`)).text);
    expect(await list()).toContain(`${title} MSCE · Form 4 2 seats left Enrol`);
    expect(await list()).not.toContain(`${title} 2`);
    expect((await browser.open(path)).text).toContain(`action="${path}/enrol"`);
    expect(await browser.send(`${path}/enrol`)).toMatchObject({ status: 303, to: path });
    expect(await browser.send(`${path}/enrol`)).toMatchObject({ status: 303, to: path });
    expect(await list()).toContain('✓ You are enrolled');
    expect((await browser.send(`${pathOf(hidden.courseKey)}/enrol`)).status).toBe(404);
    await enrolIn(courseId, other);
    const late = await aBrowserOf(await aUser());
    const seen = await late.open(`/courses?search=${encodeURIComponent(courseKey)}`);
    expect(said(seen.text)).toContain('All seats are taken.');
    expect(seen.text).not.toContain('/enrol"');
    const refused = await late.send(`${path}/enrol`);
    expect(refused.status).toBe(409);
    expect(refused.text).toMatch(/role="alert"[^>]*>All seats are taken/);
    expect(said((await browser.open('/courses?search=nothing-like-it')).text)).toContain('No course has this');
    for (const number of ['0', '-1', 'two', '']) {
      const first = await browser.open(`/courses?page=${number}&search=Maths`);
      expect(first).toMatchObject({ status: 303, to: '/courses?search=Maths' });
    }
  });

  it('is left again after asking, by whom no platform brought', async () => {
    const { path, courseId } = await aTaughtCourse({ visibility: 'open' });
    const student = await aUser();
    const browser = await aBrowserOf(student);
    await browser.open(path);
    await browser.send(`${path}/enrol`);
    expect((await browser.open(path)).text).toContain(`href="${path}/leave"`);
    expect(said((await browser.open(`${path}/leave`)).text)).toContain('You can enrol again');
    expect(await browser.send(`${path}/leave`)).toMatchObject({ status: 303, to: '/courses' });
    const [row] = await db.select().from(enrolment).where(eq(enrolment.courseId, courseId));
    expect(row?.isActive).toBe(false);
    await db.update(enrolment).set({ isActive: true, origin: 'platform' });
    expect((await browser.open(path)).text).not.toContain('/leave');
    expect((await browser.open(`${path}/leave`)).status).toBe(303);
    expect((await browser.send(`${path}/leave`)).status).toBe(409);
  });

  it('keeps when a student was last in a course, once an hour', async () => {
    const { path, courseId } = await aTaughtCourse();
    const student = await aUser();
    await enrolIn(courseId, student);
    const browser = await aBrowserOf(student);
    const lastAt = async () =>
      (await db.select().from(enrolment).where(eq(enrolment.userId, student.id)))[0]?.lastAccessedAt;
    await browser.open(path);
    await expect.poll(lastAt).toBeGreaterThan(Date.now() - 60_000);
    await db.update(enrolment).set({ lastAccessedAt: 7 }).where(eq(enrolment.userId, student.id));
    await browser.open(path);
    await expect.poll(lastAt).toBeGreaterThan(7);
    const recent = Date.now() - 3_500_000;
    await db.update(enrolment).set({ lastAccessedAt: recent }).where(eq(enrolment.userId, student.id));
    await noteVisit(student.call(), courseId);
    expect(await lastAt()).toBe(recent);
    expect((await browser.open('/')).text).toContain('last opened');
  });
});

describe('the pages of a course for staff', () => {
  it('are for who teaches it', async () => {
    const { staffPath } = await aTaughtCourse();
    const [colleague, student] = [await aBrowserOf(await aUser('instructor')), await aBrowserOf(await aUser())];
    for (const page of ['', '/edit', '/outline', '/roster', '/delete', '/roster.csv', '/grades.csv']) {
      expect((await colleague.open(staffPath + page)).status, page).toBe(404);
      expect((await student.open(staffPath + page)).status, page).toBe(403);
    }
    expect((await colleague.open(`${staffPath}/teachers`)).status).toBe(403);
  });

  it('change what is said of it, keep what was typed when it is refused, and say when somebody was faster', async () => {
    const { desk, staffPath, courseId } = await aTaughtCourse({ description: 'Old <b>words</b>' });
    const form = await desk.open(`${staffPath}/edit`);
    expect(form.text).toContain('Old &lt;b&gt;words&lt;/b&gt;');
    const fields = {
      ...{ revision: '1', title: 'New', examinationLevel: '', academicClass: 'Form 1', visibility: 'open' },
      ...{ seatLimit: '30', estimatedHours: '1,5', minimumMasteryPercent: '', description: 'New', teacherGuide: '' },
    };
    const refused = await desk.send(`${staffPath}/edit`, { ...fields, seatLimit: 'many' });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('value="many"');
    expect(refused.text).toContain('href="#seatLimit"');
    expect(await desk.send(`${staffPath}/edit`, fields)).toMatchObject({ status: 303, to: staffPath });
    expect(await db.select().from(course).where(eq(course.id, courseId))).toMatchObject([
      { title: 'New', examinationLevel: null, seatLimit: 30, estimatedHours: 1.5, minimumMasteryPercent: null },
    ]);
    const late = await desk.send(`${staffPath}/edit`, { ...fields, title: 'Late' });
    expect(late.status).toBe(409);
    expect(said(late.text)).toContain('Somebody else has changed this course meanwhile');
    expect(late.text).toContain('value="Late"');
    expect(late.text).toContain('name="revision" value="2"');
  });

  it('of one that follows Open edX neither ask for its title nor change its outline', async () => {
    const { desk, staffPath } = await aTaughtCourse({ source: 'openedx' });
    const { text } = await desk.open(`${staffPath}/edit`);
    expect(text).not.toContain('name="title"');
    expect((await desk.open(staffPath)).text).not.toContain(`${staffPath}/outline`);
    expect((await desk.open(`${staffPath}/outline`)).status).toBe(404);
  });

  it('build its outline', async () => {
    const { desk, staffPath, courseKey } = await aTaughtCourse();
    const outline = `${staffPath}/outline`;
    await desk.open(outline);
    const { to } = await desk.send(outline, { title: 'Geometry' });
    expect(to).toMatch(new RegExp(`${outline}/top_`));
    expect((await desk.send(outline, { title: ' ' })).status).toBe(400);
    expect(await desk.send(`${to}/add`, { title: 'Circles' })).toMatchObject({ status: 303, to });
    expect(said((await desk.open(to)).text)).toContain('Subtopics Circles');
    expect((await desk.send(to, { position: '0' })).status).toBe(303);
    expect((await desk.send(to, { title: 'Shapes' })).status).toBe(303);
    expect(said((await desk.open(outline)).text)).toMatch(/Shapes Circles Numbers Adding/);
    expect(said((await desk.open(`${to}/retire`)).text)).toContain('Remove “Shapes” from the outline?');
    expect((await desk.send(`${to}/retire`)).status).toBe(303);
    expect(said((await desk.open(pathOf(courseKey))).text)).not.toContain('Shapes');
    expect((await desk.open(to)).status).toBe(404);
  });

  it('make one of what a form asks, however often it is sent', async () => {
    const { desk, staffPath, courseId } = await aTaughtCourse();
    const outline = `${staffPath}/outline`;
    const titled = (title: string) =>
      db
        .select()
        .from(node)
        .where(and(eq(node.courseId, courseId), eq(node.title, title)));
    const thrice = async (page: string, to: string, title: string) => {
      const once = hidden((await desk.open(page)).text, 'once');
      expect(once).not.toBe('');
      const sent = await Promise.all([1, 2, 3].map(() => desk.send(to, { title, once })));
      expect(sent.map(({ status }) => status)).toEqual([303, 303, 303]);
      const [made, ...more] = await titled(title);
      expect(more).toEqual([]);
      return made?.id ?? '';
    };
    const topic = `${outline}/${await thrice(outline, outline, 'Geometry')}`;
    await thrice(topic, `${topic}/add`, 'Circles');
    await desk.send(outline, { title: 'Geometry', once: hidden((await desk.open(outline)).text, 'once') });
    expect(await titled('Geometry')).toHaveLength(2);
  });

  it('make one course, and lead whoever pressed twice no worse than who pressed once', async () => {
    const { desk } = await aTaughtCourse();
    const once = hidden((await desk.open('/staff/courses/new')).text, 'once');
    const fields = { once, courseKey: `maths-${newId('course')}`, title: 'Maths', examinationLevel: 'JCE' };
    const send = () => desk.send('/staff/courses/new', { ...fields, academicClass: 'Form 1' });
    const sent = [...(await Promise.all([1, 2, 3].map(send))), await send()];
    expect(sent.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
    expect(sent.at(-1)?.to).toBe(`/staff${pathOf(fields.courseKey)}`);
  });

  it('change nothing of another course than their own', async () => {
    const { desk, staffPath, courseId, teacher } = await aTaughtCourse();
    const other = await makeCourse(teacher.call());
    const student = await aUser();
    const { id } = await enrolIn(other.courseId, student);
    const [theirs] = await db.select().from(node).where(eq(node.courseId, other.courseId)).limit(1).offset(1);
    await desk.open(`${staffPath}/roster`);
    const enrolled = () => db.select().from(enrolment).where(eq(enrolment.id, id));
    for (const isActive of [true, false]) {
      await db.update(enrolment).set({ isActive }).where(eq(enrolment.id, id));
      for (const [path, fields] of [
        [`roster/${id}/end`, {}],
        [`roster/${id}/again`, { userId: student.id }],
        [`outline/${theirs?.id}`, { title: 'Mine' }],
        [`outline/${theirs?.id}/retire`, {}],
      ] as const)
        expect((await desk.send(`${staffPath}/${path}`, fields)).status, path).toBe(404);
      expect((await desk.send(`${staffPath}/outline/${theirs?.id}/add`, { title: 'Mine' })).status).not.toBe(303);
      expect(await enrolled()).toMatchObject([{ isActive }]);
    }
    expect(await db.select().from(enrolment).where(eq(enrolment.courseId, courseId))).toEqual([]);
    expect(await db.select().from(node).where(eq(node.title, 'Mine'))).toEqual([]);
  });

  it('enrol students one by one and by table, end an enrolment and take that back', async () => {
    const { desk, staffPath, courseId } = await aTaughtCourse({ seatLimit: 3 });
    const roster = `${staffPath}/roster`;
    expect(said((await desk.open(roster)).text)).toContain('0 enrolled, of 3 seats. Part of a name Search Nobody');
    const aStudent = async (name: string) => {
      const username = newId('user');
      return { ...(await aUser('student', { name, username })), username };
    };
    const [one, two] = [await aStudent('Chikondi <i>'), await aStudent('Thoko')];
    expect(await desk.send(roster, { name: one.username })).toMatchObject({ status: 303, to: `${roster}?enrolled` });
    const twice = await desk.send(roster, { name: one.username });
    expect(said(twice.text)).toContain('Enrolled already.');
    expect(twice.text).toContain(`value="${one.username}"`);
    expect(said((await desk.send(roster, { name: 'nobody@x.test' })).text)).toContain('There is no student');

    const form = new FormData();
    form.set('csrf', desk.csrf());
    form.set('file', new File([`username\n${two.username}\nnobody\n${one.username}\n`], 'class.csv'));
    const cookie = [...desk.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const done = await theApp.send('POST', `${roster}/import`, { body: form, headers: { cookie } });
    expect(said(await done.text())).toContain('Enrolled: 1. Enrolled before: 1. Refused: 1. Line What became of it 3');
    const noFile = await desk.send(`${roster}/import`);
    expect(said(noFile.text)).toContain('Choose a file first.');

    const [first] = await db.select().from(enrolment).where(eq(enrolment.userId, one.id));
    expect((await desk.send(`${roster}/${first?.id}/end`)).status).toBe(303);
    const { text } = await desk.open(roster);
    expect(text).toContain('Chikondi &lt;i&gt;');
    expect(said(text)).toMatch(/2 seats|1 enrolled, of 3/);
    expect(said(text)).toContain('No longer enrolled');
    expect((await desk.send(`${roster}/${first?.id}/again`, { userId: one.id })).status).toBe(303);
    const rows = await db.select().from(enrolment).where(eq(enrolment.courseId, courseId));
    expect(rows.filter(({ isActive }) => isActive)).toHaveLength(2);
    expect(said((await desk.open(`${roster}?search=thok`)).text)).not.toContain('Chikondi');
    expect((await desk.open(`${staffPath}/roster.csv`)).text).toContain(two.username);
  });

  it('tell two students of one name apart, by nothing that the table does not tell', async () => {
    const { desk, staffPath, courseId } = await aTaughtCourse({ seatLimit: 1 });
    const [username, email] = [newId('user'), `${newId('user')}@demo.test`];
    const named = await aUser('student', { name: 'Thoko Phiri', username });
    const mailed = await aUser('student', { name: 'Thoko Phiri', email });
    const alone = await aUser('student', { name: 'Chikondi Banda' });
    await enrolIn(courseId, named);
    expect(said((await desk.open(`${staffPath}/roster`)).text)).toContain('1 enrolled, of 1 seat.');
    for (const one of [mailed, alone]) await enrolIn(courseId, one);
    const { text } = await desk.open(`${staffPath}/roster`);
    expect(said(text)).toMatch(new RegExp(`Thoko Phiri ${username} .*Thoko Phiri Enrolled [^.]*\\. ${mailed.id} `));
    expect(text).not.toContain(email);
    expect(said(text)).not.toContain(alone.id);
    const admin = await aBrowserOf(await aUser('admin'));
    expect(said((await admin.open(`${staffPath}/roster`)).text)).toContain(`Thoko Phiri ${email}`);
  });

  it('show how far one student is with each lesson, in three round trips', async () => {
    const { desk, staffPath, courseId, courseKey, teacher } = await aTaughtCourse();
    const student = await aUser('student', { name: 'Thoko <i>' });
    await enrolIn(courseId, student);
    const ids: string[] = [];
    for (const title of ['One', 'Two', 'Three'])
      ids.push((await teacher.ask('POST', '/lessons', { courseKey, title, body: '' })).json.id);
    const at = Date.UTC(2026, 0, 5, 8);
    const row = { userId: student.id, openedAt: at, lastOpenedAt: at };
    await db.insert(lessonProgress).values([
      { ...row, lessonId: ids[1] ?? '', completedAt: at + 60_000 },
      { ...row, lessonId: ids[2] ?? '' },
    ]);
    await db.update(enrolment).set({ isActive: false, lastAccessedAt: at }).where(eq(enrolment.userId, student.id));
    const path = `${staffPath}/students/${student.id}`;
    expect((await desk.open(`${staffPath}/roster`)).text).toContain(`<a href="${path}">Thoko &lt;i&gt;</a>`);
    const { status, text, headers } = await desk.open(path);
    expect(status).toBe(200);
    expect(said(text).replaceAll('\u00a0', ' ')).toMatch(
      /Enrolled [^.]+\. · No longer enrolled\. · Last here 5 Jan 2026, 10:00\. Lessons 1 of 3 lessons done \(33 %\)\. One not opened yet Two ✓ done 5 Jan 2026, 10:01 Three opened 5 Jan 2026, 10:00/,
    );
    expect(text).toContain(`href="${staffPath}/roster"`);
    const line = theApp.lines.find(
      (one) => one.request_id === headers.get('x-request-id') && one.message === 'request',
    );
    expect(line?.d1).toBe(3);

    const other = await aTaughtCourse();
    const absent = async (browser: typeof desk, at: string) => {
      const answer = await browser.open(at);
      return [answer.status, said(answer.text).replace(/req_\w+/, '')];
    };
    const nowhere = await absent(desk, '/staff/courses/none/students/usr_none');
    expect(nowhere[0]).toBe(404);
    for (const at of [`${staffPath}/students/${(await aUser()).id}`, `${staffPath}/students/${teacher.id}`])
      expect(await absent(desk, at)).toEqual(nowhere);
    expect(await absent(desk, `${other.staffPath}/students/${student.id}`)).toEqual(nowhere);
    expect(await absent(other.desk, path)).toEqual(nowhere);
    expect((await (await aBrowserOf(student)).open(path)).status).toBe(403);
    expect((await aBrowser().open(path)).to).toContain('/sign-in');
  });

  it('lead to its assessments, and say what to do next while it is empty', async () => {
    const { desk, staffPath, courseKey, teacher, courseId } = await aTaughtCourse();
    const title = `Paper ${newId('assessment')}`;
    await anAssessment(teacher, { title, courseKey });
    await anAssessment(teacher, { title: `Other ${title}` });
    const { text } = await desk.open(staffPath);
    const [, link = ''] = /<a href="(\/staff\/assessments\?[^"]*)">Assessments of this course/.exec(text) ?? [];
    const list = said((await desk.open(link)).text);
    expect(list).toContain(title);
    expect(list).not.toContain(`Other ${title}`);
    expect(said(text)).not.toContain('What to do next');
    await db.update(node).set({ retiredAt: 1 }).where(eq(node.courseId, courseId));
    await touch(courseId);
    expect(said((await desk.open(staffPath)).text)).toContain('no topics yet. What to do next: ');
    expect(said((await desk.open('/staff/courses/new')).text)).toContain('For a course of your own make one up');
  });

  it('say who teaches it, and take it away after asking', async () => {
    const { desk, staffPath, path } = await aTaughtCourse();
    const username = newId('user');
    const colleague = await aUser('instructor', { name: 'Mphatso', username });
    const admin = await aBrowserOf(await aUser('admin'));
    const teachers = `${staffPath}/teachers`;
    await admin.open(teachers);
    expect((await admin.send(teachers, { who: 'nobody' })).status).toBe(400);
    expect((await admin.send(teachers, { who: username })).status).toBe(303);
    expect(said((await admin.open(teachers)).text)).toContain('Mphatso');
    for (const _ of [1, 2]) expect((await admin.send(`${teachers}/${colleague.id}/remove`)).status).toBe(303);
    expect(said((await admin.open(teachers)).text)).not.toContain('Mphatso');
    expect(said((await desk.open(`${staffPath}/delete`)).text)).toContain('Delete the course “MSCE Mathematics”?');
    expect(await desk.send(`${staffPath}/delete`)).toMatchObject({ status: 303, to: '/staff/courses' });
    expect((await desk.open(path)).status).toBe(404);
  });
});
