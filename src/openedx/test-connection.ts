import { asc, eq } from 'drizzle-orm';
import { course } from '../courses/index.ts';
import type { Outside } from '../http/index.ts';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import type { TestConnectionInput } from './connection-input.ts';
import { requireAdmin, requireConnectionRow } from './connections.ts';
import type { Fetched, PlatformFailure } from './fetched.ts';
import { platformOf } from './platform.ts';
import { followedCourse } from './schema.ts';

export const checkNames = ['token', 'outline', 'blocks', 'studio', 'enrolments', 'accounts'] as const;
export type CheckName = (typeof checkNames)[number];
/** One that could not be tried is `ok`, and says so. */
export type Check = { name: CheckName; ok: boolean; tried: boolean; detail: string };

/** Without these there is no outline; the others only take something away. */
const needed: readonly CheckName[] = ['token', 'outline', 'blocks'];

/** What is said of success, of a right that is missing, and of what does not work then. */
const words: Record<CheckName, { works: string; right: string; loss: string }> = {
  token: {
    works: 'The platform gives us access tokens.',
    right:
      'Make a confidential application with the grant “client credentials” in the platform’s admin, owned by a service user, and enter its id and secret here.',
    loss: 'Nothing works without it.',
  },
  outline: {
    works: 'The published outline can be read.',
    right: 'Give the service user a role in the course, such as course staff, and check that the course is published.',
    loss: 'Without it nobody knows which version is published, and nothing is synced.',
  },
  blocks: {
    works: 'All blocks can be read.',
    right: 'Give the service user the role course staff (or course data researcher) in the course.',
    loss: 'Without it the outline cannot be synced.',
  },
  studio: {
    works: 'Studio lets us in.',
    right: 'Give the service user access to the course in Studio, and check that Studio shares the tokens of the LMS.',
    loss: 'Without it only what is not yet published stays unseen; syncing works.',
  },
  enrolments: {
    works: 'The list of enrolments can be read.',
    right: 'Make the service user global staff (“staff status” in the platform’s admin).',
    loss: 'Without it an enrolment whose webhook was lost is never noticed.',
  },
  accounts: {
    works: 'Accounts of learners can be read.',
    right: 'Make the service user global staff (“staff status” in the platform’s admin).',
    loss: 'Without it learners found in the list of enrolments cannot be identified, and deleted accounts go unnoticed.',
  },
};

const isRights = ({ kind }: PlatformFailure) => kind === 'forbidden' || kind === 'unauthorised' || kind === 'not_found';

function checkOf(name: CheckName, got: Fetched<unknown>): Check {
  const { works, right, loss } = words[name];
  if (got.ok) return { name, ok: true, tried: true, detail: works };
  const { failure } = got;
  const advice = isRights(failure) ? right : 'Check the address, and try again in a minute.';
  return { name, ok: false, tried: true, detail: `${failure.detail} ${advice} ${loss}` };
}

const notTried = (name: CheckName, why: string): Check => ({
  name,
  ok: true,
  tried: false,
  detail: `Not tried: ${why}`,
});

/** A list of enrolments names learners; whether their accounts can be read shows on the first of them. */
async function checkAccounts(
  platform: Awaited<ReturnType<typeof platformOf>>,
  enrolments: Awaited<ReturnType<typeof platform.enrolments>>,
): Promise<Check> {
  if (!enrolments.ok) return notTried('accounts', 'the list of enrolments names nobody to look up.');
  const [first] = enrolments.value.results;
  if (!first) return notTried('accounts', 'nobody is enrolled yet.');
  const account = await platform.account(first.user);
  if (!account.ok || account.value.id !== null) return checkOf('accounts', account);
  const { right, loss } = words.accounts;
  return { name: 'accounts', ok: false, tried: true, detail: `The platform hides who a learner is. ${right} ${loss}` };
}

/**
 * Tries everything we ask of a platform, with a token of its own, on a followed course or the one named. `works` says whether
 * outlines can be synced; each check says what is missing and what to do. Admins only.
 */
export async function testConnection(
  call: Call,
  { id, courseKey }: TestConnectionInput & { id: string },
  outside: Outside,
): Promise<{ works: boolean; checks: Check[] }> {
  requireAdmin(call);
  const { db } = call;
  const row = await requireConnectionRow(call, id);
  const [[followed]] = await db.batch([
    db
      .select({ courseKey: course.courseKey })
      .from(followedCourse)
      .innerJoin(course, eq(course.id, followedCourse.courseId))
      .where(eq(followedCourse.connectionId, id))
      .orderBy(asc(course.courseKey))
      .limit(1),
    auditRow(call, { action: 'connection.tested', subject: id, detail: {} }),
  ]);
  const platform = await platformOf(row, { ...outside, tokens: new Map() });
  const key = courseKey ?? followed?.courseKey;

  async function tryAll(): Promise<Check[]> {
    const token = checkOf('token', await platform.token());
    if (!token.ok) return [token];
    if (key === undefined) {
      const why = 'no course follows this connection yet. Name a course to try it before.';
      return [token, ...(['outline', 'blocks', 'enrolments', 'accounts'] as const).map((name) => notTried(name, why))];
    }
    const [outline, blocks, studio, enrolments] = await Promise.all([
      platform.courseOutline(key),
      platform.blocks(key),
      row.studioUrl === null ? undefined : platform.studioCourse(key),
      platform.enrolments(key),
    ]);
    return [
      token,
      checkOf('outline', outline),
      checkOf('blocks', blocks),
      ...(studio ? [checkOf('studio', studio)] : []),
      checkOf('enrolments', enrolments),
      await checkAccounts(platform, enrolments),
    ];
  }
  const checks = await tryAll();
  return { works: checks.every(({ name, ok }) => ok || !needed.includes(name)), checks };
}
