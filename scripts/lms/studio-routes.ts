import { Hono } from 'hono';
import { faulty } from './answers.ts';
import { type Course, isChanged, latest } from './course.ts';
import { type Block, blockOf, childType } from './course-tree.ts';
import { effectiveStart, isCourseStaff } from './outline-routes.ts';
import { studioTime } from './python.ts';
import { callerOf, unauthorised } from './tokens.ts';
import type { World } from './world.ts';

const childNames: Record<string, string> = { chapter: 'Section', sequential: 'Subsection', vertical: 'Unit' };

const releaseTime = (start: string | null) => (start ? studioTime(Date.parse(start)) : null);

/** Has anything in it changed since it was published? */
const hasChanges = (course: Course, id: string): boolean =>
  isChanged(course, id) || blockOf(course.draft, id).children.some((child) => hasChanges(course, child));

function visibility(world: World, course: Course, block: Block): string {
  const inside = block.type === 'vertical' ? [] : block.children.map((id) => blockOf(course.draft, id));
  if (block.visible_to_staff_only) return 'staff_only';
  if (block.type === 'vertical' && hasChanges(course, block.id)) return 'needs_attention';
  const states = inside.map((child) => visibility(world, course, child));
  if (states.length > 0 && states.every((state) => state === 'staff_only')) return 'staff_only';
  if (states.includes('needs_attention')) return 'needs_attention';
  const start = effectiveStart(course.draft, block.id);
  if (!start) return 'unscheduled';
  return Date.parse(start) > world.now() ? 'ready' : 'live';
}

function indexed(world: World, course: Course, id: string, isLocked: boolean): Record<string, unknown> {
  const block = blockOf(course.draft, id);
  const { type } = block;
  const stamps = course.stamps.get(id);
  const start = effectiveStart(course.draft, id);
  const isCourse = type === 'course';
  const isVertical = type === 'vertical';
  const isOwnLock = block.visible_to_staff_only === true;
  const studioUrl = isVertical
    ? `/container/${id}`
    : `/course/${course.key}${isCourse ? '' : `?show=${encodeURIComponent(id)}`}`;
  const child = childType(type);
  return {
    id,
    display_name: block.display_name,
    category: type,
    has_children: true,
    edited_on: stamps ? studioTime(stamps.edited) : null,
    published: latest(course).tree.has(id),
    published_on: stamps?.published === undefined ? null : studioTime(stamps.published),
    studio_url: studioUrl,
    lms_url: `${world.origin}/courses/${course.key}/jump_to/${id}`,
    embed_lms_url: `${world.origin}/xblock/${id}`,
    released_to_students: start !== null && Date.parse(start) <= world.now(),
    release_date: releaseTime(start),
    visibility_state: isCourse ? null : visibility(world, course, block),
    has_explicit_staff_lock: isOwnLock,
    start,
    graded: block.graded ?? false,
    due_date: block.due ? studioTime(Date.parse(block.due)) : '',
    due: block.due ?? null,
    relative_weeks_due: null,
    format: block.format ?? null,
    course_graders: ['Topic quiz', 'Term exam'],
    // The course itself always says so.
    has_changes: isCourse || hasChanges(course, id),
    actions: { deletable: true, draggable: true, childAddable: true, duplicable: true },
    explanatory_message: null,
    group_access: {},
    show_correctness: 'always',
    hide_from_toc: block.hide_from_toc ?? false,
    ...(!isVertical && {
      child_info: {
        category: child,
        display_name: childNames[child] ?? 'Unit',
        children: block.children.map((one) => indexed(world, course, one, isLocked || isOwnLock)),
      },
    }),
    ancestor_has_staff_lock: isLocked,
    staff_only_message: false,
  };
}

/** Studio's outline: the draft, at once. */
export function studioRoutes(world: World): Hono {
  const app = new Hono();
  app.get('/api/contentstore/v1/course_index/:key', faulty(world, 'studio'), async (c) => {
    const { person, problem } = await callerOf(world, c);
    if (!person) return unauthorised(c, problem, 'developer_message');
    const key = c.req.param('key');
    if (!/^course-v1:[^+\s]+\+[^+\s]+\+[^+\s]+$/.test(key))
      return c.json(
        { developer_message: 'The provided course key cannot be parsed.', error_code: 'invalid_course_key' },
        404,
      );
    const course = world.courses.get(key);
    if (!course)
      return c.json({ developer_message: `Unknown course ${key}`, error_code: 'course_does_not_exist' }, 404);
    if (!isCourseStaff(course, person))
      return c.json({ developer_message: 'You do not have permission to perform this action.' }, 403);
    const settings = `/settings/advanced/${key}`;
    return c.json({
      course_release_date: releaseTime(effectiveStart(course.draft, course.root)),
      course_structure: indexed(world, course, course.root, false),
      deprecated_blocks_info: {
        deprecated_enabled_block_types: [],
        blocks: [],
        advance_settings_url: settings,
      },
      discussions_settings: {
        enable_in_context: true,
        enable_graded_units: false,
        unit_level_visibility: true,
        provider_type: 'openedx',
      },
      initial_state: null,
      language_code: 'en',
      lms_link: `//${new URL(world.origin).host}/courses/${key}/jump_to/${course.root}`,
      proctoring_errors: [],
      reindex_link: `/course/${key}/search_reindex`,
      rerun_notification_id: null,
      advance_settings_url: settings,
      is_custom_relative_dates_active: false,
    });
  });
  return app;
}
