import { Hono } from 'hono';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { pageCall, readForm } from '../identity/index.ts';
import { DomainError, type FieldError } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import { type Fields, fieldsOf, frameOf, numberOf, type Problems, page, tryForm } from '../ui/index.ts';
import { setAccommodation } from './give-time.ts';
import { AssessmentsQuery, SetAccommodationInput } from './input.ts';
import { secondsOf } from './minutes.ts';
import { sessionsOf } from './sessions.ts';
import { StudentListPage, StudentTermsPage } from './student-pages.tsx';
import { listStudents, requireStudent, type StudentTerms } from './students.ts';

/** Staff pages of students' own terms. Mounted behind the guard of `assessmentsStaffPages`. */
export const studentTermsPages = new Hono<AppEnv>({ strict: false });

const statusFor = (problems: Problems) => (Object.keys(problems).length > 0 ? 400 : 200);

/** What the controls hold for a student's own terms. */
export const termsFields = ({ extraTimeSeconds, timeMultiplier, extraAttempts }: StudentTerms): Fields => ({
  extraMinutes: String(Math.round((extraTimeSeconds / 60) * 10_000) / 10_000),
  timeMultiplier: String(timeMultiplier),
  extraAttempts: String(extraAttempts),
});

studentTermsPages.get('/staff/assessments/:id/students', async (c) => {
  const { words, viewer } = frameOf(c);
  const url = new URL(c.req.url);
  const { page: number = '1', search = '' } = Object.fromEntries(url.searchParams);
  const query = validate(AssessmentsQuery, { page: number, pageSize: 50, search }, '/query');
  const { assessment: kept, ...found } = await listStudents(pageCall(c), c.req.param('id'), query);
  return page(
    c,
    { title: words('asmStudents'), viewer },
    <StudentListPage words={words} kept={kept} listed={pageAnswer(url, query, found)} search={search} />,
  );
});

type Shown = { fields?: Fields; problems?: Problems };

async function showTerms(
  c: AppContext,
  place: { assessmentId: string; userId: string },
  { fields, problems = {} }: Shown = {},
) {
  const { words, viewer, csrf } = frameOf(c);
  const { assessment: kept, student } = await requireStudent(pageCall(c), place);
  return page(
    c,
    { title: words('termsOf', { student: student.name }), viewer, status: statusFor(problems) },
    <StudentTermsPage
      words={words}
      csrf={csrf}
      kept={kept}
      student={student}
      notice={c.req.query('saved') === undefined ? undefined : words('saved')}
      fields={fields ?? termsFields(student)}
      problems={problems}
    />,
  );
}

studentTermsPages.get('/staff/assessments/:id/students/:userId', (c) =>
  showTerms(c, { assessmentId: c.req.param('id'), userId: c.req.param('userId') }),
);

const termsWords = {
  '/extraTimeSeconds': ['extraMinutes', 'termsMinutesBad'],
  '/timeMultiplier': ['timeMultiplier', 'termsMultiplierBad'],
  '/extraAttempts': ['extraAttempts', 'termsAttemptsBad'],
} as const;

studentTermsPages.post('/staff/assessments/:id/students/:userId', async (c) => {
  const { words } = frameOf(c);
  const call = pageCall(c);
  const fields = fieldsOf(await readForm(c));
  const place = { assessmentId: c.req.param('id'), userId: c.req.param('userId') };
  await requireStudent(call, place);
  const terms = await tryForm(['invalid'], async () =>
    validate(SetAccommodationInput, {
      extraTimeSeconds: secondsOf(fields, 'extraMinutes'),
      timeMultiplier: numberOf(fields.timeMultiplier) ?? '',
      extraAttempts: numberOf(fields.extraAttempts) ?? '',
    }),
  );
  if (terms instanceof DomainError) {
    const problems: Problems = {};
    for (const { pointer } of (terms.more.errors ?? []) as FieldError[]) {
      const [name, word] = termsWords[pointer as keyof typeof termsWords] ?? termsWords['/extraTimeSeconds'];
      problems[name] = words(word);
    }
    return await showTerms(c, place, { fields, problems });
  }
  await setAccommodation(call, { ...terms, ...place }, sessionsOf(c.env.ATTEMPTS));
  const { attempt = '' } = fields;
  const from = /^att_[0-9a-z]{26}$/.test(attempt) ? `/staff/attempts/${attempt}` : c.req.path;
  return c.redirect(`${from}?saved`, 303);
});
