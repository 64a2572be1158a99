import { and, eq, isNull, sql } from 'drizzle-orm';
import { auditIfChanged } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { type Course, requireWritableCourse } from './courses.ts';
import type { UpdateCourseInput } from './input.ts';
import { renderCourse } from './render-course.ts';
import { course, node } from './schema.ts';

/** Texts are too long to be kept twice in the audit log; that they changed is. */
const isLong = (name: string) => name === 'description' || name === 'teacherGuide';

function changesOf(before: Course, input: Omit<UpdateCourseInput, 'revision'>) {
  const names = Object.keys(input) as (keyof typeof input)[];
  const changed = names.filter((name) => input[name] !== before[name]);
  const told = (of: Partial<Course>) =>
    Object.fromEntries(changed.map((name) => [name, isLong(name) ? '…' : (of[name] ?? null)]));
  return { changed, detail: { before: told(before), after: told(input) } };
}

const MAX_TRIES = 5;

/**
 * Changes what is said of a course. Given `revision`, the one its editor saw, it refuses with `conflict` when that is no longer the current one;
 * without, the last writer wins. Refuses also with `not_found`; `synced` for the title of a course that follows Open edX; `invalid` for a formula that cannot be drawn. A seat
 * limit below the number of those enrolled sends nobody away. Two round trips.
 */
export async function updateCourse(call: Call, courseKey: string, input: UpdateCourseInput): Promise<Course> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const written = await tryUpdate(call, courseKey, input);
    if (written) return written;
    if (input.revision !== undefined) break;
  }
  throw new DomainError('conflict');
}

/** As `updateCourse`; undefined where it was overtaken. */
async function tryUpdate(
  call: Call,
  courseKey: string,
  { revision, ...input }: UpdateCourseInput,
): Promise<Course | undefined> {
  const { db, actor } = call;
  const before = await requireWritableCourse(call, courseKey);
  if (revision !== undefined && revision !== before.revision) return undefined;
  if (before.source === 'openedx' && input.title !== undefined && input.title !== before.title)
    throw new DomainError('synced', 'The title comes from Open edX: change it there');
  if (actor.isHeld && input.visibility === 'open' && before.visibility !== 'open')
    throw invalidFields([{ pointer: '/visibility', message: 'your platform vouches for you in its own courses only' }]);
  const rendered = renderCourse(input);
  const { changed, detail } = changesOf(before, input);
  if (changed.length === 0) return before;
  const [[after]] = await db.batch([
    db
      .update(course)
      .set({ ...input, ...rendered, revision: sql`${course.revision} + 1` })
      .where(
        and(
          eq(course.id, before.id),
          isNull(course.deletedAt),
          // What was asked above has to be so still.
          eq(course.source, before.source),
          actor.isHeld ? eq(course.visibility, before.visibility) : undefined,
          revision === undefined ? undefined : eq(course.revision, revision),
        ),
      )
      .returning(),
    auditIfChanged(call, { action: 'course.changed', subject: courseKey, detail }),
    // The root of the outline goes by the name of its course.
    db
      .update(node)
      .set({ title: sql`(select title from course where id = ${before.id})` })
      .where(eq(node.id, before.id)),
  ]);
  return after;
}
