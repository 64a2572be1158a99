import { type Context, Hono } from 'hono';
import { tried } from './control-routes.ts';
import { type Course, type Edit, latest } from './course.ts';
import { coursePage } from './course-page.tsx';
import { blockOf, parentOf, type SettableField, settableFields } from './course-tree.ts';
import { noFaults, type Switch, switchNames } from './faults.ts';
import { frontPage } from './front-page.tsx';
import { applyLearnerAction } from './learners.ts';
import type { LearnerAction } from './people.ts';
import { editCourse } from './studio.ts';
import { layouts } from './webhooks.ts';
import { releaseHeld, type World } from './world.ts';

type Form = Record<string, string>;

async function formOf(c: Context): Promise<Form> {
  const form = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(form).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

/** `off`, `on`, a share such as `30%`, or so many times such as `3`. */
function readSwitch(text: string | undefined): Switch | undefined {
  const written = (text ?? '').trim().toLowerCase();
  if (written === '' || written === 'off') return false;
  if (written === 'on') return true;
  const [, percent] = /^(\d{1,3})\s*%$/.exec(written) ?? [];
  if (percent !== undefined && Number(percent) <= 100) return Number(percent) / 100;
  return /^\d{1,6}$/.test(written) ? { times: Number(written) } : undefined;
}

/** One place up or down among the children of the same parent. */
function stepped(course: Course, id: string, step: -1 | 1): Edit {
  const parent = parentOf(course.draft, id);
  const children = parent?.children ?? [];
  const to = Math.min(Math.max(children.indexOf(id) + step, 0), children.length - 1);
  return { kind: 'move', id, parent: parent?.id ?? '', index: to };
}

const yesNo: readonly SettableField[] = ['graded', 'visible_to_staff_only', 'hide_from_toc'];

function valueOf(field: SettableField, text: string): string | number | boolean | null {
  if (text === '') return null;
  if (yesNo.includes(field)) return text === 'yes' || text === 'true';
  if (field === 'weight') return Number(text);
  if (field === 'format') return text;
  const at = new Date(text.includes('T') && !/Z|[+-]\d\d:?\d\d$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(at.getTime()) ? null : at.toISOString().replace('.000Z', 'Z');
}

function editOf(course: Course, form: Form): Edit | undefined {
  const { kind = '', id = '', name = '', parent = '', field = '', value = '', type } = form;
  const index = form.index ? { index: Number(form.index) } : {};
  switch (kind) {
    case 'up':
      return stepped(course, id, -1);
    case 'down':
      return stepped(course, id, 1);
    case 'rename':
      return { kind, id, name };
    case 'add':
      return { kind, parent, name, ...(type && { type }), ...index };
    case 'move':
      return { kind, id, parent, ...index };
    case 'remove':
    case 'restore':
    case 'unpublish':
      return { kind, id };
    case 'publish':
      return { kind, ...(id && { id }) };
    case 'set': {
      const known = settableFields.find((one) => one === field);
      return known && { kind, id, field: known, value: valueOf(known, value.trim()) };
    }
    default:
      return undefined;
  }
}

function actionOf({
  kind = '',
  username = '',
  name = '',
  email = '',
  courseKey = '',
  mode = '',
  percent = '',
}: Form): LearnerAction | undefined {
  switch (kind) {
    case 'register':
      return { kind, username, name, email };
    case 'activate':
    case 'login':
    case 'retire':
      return { kind, username };
    case 'enrol':
    case 'unenrol':
      return { kind, username, courseKey };
    case 'mode':
      return { kind, username, courseKey, mode };
    case 'grade':
      return { kind, username, courseKey, percent: Number(percent) / 100 };
    default:
      return undefined;
  }
}

/** The pages on which people play author, learner and bad weather. */
export function editorRoutes(world: World): Hono {
  const app = new Hono();
  const front = (c: Context, refusal?: string) => c.html(frontPage(world, refusal), refusal === undefined ? 200 : 422);
  const back = (c: Context, to: string) => c.redirect(to, 303);

  app.get('/', (c) => front(c));

  app.get('/author/:key', (c) => {
    const course = world.courses.get(c.req.param('key'));
    return course ? c.html(coursePage(course)) : c.notFound();
  });

  app.post('/author/:key', async (c) => {
    const course = world.courses.get(c.req.param('key'));
    if (!course) return c.notFound();
    const edit = editOf(course, await formOf(c));
    const done = edit ? tried(() => editCourse(world, course.key, edit)) : { refusal: 'That is not an edit' };
    if ('refusal' in done) return c.html(coursePage(course, done.refusal), 422);
    const { id } = done.result;
    const anchor = course.draft.has(id) ? `#${encodeURIComponent(id)}` : '';
    return back(c, `/author/${encodeURIComponent(course.key)}${anchor}`);
  });

  app.post('/learners', async (c) => {
    const action = actionOf(await formOf(c));
    const done = action ? tried(() => applyLearnerAction(world, action)) : { refusal: 'That is not an action' };
    return 'refusal' in done ? front(c, done.refusal) : back(c, '/#people');
  });

  app.post('/faults', async (c) => {
    const form = await formOf(c);
    const { faults } = world;
    if (form.reset) {
      Object.assign(faults, noFaults());
      return back(c, '/#faults');
    }
    const set: Record<string, Switch> = {};
    for (const name of switchNames) {
      const read = readSwitch(form[name]);
      if (read === undefined) return front(c, `${name}: write off, on, a share such as 30%, or a number of times`);
      set[name] = read;
    }
    Object.assign(faults, set, {
      clockSkewMs: Number(form.clockSkewMs) || 0,
      slowMs: Math.max(0, Number(form.slowMs) || 0),
      outlineLagMs: Math.max(0, Number(form.outlineLagMs) || 0),
      blocksLagMs: Math.max(0, Number(form.blocksLagMs) || 0),
      retryAfterSeconds: form.retryAfterSeconds ? Math.max(0, Number(form.retryAfterSeconds) || 0) : null,
      ...(form.redirectTo && { redirectTo: form.redirectTo }),
    });
    world.layout = layouts.find((one) => one === form.layout) ?? world.layout;
    return back(c, '/#faults');
  });

  app.post('/release-webhooks', (c) => {
    releaseHeld(world);
    return back(c, '/#log');
  });

  // Where the addresses in the answers lead: `lms_web_url` and its like.
  app.get('/courses/:key/jump_to/:usage', (c) => {
    const course = world.courses.get(c.req.param('key'));
    const usage = c.req.param('usage');
    if (!course || !latest(course).tree.has(usage)) return c.notFound();
    return c.text(blockOf(latest(course).tree, usage).display_name);
  });

  return app;
}
