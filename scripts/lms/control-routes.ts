import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import * as z from 'zod';
import { type Edit, EditRefused, latest } from './course.ts';
import { nestedOf, settableFields } from './course-tree.ts';
import { areas, type Faults, noFaults, switchNames } from './faults.ts';
import { ActionRefused, applyLearnerAction } from './learners.ts';
import { ltiState } from './lti/told-state.ts';
import { restTime } from './python.ts';
import { editCourse } from './studio.ts';
import { layouts } from './webhooks.ts';
import { releaseHeld, type World } from './world.ts';

const faultSwitch = z.union([
  z.boolean(),
  z.number().min(0).max(1),
  z.strictObject({
    chance: z.number().min(0).max(1).optional(),
    times: z.int().min(0).optional(),
    on: z.array(z.enum(areas)).optional(),
  }),
]);

/** What `POST /stand-in/faults` takes: some of the faults, `layout`, or `reset: true` for none. */
const faultsInput = z.strictObject({
  reset: z.boolean().optional(),
  layout: z.enum(layouts).optional(),
  outlineLagMs: z.number().min(0).optional(),
  blocksLagMs: z.number().min(0).optional(),
  clockSkewMs: z.number().optional(),
  slowMs: z.number().min(0).optional(),
  retryAfterSeconds: z.number().min(0).nullable().optional(),
  redirectTo: z.url().optional(),
  ...(Object.fromEntries(switchNames.map((name) => [name, faultSwitch.optional()])) as Record<
    (typeof switchNames)[number],
    z.ZodOptional<typeof faultSwitch>
  >),
});

function setFaults(world: World, { reset, layout, ...some }: z.infer<typeof faultsInput>): Faults {
  if (reset) Object.assign(world.faults, noFaults());
  if (layout) world.layout = layout;
  return Object.assign(world.faults, some);
}

const text = z.string();
const place = { courseKey: text };
const NestedBlock: z.ZodType<NestedBlockInput> = z.lazy(() =>
  z.looseObject({ type: text, id: text, display_name: text, children: z.array(NestedBlock).exactOptional() }),
);
type NestedBlockInput = Extract<Edit, { kind: 'import' }>['course'];

/** What `POST /stand-in/edit` takes. */
const editInput = z.discriminatedUnion('kind', [
  z.strictObject({ ...place, kind: z.literal('rename'), id: text, name: text }),
  z.strictObject({
    ...place,
    kind: z.literal('add'),
    parent: text,
    name: text,
    type: z.string().exactOptional(),
    index: z.int().exactOptional(),
    blockId: z.string().exactOptional(),
  }),
  z.strictObject({ ...place, kind: z.enum(['remove', 'restore', 'unpublish']), id: text }),
  z.strictObject({ ...place, kind: z.literal('move'), id: text, parent: text, index: z.int().exactOptional() }),
  z.strictObject({ ...place, kind: z.literal('reorder'), parent: text, children: z.array(text) }),
  z.strictObject({
    ...place,
    kind: z.literal('set'),
    id: text,
    field: z.enum(settableFields),
    value: z.union([text, z.number(), z.boolean(), z.null()]),
  }),
  z.strictObject({ ...place, kind: z.literal('publish'), id: z.string().exactOptional() }),
  z.strictObject({ ...place, kind: z.literal('import'), course: NestedBlock }),
]);

/** What `POST /stand-in/learner` takes. */
const actionInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('register'), username: text, name: text, email: text }),
  z.strictObject({ kind: z.enum(['activate', 'login', 'retire']), username: text }),
  z.strictObject({ ...place, kind: z.literal('enrol'), username: text, mode: z.string().exactOptional() }),
  z.strictObject({ ...place, kind: z.literal('unenrol'), username: text }),
  z.strictObject({ ...place, kind: z.literal('mode'), username: text, mode: text }),
  z.strictObject({ ...place, kind: z.literal('grade'), username: text, percent: z.number() }),
]);

export async function jsonOf<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.infer<Schema>> {
  const body: unknown = await c.req.json().catch(() => undefined);
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new HTTPException(400, { message: z.prettifyError(read.error) });
}

/** Runs what may be refused in plain words. */
export function tried<Result>(action: () => Result): { result: Result } | { refusal: string } {
  try {
    return { result: action() };
  } catch (error) {
    if (error instanceof EditRefused || error instanceof ActionRefused) return { refusal: error.message };
    throw error;
  }
}

/** What tests steer the stand-in by. No part of Open edX. */
export function controlRoutes(world: World): Hono {
  const app = new Hono().basePath('/stand-in');
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
    throw error;
  });

  app.post('/edit', async (c) => {
    const { courseKey, ...edit } = await jsonOf(c, editInput);
    const done = tried(() => editCourse(world, courseKey, edit));
    if ('refusal' in done) return c.json({ error: done.refusal }, 422);
    const { id, isPublished } = done.result;
    const course = world.courses.get(courseKey);
    return c.json({ id, isPublished, publishedVersion: course && latest(course).version });
  });

  app.post('/learner', async (c) => {
    const action = await jsonOf(c, actionInput);
    const done = tried(() => applyLearnerAction(world, action));
    return 'refusal' in done ? c.json({ error: done.refusal }, 422) : c.json({ ok: true });
  });

  app.post('/faults', async (c) => c.json(setFaults(world, await jsonOf(c, faultsInput))));

  app.post('/release-webhooks', (c) => {
    releaseHeld(world);
    return c.json({ ok: true });
  });

  app.get('/state', (c) =>
    c.json({
      layout: world.layout,
      faults: world.faults,
      courses: [...world.courses.values()].map((course) => {
        const { version, at, tree } = latest(course);
        return {
          key: course.key,
          publishedVersion: version,
          publishedAt: new Date(at).toISOString(),
          draft: nestedOf(course.draft, course.root),
          published: nestedOf(tree, course.root),
          removed: [...course.removed.keys()],
        };
      }),
      people: [...world.people.values()].map(({ id, username, email, is_active, is_staff }) => ({
        id,
        username,
        email,
        is_active,
        is_staff,
      })),
      enrolments: [...world.enrolments.values()].map(({ created, passed, ...one }) => ({
        ...one,
        created: restTime(created),
        passed: passed ? restTime(passed) : null,
      })),
      webhooks: world.sent,
      lti: ltiState(world),
    }),
  );

  return app;
}
