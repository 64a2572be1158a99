import { and, eq, sql } from 'drizzle-orm';
import { versionOf } from '../http/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { type KeptCourse, selectKept } from './outline.ts';
import { course } from './schema.ts';
import { visibleCourse } from './who-sees.ts';

/** `defer` takes work that need not hold the answer. */
export type CourseCache = { kv: KVNamespace; defer: (work: Promise<unknown>) => void };

/** Which state of which course: the database says so at each request, so that nothing old is ever told. */
export type CourseStamp = { id: string; version: number };

const EXPIRES_AFTER_SECONDS = 30 * 24 * 3600;

const keyOf = ({ id, version }: CourseStamp) => `course:${id}:v${version}`;

/** The columns of a stamp, for a statement on `course`. */
export const stampColumns = {
  id: course.id,
  version: versionOf(sql`'course:' || ${course.id}`).as('changes'),
};

/** The state of a course the actor may see, or `not_found`. One round trip. */
export async function requireStamp({ db, actor }: Call, courseKey: string): Promise<CourseStamp> {
  const [found] = await db
    .select(stampColumns)
    .from(course)
    .where(and(eq(course.courseKey, courseKey), visibleCourse(actor)));
  if (!found) throw new DomainError('not_found');
  return found;
}

/** A cache that fails or holds nothing is the same: the database knows it all. */
async function fromCache(kv: KVNamespace, stamp: CourseStamp): Promise<KeptCourse | null> {
  try {
    return await kv.get<KeptCourse>(keyOf(stamp), 'json');
  } catch {
    return null;
  }
}

/**
 * A course at a state that a stamp names, for whoever was given the stamp. One round trip to KV; where it holds nothing one more to D1, and the
 * cache is filled under the state that was read, a key that can never be stale.
 */
export async function readKept({ db }: Call, stamp: CourseStamp, { kv, defer }: CourseCache): Promise<KeptCourse> {
  const cached = await fromCache(kv, stamp);
  if (cached) return cached;
  const [[found], nodes, problems, [now]] = await db.batch(selectKept(db, eq(course.id, stamp.id)));
  if (!found || !now) throw new DomainError('not_found');
  const kept = { course: found, nodes, problems };
  const key = keyOf({ id: stamp.id, version: now.version });
  // One that many ask for at once is put more often than KV takes; the next reader tries again.
  defer(kv.put(key, JSON.stringify(kept), { expirationTtl: EXPIRES_AFTER_SECONDS }).catch(() => undefined));
  return kept;
}
