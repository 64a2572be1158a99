import { Hono } from 'hono';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { pageCall, pageGuard, readForm } from '../identity/index.ts';
import { isStaff } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import { ConfirmPage, frameOf, page, tryForm } from '../ui/index.ts';
import { type CourseView, readCatalogue, readCourseView } from './catalogue.ts';
import { CataloguePage } from './catalogue-page.tsx';
import { CoursePage } from './course-page.tsx';
import { endEnrolment } from './end-enrolment.ts';
import { enrolStudent } from './enrol-student.ts';
import { ListCoursesInput } from './input.ts';
import { keptOnPhone } from './lessons/kept-on-phone.ts';
import { noteVisit } from './note-visit.ts';
import { coursePath } from './paths.ts';
import { staffPages } from './staff-page-routes.ts';

/** The catalogue, and the page of a course: what it is made of, the way in and out. */
export const coursesPages = new Hono<AppEnv>({ strict: false });

coursesPages.route('/', staffPages);

const PAGE_SIZE = 20;

coursesPages.get('/courses', pageGuard, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const { page: number = '1', search = '' } = c.req.query();
  const query = validate(ListCoursesInput, { page: number, pageSize: PAGE_SIZE, search }, '/query');
  const found = await readCatalogue(call, query);
  return page(
    c,
    { title: words('crsCatalogue'), viewer },
    <CataloguePage
      words={words}
      csrf={csrf}
      search={search}
      canEnrol={!isStaff(call.actor)}
      courses={pageAnswer(new URL(c.req.url), query, found)}
    />,
  );
});

const cacheOf = (c: AppContext) => ({
  kv: c.env.BANKS,
  defer: (work: Promise<unknown>) => c.executionCtx.waitUntil(work),
});

async function showCourse(c: AppContext, view: CourseView, problem?: string) {
  const { words, viewer, csrf } = frameOf(c);
  const isStudent = !isStaff(pageCall(c).actor);
  return page(
    c,
    { title: view.course.title, viewer, status: problem === undefined ? 200 : 409, ...(await keptOnPhone(c)) },
    <CoursePage words={words} csrf={csrf} view={view} isStudent={isStudent} problem={problem} />,
  );
}

coursesPages.get('/courses/:courseKey', pageGuard, async (c) => {
  const call = pageCall(c);
  const cache = cacheOf(c);
  const view = await readCourseView(call, c.req.param('courseKey'), cache);
  if (view.mine) cache.defer(noteVisit(call, view.course.id));
  return await showCourse(c, view);
});

/** Where a refusal is looked at again. */
coursesPages.get('/courses/:courseKey/enrol', pageGuard, (c) => c.redirect(coursePath(c.req.param('courseKey')), 303));

coursesPages.post('/courses/:courseKey/enrol', pageGuard, async (c) => {
  await readForm(c);
  const call = pageCall(c);
  if (isStaff(call.actor)) throw new DomainError('forbidden');
  const courseKey = c.req.param('courseKey');
  const poke = (eventId: string) => c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId }));
  const done = await tryForm(['already_enrolled', 'course_full'], () => enrolStudent(call, { courseKey }, poke));
  if (!(done instanceof DomainError) || done.code === 'already_enrolled') return c.redirect(coursePath(courseKey), 303);
  const { words } = frameOf(c);
  return await showCourse(c, await readCourseView(call, courseKey, cacheOf(c)), words('crsFullNow'));
});

coursesPages.get('/courses/:courseKey/leave', pageGuard, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { course, mine } = await readCourseView(pageCall(c), c.req.param('courseKey'), cacheOf(c));
  if (!mine?.canEnd) return c.redirect(coursePath(course.courseKey), 303);
  return page(
    c,
    { title: words('crsLeave'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('crsLeaveAsk', { title: course.title })}
      yes={words('crsLeave')}
      no={words('crsStay')}
      back={coursePath(course.courseKey)}
    >
      <p>{words(course.visibility === 'open' ? 'crsLeaveNote' : 'crsLeaveInvitedNote')}</p>
    </ConfirmPage>,
  );
});

coursesPages.post('/courses/:courseKey/leave', pageGuard, async (c) => {
  await readForm(c);
  const call = pageCall(c);
  const { mine } = await readCourseView(call, c.req.param('courseKey'), cacheOf(c));
  if (mine) await endEnrolment(call, mine.id);
  return c.redirect('/courses', 303);
});
