import { describe, expect, it } from 'vitest';
import { aBrowser, said } from '../assessments/a-browser.ts';
import { anAssessment, aUser, start } from '../factories.ts';

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
    const later = '2999-01-01T00:00:00Z';
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
      /You are writing Continue: Open Exam\. Time left: (2 h|1 h 59 min)\. .* You can start Startable Exam\. Closes on Tuesday 1 January 2999, 02:00\. Not open yet Upcoming Exam\. Opens on .* Finished /,
    );
    expect(said(text)).toContain('See the result: Hidden The score is not shown yet.');
    expect(said(text)).toMatch(/See the result: Done 0 of 3 marks \(0 %\) ✗ Not passed Finished on/);
    expect(text).toContain(`href="/attempts/${attempt.id}"`);
    expect(text).not.toMatch(/Draft|Closed/);
  });
});
