import { Hono } from 'hono';
import { academicClasses, examinationLevels, readOutline } from '../courses/index.ts';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { doOnce, newOnce, pageCall, readForm } from '../identity/index.ts';
import { type Call, isAdmin } from '../lib/call.ts';
import { DomainError, type FieldError } from '../lib/errors.ts';
import { PageQuery, pageAnswer } from '../lib/paging.ts';
import { type Fields, fieldsOf, frameOf, numberOf, type Problems, page, tryForm, type Words } from '../ui/index.ts';
import { AddCoursePage } from './add-course-page.tsx';
import { listConnections } from './connections.ts';
import { CourseListPage, CoursePage } from './course-pages.tsx';
import { enqueueSync } from './enqueue-sync.ts';
import { addCourse } from './follow-course.ts';
import { AddCourseInput } from './input.ts';
import { listFollowed, requireCourseState } from './list-followed.ts';
import { coursePath, runPath } from './paths.ts';
import { requestSync } from './request-sync.ts';

/** `/staff/courses`: the courses somebody teaches, and how each stands with its platform. */
export const coursePages = new Hono<AppEnv>({ strict: false });

const PAGE_SIZE = 50;
/** More connections than any house has; a longer select would help nobody. */
const CHOICES = { page: 1, pageSize: 100 };

coursePages.get('/staff/courses', async (c) => {
  const { words, viewer } = frameOf(c);
  const query = validate(PageQuery, { page: c.req.query('page') ?? '1', pageSize: PAGE_SIZE }, '/query');
  const { courses, unknown } = await listFollowed(pageCall(c), query);
  return page(
    c,
    { title: words('syncCourses'), viewer },
    <CourseListPage words={words} courses={pageAnswer(new URL(c.req.url), query, courses)} unknown={unknown} />,
  );
});

const connectionChoices = async (call: Call) =>
  isAdmin(call.actor) ? (await listConnections(call, CHOICES)).results.map(({ id, name }) => [id, name] as const) : [];

const themselves = (values: readonly string[]) => values.map((value) => [value, value] as const);

async function showAdd(c: AppContext, fields: Fields, problems: Problems = {}, status: 200 | 400 | 409 = 200) {
  const { words, viewer, csrf } = frameOf(c);
  return page(
    c,
    { title: words('syncAdd'), viewer, status },
    <AddCoursePage
      words={words}
      csrf={csrf}
      once={newOnce()}
      levels={themselves(examinationLevels)}
      classes={themselves(academicClasses)}
      connections={await connectionChoices(pageCall(c))}
      fields={fields}
      problems={problems}
    />,
  );
}

coursePages.get('/staff/courses/new', (c) => {
  const { courseKey = '', connectionId = '' } = c.req.query();
  return showAdd(c, { courseKey, connectionId });
});

const fieldWords = {
  courseKey: 'syncKeyBad',
  title: 'syncTitleBad',
  examinationLevel: 'syncLevelBad',
  academicClass: 'syncClassBad',
  connectionId: 'syncConnectionBad',
  visibility: 'crsVisibilityBad',
  seatLimit: 'crsSeatLimitBad',
} as const satisfies Partial<Record<keyof AddCourseInput, string>>;
const isField = (name: unknown): name is keyof typeof fieldWords =>
  typeof name === 'string' && Object.hasOwn(fieldWords, name);

/** What is wrong with a field, in the words of the form. A key the schema took is refused by the verb for what it follows. */
function problemsOf(words: Words, refused: DomainError, isReadable: boolean): Problems {
  const errors = (refused.more.errors ?? []) as FieldError[];
  return Object.fromEntries(
    errors.flatMap(({ pointer }) => {
      const name = pointer.split('/')[1];
      if (!isField(name)) return [];
      return [[name, words(isReadable && name === 'courseKey' ? 'syncKeyNotTheirs' : fieldWords[name])]];
    }),
  );
}

coursePages.post('/staff/courses/new', async (c) => {
  const { words } = frameOf(c);
  const fields = fieldsOf(await readForm(c));
  const { courseKey = '', title, examinationLevel, academicClass, connectionId, visibility } = fields;
  const seatLimit = numberOf(fields.seatLimit);
  const given = {
    ...{ courseKey: courseKey.trim(), title, examinationLevel, academicClass },
    ...(connectionId && { connectionId }),
    ...(visibility && { visibility }),
    ...(seatLimit !== undefined && { seatLimit }),
  };
  const call = pageCall(c);
  const input = await tryForm(['invalid'], async () => validate(AddCourseInput, given));
  if (input instanceof DomainError) return await showAdd(c, fields, problemsOf(words, input, false), 400);
  const added = await tryForm(['invalid', 'conflict'], () =>
    doOnce(c, fields, {
      meanwhile: '/staff/courses',
      async run() {
        const { runId } = await addCourse(call, input);
        if (runId === null) return coursePath(input.courseKey);
        await enqueueSync(c.env.SYNCS, runId, call.now, call.now);
        return runPath(runId);
      },
    }),
  );
  if (added instanceof DomainError)
    return added.code === 'conflict'
      ? await showAdd(c, fields, { courseKey: words('syncKeyTaken') }, 409)
      : await showAdd(c, fields, problemsOf(words, added, true), 400);
  return c.redirect(added, 303);
});

coursePages.get('/staff/courses/:courseKey', async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const courseKey = c.req.param('courseKey');
  const [state, { topics }] = await Promise.all([requireCourseState(call, courseKey), readOutline(call, courseKey)]);
  return page(
    c,
    { title: state.course.title, viewer },
    <CoursePage words={words} csrf={csrf} state={state} isAdmin={isAdmin(call.actor)} topics={topics} />,
  );
});

/** Where a refusal is looked at again. */
coursePages.get('/staff/courses/:courseKey/sync', (c) => c.redirect(coursePath(c.req.param('courseKey')), 303));

coursePages.post('/staff/courses/:courseKey/sync', async (c) => {
  await readForm(c);
  const call = pageCall(c);
  const { runId } = await requestSync(call, c.req.param('courseKey'));
  await enqueueSync(c.env.SYNCS, runId, call.now, call.now);
  return c.redirect(runPath(runId), 303);
});
