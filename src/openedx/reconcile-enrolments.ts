import { and, eq, sql } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import type { FollowedCourse } from './followed-courses.ts';
import { upsertOpenedxUser } from './openedx-user.ts';
import type { EnrolmentPage, Platform } from './platform.ts';
import { followedCourse, openedxUser } from './schema.ts';
import { setEnrolments } from './set-enrolments.ts';

/** Pages a course is paged through in one go; the next reconciliation goes on where this one stopped. */
const PAGES = 10;
/** Accounts that are looked up in one go: each is a request of its own. */
const LOOKUPS = 50;
/** An event just before the answer was made counts as newer than it. */
const CAUTION_US = 5_000_000;

type Known = Map<string, { lmsUserId: number; userId: string }>;

async function knownAccounts({ db }: SystemCall, connectionId: string, usernames: string[]): Promise<Known> {
  const isAmong = sql`${openedxUser.username} in (select value from json_each(${JSON.stringify(usernames)}))`;
  const rows = await db
    .select()
    .from(openedxUser)
    .where(and(eq(openedxUser.connectionId, connectionId), isAmong));
  return new Map(rows.map(({ username, lmsUserId, userId }) => [username, { lmsUserId, userId }]));
}

/** Makes the users of accounts no event has told of. Returns how many more may be looked up, and what went wrong. */
async function lookUp(call: SystemCall, platform: Platform, connectionId: string, usernames: string[], known: Known) {
  for (const username of usernames) {
    const found = await platform.account(username);
    if (!found.ok) {
      if (found.failure.kind === 'not_found') continue;
      return found.failure.detail;
    }
    const { id, email, name, is_active: isActive } = found.value;
    if (id === null) return 'The service user may not read accounts: it needs to be global staff';
    const facts = { connectionId, lmsUserId: id, username, email, name, isActive: isActive ?? false };
    const { userId } = await upsertOpenedxUser(call, {
      ...facts,
      emailVerified: facts.isActive,
      at: found.at * 1000 - CAUTION_US,
    });
    known.set(username, { lmsUserId: id, userId });
  }
  return null;
}

async function takePage(
  call: SystemCall,
  platform: Platform,
  { followed, course }: FollowedCourse,
  { page, at, lookups }: { page: EnrolmentPage; at: number; lookups: number },
): Promise<{ looked: number; problem: string | null }> {
  const { connectionId } = followed;
  const usernames = page.results.map(({ user }) => user);
  const known = await knownAccounts(call, connectionId, usernames);
  // Who is not enrolled and unknown is of no interest.
  const strangers = page.results.filter(({ user, is_active }) => is_active && !known.has(user)).map(({ user }) => user);
  const wanted = strangers.slice(0, lookups);
  const problem = await lookUp(call, platform, connectionId, wanted, known);
  const facts = page.results.flatMap(({ user, is_active: isActive, mode }) => {
    const account = known.get(user);
    return account ? [{ ...account, isActive, mode, at: at * 1000 - CAUTION_US }] : [];
  });
  await setEnrolments(call, { connectionId, courseKey: course.courseKey }, facts);
  return { looked: wanted.length, problem };
}

/**
 * Pages through the platform's enrolments of a course. Returns what went wrong, in words for staff, or null. Without the right
 * (global staff) enrolments come by webhooks alone.
 */
export async function reconcileEnrolments(
  call: SystemCall,
  platform: Platform,
  one: FollowedCourse,
): Promise<string | null> {
  const { db } = call;
  let next = one.followed.enrolmentsNext;
  let lookups = LOOKUPS;
  let problem: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const fetched = await platform.enrolments(one.course.courseKey, next ?? undefined);
    if (!fetched.ok) {
      problem = `Enrolments: ${fetched.failure.detail}`;
      // A place in the list that cannot be asked for is no place to go on from.
      if (fetched.failure.kind !== 'temporary') next = null;
      break;
    }
    const taken = await takePage(call, platform, one, { page: fetched.value, at: fetched.at, lookups });
    lookups -= taken.looked;
    problem ??= taken.problem;
    next = fetched.value.next;
    if (next === null) break;
  }
  await db.update(followedCourse).set({ enrolmentsNext: next }).where(eq(followedCourse.courseId, one.course.id));
  return problem;
}
