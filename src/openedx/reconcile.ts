import { and, asc, eq, lte, or, type SQL, sql } from 'drizzle-orm';
import type { Outside } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import { consoleLog, errorLine } from '../lib/log.ts';
import { diffOutline } from './diff-outline.ts';
import { type FollowedCourse, selectFollowed } from './followed-courses.ts';
import { keptFrom, keptRows } from './kept-outline.ts';
import { liveOutline } from './patch.ts';
import { type Platform, platformOf } from './platform.ts';
import { pullOutline, readVersion, type Version } from './pull.ts';
import { reconcileEnrolments } from './reconcile-enrolments.ts';
import { pendingRun } from './request-sync.ts';
import { followedCourse, syncRun } from './schema.ts';
import { RECONCILE_MS, SETTLE_MS } from './waits.ts';

/** Courses a sweep looks at, each with a few requests. */
const COURSES_A_SWEEP = 10;

/** A held run that waits at the very version the platform shows is looked at again; then no new one is made. */
async function pokeHeld({ db, now }: SystemCall, courseId: string, { version }: Version): Promise<string | undefined> {
  const isWaiting = and(
    eq(syncRun.courseId, courseId),
    eq(syncRun.state, 'held'),
    eq(syncRun.publishedVersion, version),
    sql`${syncRun.leaseUntil} is null`,
  );
  const [held] = await db
    .update(syncRun)
    .set({ dueAt: now, lookUntil: null })
    .where(isWaiting)
    .returning({ id: syncRun.id });
  return held?.id;
}

/** Makes a run unless one waits or works already, or `when` does not hold. Returns it if it was made. One round trip. */
async function makeRun(
  call: SystemCall,
  courseId: string,
  { isForced, when = sql`true` }: { isForced: boolean; when?: SQL },
): Promise<string | undefined> {
  const { db, now } = call;
  const id = newId('syncRun', now);
  const isQuiet = sql`not exists (select 1 from sync_run where course_id = ${courseId} and state in ('pending', 'running'))`;
  const [, [made]] = await db.batch([
    pendingRun(call, { courseId, cause: 'reconciliation', isForced, dueAt: now }, id, sql`${isQuiet} and ${when}`),
    db.select({ id: syncRun.id }).from(syncRun).where(eq(syncRun.id, id)),
  ]);
  return made?.id;
}

/** A version that is newer than the one seen makes a run. Returns the run to work on. */
async function compareVersion(
  call: SystemCall,
  { followed, course }: FollowedCourse,
  shown: Version,
): Promise<string | undefined> {
  const { seenVersion, seenPublishedAt } = followed;
  if (seenVersion !== null && (shown.version === seenVersion || shown.publishedAt < (seenPublishedAt ?? 0)))
    return undefined;
  const held = await pokeHeld(call, course.id, shown);
  if (held !== undefined) return held;
  return await makeRun(call, course.id, { isForced: false });
}

/**
 * Pulls a version once more that was applied before all caches of the platform showed it. A difference makes a run, unless staff
 * undid that version meanwhile. Returns the run to work on.
 */
async function settle(
  call: SystemCall,
  platform: Platform,
  { followed, course, rootKey }: FollowedCourse,
  shown: Version,
): Promise<string | undefined> {
  const { db, now } = call;
  if (rootKey === null) return undefined;
  const pulled = await pullOutline(platform, course.courseKey, rootKey, shown);
  if (!pulled.ok || pulled.value === 'moved' || pulled.value.doubts.length > 0) return undefined;
  const kept = keptFrom(await keptRows(db, course.id));
  const isSame = diffOutline(liveOutline(kept.nodes), pulled.value.outline).length === 0;
  const step = followed.settleStep + 1;
  const next = SETTLE_MS[step];
  const stillToSettle = sql`exists (select 1 from followed_course where course_id = ${course.id}
    and seen_version = ${shown.version} and settle_at is not null)`;
  const run = isSame ? undefined : await makeRun(call, course.id, { isForced: true, when: stillToSettle });
  // Another run is in the way: it is looked at again after that.
  if (!isSame && run === undefined) return undefined;
  await db
    .update(followedCourse)
    .set({ settleStep: step, settleAt: next === undefined ? null : now + next })
    .where(and(eq(followedCourse.courseId, course.id), stillToSettle));
  return run;
}

async function reconcileCourse(
  call: SystemCall,
  one: FollowedCourse,
  outside: Outside,
  isAll: boolean,
): Promise<string | undefined> {
  const { db, now } = call;
  const { followed, course } = one;
  const isDue = isAll || followed.reconcileAt <= now;
  const mine = eq(followedCourse.courseId, course.id);
  // Taken before the work: a course whose look dies does not stand first in line for ever.
  if (isDue)
    await db
      .update(followedCourse)
      .set({ reconcileAt: now + RECONCILE_MS })
      .where(mine);
  const platform = await platformOf(one.connection, outside);
  const shown = await readVersion(platform, course.courseKey);
  if (!shown.ok) {
    const settleAt = followed.settleAt === null ? null : now + SETTLE_MS[0];
    await db.update(followedCourse).set({ lastError: shown.failure.detail, settleAt }).where(mine);
    return undefined;
  }
  const [toSettle, run] = [
    followed.settleAt !== null && (isAll || followed.settleAt <= now) && shown.value.version === followed.seenVersion,
    await compareVersion(call, one, shown.value),
  ];
  const settling = toSettle ? await settle(call, platform, one, shown.value) : undefined;
  const problem = isDue ? await reconcileEnrolments(call, platform, one) : followed.lastError;
  await db
    .update(followedCourse)
    .set({ platformVersion: shown.value.version, lastError: problem, ...(isDue && { reconciledAt: now }) })
    .where(mine);
  return run ?? settling;
}

/**
 * Compares followed courses with their platforms, so that a lost webhook heals: those that are due, or, where `all`, every one.
 * Returns the runs to work on now.
 */
export async function reconcile(call: SystemCall, outside: Outside, { all }: { all: boolean }): Promise<string[]> {
  const due = or(lte(followedCourse.reconcileAt, call.now), lte(followedCourse.settleAt, call.now));
  const followed = selectFollowed(call.db)
    .where(all ? undefined : due)
    .orderBy(asc(followedCourse.reconcileAt))
    .limit(all ? 1000 : COURSES_A_SWEEP);
  const runs: string[] = [];
  for (const one of await followed) {
    try {
      const run = await reconcileCourse(call, one, outside, all);
      if (run !== undefined) runs.push(run);
    } catch (error) {
      consoleLog('error', errorLine({ where: 'reconcile', course: one.course.courseKey }, error));
    }
  }
  return runs;
}
