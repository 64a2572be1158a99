import { Hono } from 'hono';
import { listTaughtCourses } from '../courses/index.ts';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { doOnce, newOnce, pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import { listBanks, sharePages } from '../items/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import { type Fields, fieldsOf, frameOf, type Problems, page, tryForm, withUntouched } from '../ui/index.ts';
import {
  assessmentProblems,
  changedSettings,
  fillAssessmentForm,
  freshSettings,
  readAssessmentForm,
} from './assessment-form.ts';
import { requireAssessment } from './assessments.ts';
import { createAssessment } from './create-assessment.ts';
import { AssessmentsQuery, CreateAssessmentInput, PreviewQuery, UpdateAssessmentInput } from './input.ts';
import { listForStaff } from './list-for-staff.ts';
import { PreviewFrame, PreviewPage } from './preview-page.tsx';
import { drawForStaff, publishAssessment } from './publish-assessment.ts';
import { sessionsOf } from './sessions.ts';
import { assessmentSharing } from './share-assessment.ts';
import { staffAttemptPages } from './staff-attempt-routes.tsx';
import { AssessmentListPage, AssessmentPage, NewAssessmentPage } from './staff-pages.tsx';
import { studentTermsPages } from './student-routes.tsx';
import { updateAssessment } from './update-assessment.ts';

/** Staff pages of assessments: define, publish, preview; with those of attempts and students. */
export const assessmentsStaffPages = new Hono<AppEnv>({ strict: false });

assessmentsStaffPages.use('/staff/assessments/*', pageGuard, staffOnly);
assessmentsStaffPages.use('/staff/attempts/*', pageGuard, staffOnly);
assessmentsStaffPages.route('/', staffAttemptPages);
assessmentsStaffPages.route('/', studentTermsPages);
assessmentsStaffPages.route(
  '/',
  sharePages(
    {
      at: '/staff/assessments',
      titleOf: async ({ db, actor }, { id }) => (await requireAssessment(db, actor, id)).assessment.title,
    },
    assessmentSharing,
  ),
);

/** More than anybody has; a longer select would help nobody. */
const CHOICES = { page: 1, pageSize: 500 };

const bankChoices = async (call: Call) =>
  (await listBanks(call, CHOICES)).results.map(({ id, title, itemCount }) => [id, `${title} (${itemCount})`] as const);

assessmentsStaffPages.get('/staff/assessments', async (c) => {
  const { words, viewer } = frameOf(c);
  const url = new URL(c.req.url);
  const { page: number = '1', search = '' } = Object.fromEntries(url.searchParams);
  const query = validate(AssessmentsQuery, { page: number, search }, '/query');
  const listed = pageAnswer(url, query, await listForStaff(pageCall(c), query));
  return page(
    c,
    { title: words('asmList'), viewer },
    <AssessmentListPage words={words} listed={listed} search={search} />,
  );
});

async function showNew(c: AppContext, fields: Fields, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const [banks, courses] = await Promise.all([bankChoices(call), listTaughtCourses(call, CHOICES)]);
  return page(
    c,
    { title: words('asmNew'), viewer, status: Object.keys(problems).length > 0 ? 400 : 200 },
    <NewAssessmentPage
      words={words}
      csrf={csrf}
      once={fields.once ?? newOnce()}
      banks={banks}
      courses={courses.results.map(({ courseKey, title }) => [courseKey, title] as const)}
      fields={fields}
      problems={problems}
    />,
  );
}

assessmentsStaffPages.get('/staff/assessments/new', (c) => showNew(c, fillAssessmentForm(freshSettings)));

assessmentsStaffPages.post('/staff/assessments/new', async (c) => {
  const fields = fieldsOf(await readForm(c));
  const { behaviour, courseKey } = fields;
  const input = { ...readAssessmentForm(fields), behaviour, ...(courseKey && { courseKey }) };
  const made = await tryForm(['invalid'], () =>
    doOnce(c, fields, {
      meanwhile: '/staff/assessments',
      async run() {
        const { id } = await createAssessment(pageCall(c), validate(CreateAssessmentInput, input));
        return `/staff/assessments/${id}?saved`;
      },
    }),
  );
  if (made instanceof DomainError) return await showNew(c, fields, assessmentProblems(frameOf(c).words, fields, made));
  return c.redirect(made, 303);
});

/** Whether every section could be filled just now: banks change after publishing too. */
async function canBeFilled(call: Call, id: string, banks: KVNamespace): Promise<boolean> {
  const drawn = await tryForm(['cannot_fill'], () => drawForStaff(call, { id, seed: 'can it be filled?' }, banks));
  return !(drawn instanceof DomainError);
}

type Shown = { fields?: Fields; problems?: Problems; status?: 200 | 400 | 409 };

async function showOne(c: AppContext, id: string, { fields, problems = {}, status = 200 }: Shown = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const { assessment: kept, courseKey, isOwn } = await requireAssessment(call.db, call.actor, id);
  const [banks, isFillable] = await Promise.all([bankChoices(call), canBeFilled(call, id, c.env.BANKS)]);
  return page(
    c,
    { title: kept.title, viewer, status },
    <AssessmentPage
      words={words}
      csrf={csrf}
      kept={kept}
      courseKey={courseKey}
      isOwn={isOwn}
      banks={banks}
      canBeFilled={isFillable}
      notice={c.req.query('saved') === undefined ? undefined : words('saved')}
      fields={fields ?? fillAssessmentForm(kept)}
      problems={problems}
    />,
  );
}

assessmentsStaffPages.get('/staff/assessments/:id', (c) => showOne(c, c.req.param('id')));

assessmentsStaffPages.post('/staff/assessments/:id', async (c) => {
  const id = c.req.param('id');
  const call = pageCall(c);
  const posted = fieldsOf(await readForm(c));
  const { assessment: before } = await requireAssessment(call.db, call.actor, id);
  const fields = withUntouched(posted, fillAssessmentForm(before));
  const saved = await tryForm(['invalid'], async () => {
    const changes = changedSettings(before, validate(UpdateAssessmentInput, readAssessmentForm(fields)));
    return await updateAssessment(call, { ...changes, id }, sessionsOf(c.env.ATTEMPTS));
  });
  if (!(saved instanceof DomainError)) return c.redirect(`/staff/assessments/${id}?saved`, 303);
  return await showOne(c, id, { fields, problems: assessmentProblems(frameOf(c).words, fields, saved), status: 400 });
});

assessmentsStaffPages.post('/staff/assessments/:id/publish', async (c) => {
  const id = c.req.param('id');
  const call = pageCall(c);
  await readForm(c);
  const published = await tryForm(['cannot_fill'], () => publishAssessment(call, { id }, c.env.BANKS));
  if (!(published instanceof DomainError)) return c.redirect(`/staff/assessments/${id}?saved`, 303);
  const { assessment: kept } = await requireAssessment(call.db, call.actor, id);
  const fields = fillAssessmentForm(kept);
  return await showOne(c, id, {
    fields,
    problems: assessmentProblems(frameOf(c).words, fields, published),
    status: 409,
  });
});

assessmentsStaffPages.post('/staff/assessments/:id/unpublish', async (c) => {
  const id = c.req.param('id');
  await readForm(c);
  await updateAssessment(pageCall(c), { id, published: false }, sessionsOf(c.env.ATTEMPTS));
  return c.redirect(`/staff/assessments/${id}?saved`, 303);
});

assessmentsStaffPages.get('/staff/assessments/:id/preview', async (c) => {
  const { words, viewer } = frameOf(c);
  const call = pageCall(c);
  const id = c.req.param('id');
  const { seed } = validate(PreviewQuery, c.req.query(), '/query');
  // A paper with an address can be loaded again, and shown to a colleague.
  if (seed === undefined) return c.redirect(`/staff/assessments/${id}/preview?seed=${newOnce()}`, 303);
  const title = words('asmPreview');
  const drawn = await tryForm(['cannot_fill'], () => drawForStaff(call, { id, seed }, c.env.BANKS));
  if (!(drawn instanceof DomainError)) {
    const another = `/staff/assessments/${id}/preview?seed=${newOnce()}`;
    const { assessment: kept } = drawn.found;
    return page(c, { title, viewer }, <PreviewPage words={words} kept={kept} items={drawn.items} another={another} />);
  }
  const { assessment: kept } = await requireAssessment(call.db, call.actor, id);
  return page(
    c,
    { title, viewer, status: 409 },
    <PreviewFrame words={words} kept={kept}>
      <p role="alert" class="problem">
        {words('asmCannotFillNow')}
      </p>
    </PreviewFrame>,
  );
});
