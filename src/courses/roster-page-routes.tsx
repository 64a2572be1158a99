import { Hono } from 'hono';
import { type AppContext, type AppEnv, csvHeaders, validate } from '../http/index.ts';
import { pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import { type Fields, fieldsOf, frameOf, type Problems, page, tryForm } from '../ui/index.ts';
import { endEnrolment } from './end-enrolment.ts';
import { enrolAgain } from './enrol-again.ts';
import { enrolByName, enrolmentUploads, importEnrolments } from './import-enrolments.ts';
import { ListCoursesInput } from './input.ts';
import { LearnerPage } from './learner-page.tsx';
import { readProgress } from './lessons/progress.ts';
import { staffCoursePath } from './paths.ts';
import { pokeAll } from './poke-all.ts';
import { readLearner, readRoster, rosterCsv } from './roster.ts';
import { EnrolledPage, RosterPage, refusalWords } from './roster-page.tsx';

/** Who learns in a course. */
export const rosterPages = new Hono<AppEnv>({ strict: false });

const PAGE_SIZE = 50;
/** Beside the file a form holds only its token and its own dividing lines. */
const MAX_FORM_BYTES = enrolmentUploads.limit + 64 * 1024;

const rosterPath = (courseKey: string) => `${staffCoursePath(courseKey)}/roster`;
const pokeOf = (c: AppContext) => (eventIds: string[]) => c.executionCtx.waitUntil(pokeAll(c.env.JOBS, eventIds));

type Said = { fields?: Fields; problems?: Problems };

async function showRoster(c: AppContext, courseKey: string, { fields = {}, problems = {} }: Said = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const { page: number = '1', search = '', enrolled } = c.req.query();
  const query = validate(ListCoursesInput, { page: number, pageSize: PAGE_SIZE, search }, '/query');
  const roster = await readRoster(pageCall(c), courseKey, query);
  const { previous, next } = pageAnswer(new URL(c.req.url), query, roster);
  const status = Object.keys(problems).length === 0 ? 200 : 400;
  return page(
    c,
    { title: words('crsRoster'), viewer, status },
    <RosterPage
      words={words}
      csrf={csrf}
      roster={roster}
      search={search}
      said={enrolled === undefined ? undefined : words('crsIsEnrolled')}
      previous={previous}
      next={next}
      fields={fields}
      problems={problems}
    />,
  );
}

rosterPages.get('/staff/courses/:courseKey/roster', pageGuard, staffOnly, (c) =>
  showRoster(c, c.req.param('courseKey')),
);

rosterPages.post('/staff/courses/:courseKey/roster', pageGuard, staffOnly, async (c) => {
  const { words } = frameOf(c);
  const { name = '' } = fieldsOf(await readForm(c));
  const courseKey = c.req.param('courseKey');
  const { status, reason } = await enrolByName(pageCall(c), { courseKey, name }, pokeOf(c));
  if (status === 'enrolled') return c.redirect(`${rosterPath(courseKey)}?enrolled`, 303);
  const problems = { name: words(reason ? refusalWords[reason] : 'crsAlready') };
  return await showRoster(c, courseKey, { fields: { name }, problems });
});

rosterPages.get('/staff/courses/:courseKey/students/:userId', pageGuard, staffOnly, async (c) => {
  const { words, viewer } = frameOf(c);
  const call = pageCall(c);
  const whose = c.req.param();
  const [learner, progress] = await Promise.all([readLearner(call, whose), readProgress(call, whose)]);
  return page(
    c,
    { title: learner.name, viewer },
    <LearnerPage words={words} courseKey={whose.courseKey} learner={learner} progress={progress} />,
  );
});

/** Where a refusal is looked at again. */
for (const part of ['import', ':id/end', ':id/again'])
  rosterPages.get(`/staff/courses/:courseKey/roster/${part}`, pageGuard, staffOnly, (c) =>
    c.redirect(rosterPath(c.req.param('courseKey') ?? ''), 303),
  );

rosterPages.post('/staff/courses/:courseKey/roster/import', pageGuard, staffOnly, async (c) => {
  const { words, viewer } = frameOf(c);
  const form = await readForm(c, MAX_FORM_BYTES);
  const courseKey = c.req.param('courseKey');
  const file: unknown = form.get('file');
  const refuse = (message: string) => showRoster(c, courseKey, { problems: { file: message } });
  if (!(file instanceof File) || file.size === 0) return await refuse(words('crsNoFile'));
  const bytes = new Uint8Array(await file.arrayBuffer());
  const done = await tryForm(['invalid', 'malformed'], () =>
    importEnrolments(pageCall(c), { courseKey, bytes }, pokeOf(c)),
  );
  if (done instanceof DomainError)
    return await refuse(words('crsFileBad', { reason: done.message.replace(/^\/: /, '') }));
  return page(
    c,
    { title: words('crsEnrolMany'), viewer },
    <EnrolledPage words={words} courseKey={courseKey} done={done} />,
  );
});

rosterPages.post('/staff/courses/:courseKey/roster/:id/end', pageGuard, staffOnly, async (c) => {
  await readForm(c);
  const { courseKey, id } = c.req.param();
  await endEnrolment(pageCall(c), id, courseKey);
  return c.redirect(rosterPath(courseKey), 303);
});

rosterPages.post('/staff/courses/:courseKey/roster/:id/again', pageGuard, staffOnly, async (c) => {
  const { words } = frameOf(c);
  await readForm(c);
  const { courseKey, id } = c.req.param();
  const done = await tryForm(['already_enrolled', 'course_full', 'invalid'], () =>
    enrolAgain(pageCall(c), { courseKey, id }, (eventId) => pokeOf(c)([eventId])),
  );
  if (done instanceof DomainError && done.code !== 'already_enrolled') {
    const problem = words(done.code === 'course_full' ? 'crsFullNow' : 'crsUnknown');
    return await showRoster(c, courseKey, { problems: { name: problem } });
  }
  return c.redirect(rosterPath(courseKey), 303);
});

rosterPages.get('/staff/courses/:courseKey/roster.csv', pageGuard, staffOnly, async (c) => {
  const text = await rosterCsv(pageCall(c), c.req.param('courseKey'));
  return c.body(text, 200, { ...csvHeaders('roster.csv'), 'cache-control': 'private, no-store' });
});
