import { expect, it } from 'vitest';
import { newId } from '../../src/lib/ids.ts';
import { aBrowser, said } from '../assessments/a-browser.ts';
import { anAssessment, aSittingStudent, aUser, enrolIn, start } from '../factories.ts';
import { makeCourse } from './make.ts';

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

it('shows nothing that is written into a bank once it is taken back, by a paper that draws from it', async () => {
  const { owner, colleague, assessment, shares } = await aSharedPaper();
  const [shared = ''] = shares;
  const sections = [{ bankId: assessment.bank.id, select: 1 }];
  const own = await colleague.ask('POST', '/assessments', { title: 'Theirs', behaviour: 'exam', sections });
  const paper = `/assessments/${own.json.id}`;
  expect((await colleague.ask('GET', `${paper}/preview`)).status).toBe(200);
  expect((await owner.ask('DELETE', `${shared}/${colleague.id}`)).status).toBe(204);
  for (const [method, way] of [['GET', 'preview'] as const, ['POST', 'publish'] as const])
    expect(await colleague.ask(method, `${paper}/${way}`)).toMatchObject({
      status: 409,
      json: { code: 'cannot_fill', errors: [{ pointer: '/sections/0/bankId' }] },
    });
  // What its owner chose for a paper they share is theirs to show.
  expect((await colleague.ask('GET', `/assessments/${assessment.id}/preview`)).status).toBe(200);
  const admin = await aUser('admin');
  expect((await admin.ask('GET', `${paper}/preview`)).status).toBe(200);
});

it('is for who teaches the course now, whoever wrote the paper; with the course gone it is the owner’s', async () => {
  const [owner, student, admin] = [await aUser('instructor'), await aUser(), await aUser('admin')];
  const { courseId, courseKey } = await makeCourse(owner.call());
  await enrolIn(courseId, student);
  const { id } = await anAssessment(owner, { courseKey });
  const { attempt } = await start(student, id);
  const course = `/courses/${encodeURIComponent(courseKey)}`;
  const asks = () =>
    Promise.all([
      owner.ask('GET', `/assessments/${id}`),
      owner.ask('GET', `/assessments/${id}/attempts`),
      owner.ask('GET', `/attempts/${attempt.id}/ops`),
      owner.ask('PATCH', `/assessments/${id}`, { title: 'Still mine' }),
      owner.ask('POST', `/assessments/${id}/extra-time`, { extraSeconds: 60 }),
    ]);
  const statuses = async () => [...new Set((await asks()).map(({ status }) => status))];
  expect(await statuses()).toEqual([200]);
  expect((await admin.ask('DELETE', `${course}/staff/${owner.id}`)).status).toBe(204);
  expect(await statuses()).toEqual([404]);
  expect((await admin.ask('DELETE', course)).status).toBe(204);
  expect(await statuses()).toEqual([200]);
  // The key may be another course's by now.
  for (const path of [`/assessments/${id}`, '/assessments'])
    expect((await owner.ask('GET', path)).text).not.toContain(courseKey);
  expect((await owner.ask('GET', '/users/me/export')).text).not.toContain(courseId);
  expect((await student.ask('GET', '/users/me/export')).text).toContain(`"${courseKey}"`);
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

it('shows a colleague no link that is not there for them', async () => {
  const { owner, colleague, assessment } = await aSharedPaper();
  const pages = [
    '/staff',
    '/staff/assessments',
    `/staff/assessments/${assessment.id}`,
    `/staff/banks/${assessment.bank.id}`,
  ];
  const linksOf = async (browser: Awaited<ReturnType<typeof aBrowser>>) => {
    const texts = await Promise.all(pages.map(async (path) => (await browser.open(path)).text));
    const links = texts.flatMap((text) => [...text.matchAll(/href="(\/staff\/(?:assessments|banks)[^"]*)"/g)]);
    return [...new Set(links.map(([, link = '']) => link))];
  };
  const [mine, theirs] = [await aBrowser(owner), await aBrowser(colleague)];
  const hidden = (await linksOf(mine)).filter((link) => /(attempts|students|shares|delete)$/.test(link));
  expect(hidden).toHaveLength(5);
  const shown = await linksOf(theirs);
  expect(shown).toContain(`/staff/assessments/${assessment.id}/preview`);
  for (const link of shown) expect([200, 303], link).toContain((await theirs.open(link)).status);
  expect(shown.filter((link) => hidden.includes(link))).toEqual([]);
  expect(said((await theirs.open('/staff')).text)).toContain('– – shared with you');
  expect(said((await mine.open('/staff')).text)).toMatch(/1 0 Attempts/);
});

it('says what others may do with it, and is not shared with oneself', async () => {
  const email = `${newId('user')}@school.mw`;
  const owner = await aUser('instructor', { email });
  const { id, bank } = await anAssessment(owner);
  const browser = await aBrowser(owner);
  const [ofBank, ofPaper] = [`/staff/banks/${bank.id}/shares`, `/staff/assessments/${id}/shares`];
  expect(said((await browser.open(ofBank)).text)).toContain('may share or delete it.');
  expect(said((await browser.open(ofPaper)).text)).toContain('may share it, and see attempts and students.');
  for (const path of [ofBank, ofPaper]) {
    const refused = await browser.post(path, { who: email });
    expect(refused.status).toBe(400);
    expect(said(refused.text)).toContain('This is you.');
    expect(refused.text).toContain(`value="${email}"`);
    expect(said((await browser.open(path)).text)).toContain('With nobody yet.');
  }
});
