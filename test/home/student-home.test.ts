import { describe, expect, it } from 'vitest';
import { aBrowser, said } from '../assessments/a-browser.ts';
import { anAssessment, aUser, enrolIn, start } from '../factories.ts';
import { makeCourse } from '../items/make.ts';

describe('the first page', () => {
  it('asks for a sign-in, and leads staff to their desk', async () => {
    const [out, staff] = [await aBrowser(), await aBrowser(await aUser('instructor'))];
    expect(await out.open('/')).toMatchObject({ status: 303, to: '/sign-in?next=%2F' });
    expect(await staff.open('/')).toMatchObject({ status: 303, to: '/staff' });
  });

  it('says so when there is nothing yet', async () => {
    const { text } = await (await aBrowser(await aUser())).open('/');
    expect(said(text)).toContain('There is nothing for you here yet.');
  });

  it('shows what is being written, what can be started, what comes and what is over, in two round trips', async () => {
    const [teacher, student] = [await aUser('instructor'), await aUser()];
    const later = '2099-01-01T00:00:00Z';
    const open = await anAssessment(teacher, { title: 'Open', timeLimitSeconds: 7200 });
    await anAssessment(teacher, { title: 'Startable', closesAt: later });
    await anAssessment(teacher, { title: 'Upcoming', opensAt: later });
    await anAssessment(teacher, { title: 'Draft', published: false });
    await anAssessment(teacher, { title: 'Closed', closesAt: '2020-01-01T00:00:00Z' });
    const done = await anAssessment(teacher, { title: 'Done' });
    const hidden = await anAssessment(teacher, { title: 'Hidden', review: { score: 'never' } });
    const { attempt } = await start(student, open.id);
    for (const { id } of [done, hidden]) {
      const begun = await start(student, id);
      await student.ask('POST', `/attempts/${begun.attempt.id}/submit`, { epoch: 1 });
    }
    const browser = await aBrowser(student);
    const { text, d1, kv } = await browser.open('/');
    expect({ d1, kv }).toEqual({ d1: 2, kv: 0 });
    expect(said(text)).toMatch(
      /You are writing Continue: Open Exam\. Time left: (2 h|1 h 59 min)\. .* You can start Startable Exam\. Closes on Thursday 1 January 2099, 02:00\. Not open yet Upcoming Exam\. Opens on .* Finished /,
    );
    expect(said(text)).toContain('See the result: Hidden The score is not shown yet.');
    expect(said(text)).toMatch(/See the result: Done 0 of 3 marks \(0 %\) ✗ Not passed Exam\. Finished on/);
    expect(text).toContain(`href="/attempts/${attempt.id}"`);
    expect(text).not.toMatch(/Draft|Closed/);
  });
});

it('names the course of each paper, which its own page need not', async () => {
  const [teacher, student] = [await aUser('instructor'), await aUser()];
  const { courseId, courseKey } = await makeCourse(teacher.call());
  await enrolIn(courseId, student);
  const [open, done] = [await anAssessment(teacher, { courseKey }), await anAssessment(teacher, { courseKey })];
  await anAssessment(teacher, { courseKey, title: 'Startable' });
  await anAssessment(teacher, { courseKey, title: 'Upcoming', opensAt: '2099-01-01T00:00:00Z' });
  await start(student, open.id);
  const { attempt } = await start(student, done.id);
  await student.ask('POST', `/attempts/${attempt.id}/submit`, { epoch: 1 });
  const browser = await aBrowser(student);
  const { text, d1 } = await browser.open('/');
  expect(d1).toBe(2);
  const here =
    /Continue: A paper MSCE Mathematics · Exam\. .* Startable MSCE Mathematics · Exam\. .*Upcoming MSCE Mathematics · Exam\. .* See the result: A paper .* MSCE Mathematics · Exam\. Finished/;
  expect(said(text)).toMatch(here);
  const page = await browser.open(`/courses/${encodeURIComponent(courseKey)}/assessments`);
  expect(said(page.text)).toContain('Startable Exam.');
});

describe('the papers of a course', () => {
  it('are found from its page, those of other courses are not among them, in two round trips', async () => {
    const [teacher, student] = [await aUser('instructor'), await aUser()];
    const [here, there] = [await makeCourse(teacher.call()), await makeCourse(teacher.call())];
    for (const { courseId } of [here, there]) await enrolIn(courseId, student);
    const open = await anAssessment(teacher, { title: 'Algebra paper', courseKey: here.courseKey });
    await anAssessment(teacher, { title: 'Geometry paper', courseKey: here.courseKey });
    const other = await anAssessment(teacher, { title: 'Elsewhere', courseKey: there.courseKey });
    await anAssessment(teacher, { title: 'For everybody' });
    for (const { id } of [open, other]) await start(student, id);

    const browser = await aBrowser(student);
    const page = `/courses/${encodeURIComponent(here.courseKey)}`;
    expect((await browser.open(page)).text).toContain(`href="${page}/assessments"`);
    const { text, d1 } = await browser.open(`${page}/assessments`);
    expect(d1).toBe(2);
    expect(said(text)).toMatch(
      /MSCE Mathematics Papers of this course You are writing Continue: Algebra paper .* You can start Geometry paper/,
    );
    expect(text).not.toMatch(/Elsewhere|For everybody/);
  });

  it('are none where there is none, and nobody’s where the course is not for them', async () => {
    const student = await aUser();
    const [mine, notMine] = [await makeCourse(), await makeCourse()];
    await enrolIn(mine.courseId, student);
    const browser = await aBrowser(student);
    const pageOf = ({ courseKey }: { courseKey: string }) => `/courses/${encodeURIComponent(courseKey)}/assessments`;
    expect(said((await browser.open(pageOf(mine))).text)).toContain('There is no paper for you yet.');
    expect(await browser.open(pageOf(notMine))).toMatchObject({ status: 404 });
    const staff = await aBrowser(await aUser('instructor'));
    expect(await staff.open(pageOf(mine))).toMatchObject({ status: 303, to: '/staff/assessments' });
  });
});
