import { expect, it } from 'vitest';
import { newId } from '../../src/lib/ids.ts';
import { aBrowser, said } from '../assessments/a-browser.ts';
import { anAssessment, aSittingStudent, aUser } from '../factories.ts';

const aSharedPaper = async () => {
  const [owner, colleague] = [await aUser('instructor'), await aUser('instructor')];
  const { student, assessment, path } = await aSittingStudent(owner);
  const shares = [`/banks/${assessment.bank.id}/shares`, `/assessments/${assessment.id}/shares`];
  for (const one of shares) expect((await owner.ask('PUT', `${one}/${colleague.id}`)).status).toBe(204);
  return { owner, colleague, student, assessment, attempt: path, shares };
};

it('lets a colleague read and change what is shared with them, and no more once it is taken back', async () => {
  const { owner, colleague, assessment, shares } = await aSharedPaper();
  const paths = [`/banks/${assessment.bank.id}`, `/assessments/${assessment.id}`];
  for (const path of paths) {
    expect((await colleague.ask('GET', path)).status).toBe(200);
    expect((await colleague.ask('PATCH', path, { title: 'Mended' })).status).toBe(200);
  }
  expect((await colleague.ask('GET', '/banks')).json.results.map(({ id }) => id)).toEqual([assessment.bank.id]);
  for (const one of shares) {
    expect((await owner.ask('GET', one)).json.results).toEqual([{ userId: colleague.id, name: 'A instructor' }]);
    expect((await owner.ask('DELETE', `${one}/${colleague.id}`)).status).toBe(204);
    expect((await owner.ask('DELETE', `${one}/${colleague.id}`)).status).toBe(404);
  }
  for (const path of paths) expect((await colleague.ask('GET', path)).status).toBe(404);
});

it('does not let them share it on, delete it, or see who sat the paper', async () => {
  const { colleague, assessment, attempt, shares } = await aSharedPaper();
  const third = await aUser('instructor');
  for (const one of shares) {
    expect((await colleague.ask('PUT', `${one}/${third.id}`)).status).toBe(404);
    expect((await colleague.ask('GET', one)).status).toBe(404);
    expect((await colleague.ask('DELETE', `${one}/${colleague.id}`)).status).toBe(404);
  }
  expect((await colleague.ask('DELETE', `/banks/${assessment.bank.id}`)).status).toBe(404);
  expect((await colleague.ask('GET', `/assessments/${assessment.id}/attempts`)).status).toBe(404);
  expect((await colleague.ask('GET', `${attempt}/ops`)).status).toBe(404);
  expect((await colleague.ask('POST', `/assessments/${assessment.id}/extra-time`, { extraSeconds: 60 })).status).toBe(
    404,
  );
});

it('is shared with staff only: a student, a blocked instructor and nobody are refused alike', async () => {
  const owner = await aUser('instructor');
  const { id, bank } = await anAssessment(owner);
  const [student, blocked] = [await aUser(), await aUser('instructor', { blockedAt: Date.now() })];
  for (const who of [student.id, blocked.id, 'usr_none']) {
    expect((await owner.ask('PUT', `/banks/${bank.id}/shares/${who}`)).status).toBe(404);
    expect((await owner.ask('PUT', `/assessments/${id}/shares/${who}`)).status).toBe(404);
  }
  expect((await owner.ask('GET', `/banks/${bank.id}/shares`)).json.results).toEqual([]);
});

it('is shared and taken back on its page, by address or user name', async () => {
  const email = `${newId('user')}@school.mw`;
  const [owner, colleague] = [await aUser('instructor'), await aUser('instructor', { email, name: 'Ruth Banda' })];
  const { id, bank } = await anAssessment(owner);
  const browser = await aBrowser(owner);
  for (const path of [`/staff/banks/${bank.id}/shares`, `/staff/assessments/${id}/shares`]) {
    expect(said((await browser.open(path)).text)).toContain('With nobody yet.');
    const unknown = await browser.post(path, { who: 'nobody@school.mw' });
    expect(unknown.status).toBe(400);
    expect(said(unknown.text)).toContain('Nobody of the staff has this address or user name.');
    expect(unknown.text).toContain('value="nobody@school.mw"');
    expect((await browser.post(path, { who: ` ${email.toUpperCase()} ` })).to).toBe(path);
    expect(said((await browser.open(path)).text)).toContain('Ruth Banda');
    expect((await browser.post(`${path}/${colleague.id}/remove`)).to).toBe(path);
    expect(said((await browser.open(path)).text)).toContain('With nobody yet.');
  }
});
