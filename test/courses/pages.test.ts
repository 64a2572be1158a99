import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { node } from '../../src/courses/index.ts';
import { said } from '../assessments/a-browser.ts';
import { aUser, db, enrolIn } from '../factories.ts';
import { makeCourse } from '../items/make.ts';
import { aBrowser, aBrowserOf } from '../openedx/a-browser.ts';

const pathOf = (courseKey: string) => `/courses/${encodeURIComponent(courseKey)}`;

async function aLearner() {
  const [made, student] = [await makeCourse(), await aUser()];
  await enrolIn(made.courseId, student);
  const change = async (title: string, set: Partial<typeof node.$inferInsert>) => {
    await db
      .update(node)
      .set(set)
      .where(and(eq(node.courseId, made.courseId), eq(node.title, title)));
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
      /MSCE Mathematics MSCE · Form 4 Numbers Adding Add two numbers Surds Due 27 Nov 2026, 23:59 Simplify surds Sets Home/,
    );
    expect(text.match(/<h[1-6]\b[^>]*>[^<]*/g)).toEqual([
      '<h1>MSCE Mathematics',
      ...['<h2>Numbers', '<h3>Adding', '<h3>Surds', '<h2>Sets'],
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
      expect(said(text)).toMatch(/Form 4 Numbers Surds (Home|The page)/);
    }
    expect((await admin.open(path)).text).toContain(`href="/staff/courses/${encodeURIComponent(courseKey)}"`);
  });

  it('is for those who learn in it or teach it', async () => {
    const { path } = await aLearner();
    for (const role of ['student', 'instructor'] as const)
      expect((await (await aBrowserOf(await aUser(role))).open(path)).status).toBe(404);
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
    expect(text).toContain('<h2>&lt;script&gt;alert(1)&lt;/script&gt;</h2>');
    expect(text).toContain('<h2>Without a title</h2>');
    await db
      .update(node)
      .set({ retiredAt: 1 })
      .where(and(eq(node.courseId, courseId), eq(node.kind, 'topic')));
    expect((await browser.open(path)).text).toContain('This course has no topics yet.');
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
