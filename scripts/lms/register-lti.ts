import type { Lti } from './lti/lti-handle.ts';
import { modes } from './lti/modes.ts';
import { type Admin, apiAs, NotRegistered, refused } from './register.ts';

type Known = { id: string; issuer: string; clientId: string };
type Listed = { id: string; title: string; behaviour: string; published: boolean; attemptsAllowed: number };

const LINK = 1;

/** Makes the stand-in known to the vault as three platforms, one for each mode; says what became of it in a sentence. */
async function registerModes(api: Awaited<ReturnType<typeof apiAs>>, lti: Lti): Promise<string | undefined> {
  const listed = await api('GET', '/lti/registrations?pageSize=100');
  if (listed.status === 404) return 'The vault knows no LTI registrations yet (404); everything else works.';
  if (listed.status !== 200) throw refused('list its LTI registrations', listed);
  const known = listed.json.results as Known[];
  for (const mode of modes) {
    const body = lti.registration(mode);
    const same = known.find(({ issuer, clientId }) => issuer === body.issuer && clientId === body.clientId);
    const { issuer: _, clientId: __, ...changeable } = body;
    const answer = same
      ? await api('PATCH', `/lti/registrations/${same.id}`, changeable)
      : await api('POST', '/lti/registrations', body);
    if (answer.status !== (same ? 200 : 201))
      throw refused(`take the LTI registration of ${mode} (was it started with VE_ALLOW_PRIVATE_HOSTS=1?)`, answer);
  }
  return undefined;
}

/** Gives the first link an examination of the vault, so that a launch leads to a paper. */
async function bringExam(api: Awaited<ReturnType<typeof apiAs>>, lti: Lti): Promise<string> {
  const listed = await api('GET', '/assessments?pageSize=100');
  if (listed.status !== 200) throw refused('list its assessments', listed);
  const published = (listed.json.results as Listed[]).filter((one) => one.published);
  const exams = published.filter(({ behaviour }) => behaviour === 'exam');
  // One that can be sat again and again is best to try things with.
  const exam = exams.find(({ attemptsAllowed }) => attemptsAllowed === 0) ?? exams[0] ?? published[0];
  const link = lti.links.find(({ number }) => number === LINK);
  if (!exam || !link) return 'The vault has no published assessment: the teacher chooses one at the first launch.';
  link.custom = { ...link.custom, assessment_id: exam.id };
  link.title = exam.title;
  const item = lti.lineItems.find((one) => one.link === link.number);
  if (item) item.label = exam.title;
  return `"${exam.title}" stands on the course page.`;
}

/** Registers for launches, and puts an examination on the course page. */
async function register(admin: Admin, lti: Lti): Promise<string> {
  const api = await apiAs(admin);
  return (await registerModes(api, lti)) ?? (await bringExam(api, lti));
}

/** Registers for launches and says how it went, also when it did not work: the rest does not wait for launches. */
export async function registerLti(admin: Admin, lti: Lti): Promise<string> {
  try {
    return await register(admin, lti);
  } catch (error) {
    if (error instanceof NotRegistered) return error.message;
    throw error;
  }
}
