import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { MATHEMATICS } from '../../scripts/lms/seed.ts';
import { newCourse } from '../../src/courses/index.ts';
import { courseStaff, enrolment } from '../../src/courses/schema.ts';
import { audit } from '../../src/identity/schema.ts';
import { context } from '../../src/lti/schema.ts';
import { anAssessment, aUser, db } from '../factories.ts';
import { makeCourse } from '../items/make.ts';
import { ANOTHER, aPlatform, STUDENT, TEACHER } from './a-launching-platform.ts';

/* Which course here a course of a platform is. A launch never says so by itself; an admin may. */

async function aTaughtCourse() {
  const teacher = await aUser('instructor');
  const { courseId, courseKey } = await makeCourse(teacher.call());
  const paper = await anAssessment(teacher, { courseKey });
  return { teacher, courseId, courseKey, paper };
}

async function launched(mode: 'openedx' | 'moodle' = 'moodle') {
  const platform = await aPlatform(mode);
  const link = platform.lti.addLink({ title: 'A place' });
  const teacher = await platform.launch(TEACHER, link);
  const student = await platform.launch(STUDENT, link);
  const [its] = await db.select().from(context).where(eq(context.registrationId, platform.registrationId));
  if (!its) throw new Error('no context');
  return { ...platform, link, teacher, student, its };
}

const staffOf = async (courseId: string) =>
  await db.select().from(courseStaff).where(eq(courseStaff.courseId, courseId));

describe('a course of a platform', () => {
  it('is a course of its own, also where the platform calls it by the key of one that was made here', async () => {
    const teacher = await aUser('instructor');
    const { courseId, statements } = newCourse(teacher.call(), {
      ...{ courseKey: MATHEMATICS, title: 'Ours', examinationLevel: null, academicClass: null },
    });
    await db.batch([...statements, db.insert(courseStaff).values({ courseId, userId: teacher.id })]);
    const there = await launched('openedx');
    expect(there.its.contextId).toBe(MATHEMATICS);
    expect(there.its.courseId).not.toBe(courseId);
    expect(await staffOf(courseId)).toEqual([{ courseId, userId: teacher.id }]);
    expect(await db.select().from(enrolment).where(eq(enrolment.courseId, courseId))).toEqual([]);
  });

  it('is what an admin says it is: those who launched already teach and learn there, and so do those who come', async () => {
    const { courseId, courseKey, paper, teacher } = await aTaughtCourse();
    const there = await launched();
    const admin = await aUser('admin');
    const listed = await admin.ask('GET', `/lti/contexts?registrationId=${there.registrationId}`);
    expect(listed.json).toMatchObject({ count: 1, results: [{ id: there.its.id, contextId: there.its.contextId }] });
    const joined = await admin.ask('PATCH', `/lti/contexts/${there.its.id}`, { courseKey });
    expect(joined).toMatchObject({ status: 200, json: { id: there.its.id, courseKey } });

    expect((await staffOf(courseId)).map(({ userId }) => userId)).toHaveLength(2);
    expect((await there.student.browser.send('GET', `/assessments/${paper.id}`)).status).toBe(200);
    const later = await there.launch(ANOTHER, there.link);
    expect((await later.browser.send('GET', `/assessments/${paper.id}`)).status).toBe(200);
    expect(
      await db
        .select()
        .from(enrolment)
        .where(and(eq(enrolment.courseId, courseId), eq(enrolment.isActive, true))),
    ).toHaveLength(2);
    expect(await staffOf(courseId)).toContainEqual({ courseId, userId: teacher.id });
    expect(await db.select().from(audit).where(eq(audit.subject, there.its.id))).toMatchObject([
      { action: 'lti.context.joined', detail: { courseKey } },
    ]);
  });

  it('is joined by admins only, to a course that is there', async () => {
    const { courseKey, teacher } = await aTaughtCourse();
    const { its } = await launched();
    const admin = await aUser('admin');
    expect((await teacher.ask('PATCH', `/lti/contexts/${its.id}`, { courseKey })).status).toBe(403);
    expect((await admin.ask('PATCH', `/lti/contexts/${its.id}`, { courseKey: 'nowhere' })).json.errors).toMatchObject([
      { pointer: '/courseKey' },
    ]);
    expect((await admin.ask('PATCH', '/lti/contexts/ctx_none', { courseKey })).status).toBe(404);
    expect((await db.select().from(context).where(eq(context.id, its.id)))[0]?.courseId).toBe(its.courseId);
  });
});
