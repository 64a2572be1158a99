import { type Context, Hono } from 'hono';
import { faulty } from './answers.ts';
import { answeredBlocks, type BlocksQuery } from './blocks-answer.ts';
import { type Course, publishedAt } from './course.ts';
import { blockOf, pathTo, type Tree } from './course-tree.ts';
import { strikes } from './faults.ts';
import { enrolmentKey, type Person } from './people.ts';
import { restTime } from './python.ts';
import { callerOf, hasCredentials, unauthorised } from './tokens.ts';
import { instant, type World } from './world.ts';

const COURSE_KEY = /^course-v1:[^/+\s]+\+[^/+\s]+\+[^/+\s]+$/;

export const isCourseStaff = (course: Course | undefined, person: Person) =>
  person.is_staff || course?.staff.has(person.username) === true;

/** The nearest start on the way up. */
export const effectiveStart = (tree: Tree, id: string) =>
  pathTo(tree, id).findLast(({ start }) => start !== undefined)?.start ?? null;

function outlineAnswer(world: World, course: Course, person: Person) {
  const { at, version, tree } = publishedAt(course, world.now() - world.faults.outlineLagMs);
  const root = blockOf(tree, course.root);
  const seesAll = isCourseStaff(course, person);
  const shown = (ids: readonly string[]) =>
    ids
      .map((id) => blockOf(tree, id))
      .filter((block) => seesAll || !(block.visible_to_staff_only || block.hide_from_toc));
  const chapters = shown(root.children);
  const sequentials = chapters.flatMap(({ children }) => shown(children));
  return {
    course_key: course.key,
    course_start: root.start ?? null,
    course_end: null,
    title: root.display_name,
    published_at: restTime({ ms: at, micro: 0 }),
    published_version: version,
    entrance_exam_id: null,
    days_early_for_beta: null,
    self_paced: true,
    username: person.username,
    user_id: person.id,
    at_time: restTime(instant(world)),
    outline: {
      sections: chapters.map(({ id, display_name, start, children }) => ({
        id,
        title: display_name,
        sequence_ids: shown(children).map((one) => one.id),
        start: start ?? null,
        effective_start: effectiveStart(tree, id),
      })),
      sequences: Object.fromEntries(
        sequentials.map(({ id, display_name, start, due }) => [
          id,
          {
            id,
            title: display_name,
            accessible: true,
            inaccessible_after_due: false,
            start: start ?? null,
            effective_start: effectiveStart(tree, id),
            due: due ?? null,
          },
        ]),
      ),
    },
  };
}

const list = (c: Context, name: string) =>
  (c.req.queries(name) ?? []).flatMap((one) => one.split(',')).filter((one) => one !== '');

const fieldError = (c: Context, field: string, message: string) =>
  c.json({ field_errors: { [field]: { developer_message: message } } }, 400);

const isTrue = (value: string | undefined) => value !== undefined && /^(true|1)$/i.test(value);

/** Which version Blocks shows: its own cache, which has nothing to do with that of learning_sequences. */
function blocksVersion(world: World, course: Course) {
  const shown = publishedAt(course, world.now() - world.faults.blocksLagMs);
  if (!strikes(world.faults, 'staleBlocks', world.random, 'blocks')) return shown;
  return course.history[course.history.indexOf(shown) - 1] ?? shown;
}

async function blocks(world: World, c: Context, courseKey: string, usage?: string): Promise<Response> {
  const { person, problem } = await callerOf(world, c);
  if (!person && hasCredentials(c)) return unauthorised(c, problem, 'developer_message');

  const depthText = c.req.query('depth') ?? '0';
  if (!/^(all|\d+)$/.test(depthText)) return fieldError(c, 'depth', `'${depthText}' is not a valid depth value.`);
  const returnType = c.req.query('return_type') || 'dict';
  if (returnType !== 'dict' && returnType !== 'list')
    return fieldError(c, 'return_type', `Select a valid choice. ${returnType} is not one of the available choices.`);
  const allBlocks = isTrue(c.req.query('all_blocks'));
  const username = c.req.query('username');
  if (!allBlocks && username === undefined)
    return fieldError(c, 'username', 'This field is required unless all_blocks is requested.');

  const course = world.courses.get(courseKey);
  const name = person ? `'${person.username}' does` : 'Anonymous users do';
  const deny = (what: string) =>
    c.json({ developer_message: `${name} not have permission to ${what} in '${courseKey}'.` }, 403);
  const isStaff = person !== undefined && isCourseStaff(course, person);
  if (strikes(world.faults, 'forbidden', world.random, 'blocks')) return deny('access all blocks');
  if (allBlocks && !isStaff) return deny('access all blocks');
  if (!allBlocks && !isStaff) {
    if (!person || username !== person.username) return deny(`view blocks for user '${username}'`);
    if (!world.enrolments.get(enrolmentKey(person.username, courseKey))?.is_active) return deny('view blocks');
  }
  if (!allBlocks && username && !world.people.has(username))
    return c.json({ developer_message: `Requested user '${username}' does not exist.` }, 404);
  const version = course && blocksVersion(world, course);
  const root = usage ?? course?.root ?? `${courseKey.replace('course-v1', 'block-v1')}+type@course+block@course`;
  if (!course || !version?.tree.has(root)) return c.json({ developer_message: `Block not found: ${root}` }, 404);

  const query: BlocksQuery = {
    root,
    depth: depthText === 'all' ? Number.POSITIVE_INFINITY : Number(depthText),
    requested: list(c, 'requested_fields'),
    counted: list(c, 'block_counts'),
    types: list(c, 'block_types_filter'),
    isLearnerView: !allBlocks || strikes(world.faults, 'learnerView', world.random, 'blocks'),
  };
  return c.json(answeredBlocks(world, courseKey, version.tree, query, returnType));
}

/** The outline as the LMS shows it: learning_sequences and Blocks. */
export function outlineRoutes(world: World): Hono {
  const app = new Hono();

  app.get('/api/learning_sequences/v1/course_outline/:key', faulty(world, 'outline'), async (c) => {
    const { person, problem } = await callerOf(world, c);
    if (!person) return unauthorised(c, problem, 'detail');
    const key = c.req.param('key');
    if (!COURSE_KEY.test(key)) return c.json(['Deprecated CourseKeys (Org/Course/Run) are not supported.'], 400);
    const course = world.courses.get(key);
    const isLearner = world.enrolments.get(enrolmentKey(person.username, key))?.is_active === true;
    if (!course || !(isCourseStaff(course, person) || isLearner)) return c.json({ detail: 'Not found.' }, 404);
    return c.json(outlineAnswer(world, course, person));
  });
  app.get('/api/learning_sequences/v1/course_outline/:org/:course/:run', (c) =>
    c.json(['Deprecated CourseKeys (Org/Course/Run) are not supported.'], 400),
  );

  for (const version of ['v1', 'v2']) {
    app.get(`/api/courses/${version}/blocks/`, faulty(world, 'blocks'), async (c) => {
      const key = c.req.query('course_id');
      if (!key) return c.json({ developer_message: 'course_id is required.' }, 400);
      if (!COURSE_KEY.test(key)) return c.json({ developer_message: `'${key}' is not a valid course key.` }, 400);
      return blocks(world, c, key);
    });
    app.get(`/api/courses/${version}/blocks/:usage/`, faulty(world, 'blocks'), async (c) => {
      const usage = c.req.param('usage');
      const [, key] = /^block-v1:([^+]+\+[^+]+\+[^+]+)\+type@[^+]+\+block@.+$/.exec(usage) ?? [];
      if (!key) return c.json({ developer_message: `'${usage}' is not a valid usage key.` }, 400);
      return blocks(world, c, `course-v1:${key}`, usage);
    });
  }

  app.get('/api/courses/v1/courses/', faulty(world, 'courses'), async (c) => {
    const { person, problem } = await callerOf(world, c);
    if (!person && hasCredentials(c)) return unauthorised(c, problem, 'developer_message');
    const size = Math.min(Number(c.req.query('page_size') ?? '10') || 10, 100);
    const page = Number(c.req.query('page') ?? '1') || 1;
    const org = c.req.query('org');
    const wanted = list(c, 'course_keys');
    const all = [...world.courses.values()].filter(
      ({ key }) => (!org || key.startsWith(`course-v1:${org}+`)) && (wanted.length === 0 || wanted.includes(key)),
    );
    const pages = Math.max(1, Math.ceil(all.length / size));
    if (page < 1 || page > pages) return c.json({ detail: 'Invalid page.' }, 404);
    const at = (number: number) => {
      const url = new URL(c.req.url.slice(c.req.url.indexOf('/api/')), world.origin);
      url.searchParams.set('page', String(number));
      return url.href;
    };
    return c.json({
      results: all.slice((page - 1) * size, page * size).map((course) => courseSummary(world, course)),
      pagination: {
        next: page < pages ? at(page + 1) : null,
        previous: page > 1 ? at(page - 1) : null,
        count: all.length,
        num_pages: pages,
      },
    });
  });

  app.get('/api/courses/v1/courses/:key', faulty(world, 'courses'), async (c) => {
    const { person, problem } = await callerOf(world, c);
    if (!person && hasCredentials(c)) return unauthorised(c, problem, 'developer_message');
    const course = world.courses.get(c.req.param('key'));
    if (!course) return c.json({ developer_message: 'The requested course does not exist.' }, 404);
    return c.json({
      ...courseSummary(world, course),
      certificate_available_date: null,
      overview: course.overview,
      is_enrolled: person !== undefined && world.enrolments.has(enrolmentKey(person.username, course.key)),
    });
  });

  return app;
}

function courseSummary(world: World, course: Course) {
  const { tree } = publishedAt(course, world.now());
  const { display_name, start } = blockOf(tree, course.root);
  const [org = '', number = ''] = course.key.slice('course-v1:'.length).split('+');
  const asset = (file: string) => `/asset-${course.key.slice('course-'.length)}+type@asset+block@${file}`;
  const picture = `${world.origin}${asset('course_image.jpg')}`;
  const banner = asset('images_course_image.jpg');
  return {
    blocks_url: `${world.origin}/api/courses/v2/blocks/?course_id=${encodeURIComponent(course.key)}`,
    effort: '4 hours per week',
    end: null,
    enrollment_start: null,
    enrollment_end: null,
    id: course.key,
    media: {
      banner_image: { uri: banner, uri_absolute: `${world.origin}${banner}` },
      course_image: { uri: asset('course_image.jpg') },
      course_video: { uri: null },
      image: { raw: picture, small: picture, large: picture },
    },
    name: display_name,
    number,
    org,
    short_description: course.shortDescription,
    start: start ?? null,
    start_display: start ? startDisplay(start) : null,
    start_type: start ? 'timestamp' : 'empty',
    pacing: 'self',
    mobile_available: true,
    hidden: false,
    invitation_only: false,
    course_id: course.key,
  };
}

/** `Jan. 12, 2026` */
function startDisplay(start: string): string {
  const at = new Date(start);
  const month = at.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  return `${month}${month === 'May' ? '' : '.'} ${at.getUTCDate()}, ${at.getUTCFullYear()}`;
}
