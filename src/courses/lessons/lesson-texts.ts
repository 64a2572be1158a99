import { eq, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { DomainError } from '../../lib/errors.ts';
import { lesson } from '../schema.ts';

/** What a lesson says at one of its versions: it never changes. What a cached copy holds; another shape needs another key prefix. */
export type LessonTexts = { title: string; body: string; html: string };

type Stamp = { id: string; version: number };

const EXPIRES_AFTER_SECONDS = 30 * 24 * 3600;

const keyOf = ({ id, version }: Stamp) => `lesson:${id}:v${version}`;

/** A cache that fails or holds nothing is the same: the database knows it all. */
async function fromCache(kv: KVNamespace, stamp: Stamp): Promise<LessonTexts | null> {
  try {
    return await kv.get<LessonTexts>(keyOf(stamp), { type: 'json', cacheTtl: EXPIRES_AFTER_SECONDS });
  } catch {
    return null;
  }
}

/**
 * The texts of a lesson for whoever was shown its version. One round trip to KV; where it holds nothing one more to D1, and the cache is
 * filled under the version that was read, a key that can never be stale.
 */
export async function readTexts(
  db: DrizzleD1Database,
  stamp: Stamp,
  { kv, defer }: { kv: KVNamespace; defer: (work: Promise<unknown>) => void },
): Promise<LessonTexts> {
  const cached = await fromCache(kv, stamp);
  if (cached) return cached;
  const [found] = await db
    .select({ title: lesson.title, body: lesson.body, html: lesson.html, version: sql<number>`version` })
    .from(lesson)
    .where(eq(lesson.id, stamp.id));
  if (!found) throw new DomainError('not_found');
  const { version, ...texts } = found;
  // One that many ask for at once is put more often than KV takes; the next reader tries again.
  const kept = kv.put(keyOf({ id: stamp.id, version }), JSON.stringify(texts), {
    expirationTtl: EXPIRES_AFTER_SECONDS,
  });
  defer(kept.catch(() => undefined));
  return texts;
}
