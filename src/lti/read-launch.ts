import { and, eq, sql } from 'drizzle-orm';
import { selectPublished } from '../assessments/index.ts';
import { course, selectByKey } from '../courses/index.ts';
import { named } from '../db/index.ts';
import type { Outside } from '../http/index.ts';
import { selectUsers } from '../identity/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { selectByUsername, selectSourceOf } from '../openedx/index.ts';
import { claimFetch, type FetchedKeys, fetchKeySet, readKept } from './fetch-key-set.ts';
import type { KeySet } from './key-set.ts';
import type { Launch } from './launch.ts';
import { context, deployment, linkUser, login, ltiUser, registration, resourceLink } from './schema.ts';

/*
 * What a launch reads: twice, once to check the token and once to know what it means here.
 */

export type LoginRow = typeof login.$inferSelect;
export type RegistrationRow = typeof registration.$inferSelect;

/**
 * The login a state belongs to, with its registration. The same round trip claims the fetch of the platform's keys, if one is due for
 * `kid`.
 */
export async function readLogin(call: SystemCall, stateHash: string, kid: string | null) {
  const { db } = call;
  const ofIt = sql`${registration.id} = (select registration_id from ${login} where state_hash = ${stateHash})`;
  const [claimed, [found]] = await db.batch([
    claimFetch(call, ofIt, kid),
    db
      .select({ login: named(login, 'login'), registration: named(registration, 'registration') })
      .from(login)
      .innerJoin(registration, eq(registration.id, login.registrationId))
      .where(eq(login.stateHash, stateHash)),
  ]);
  return found && { ...found, mayFetch: claimed.length > 0 };
}

/** `fetched`: what a fetch of our own brought, to be kept. */
export type Keys = { fetched?: FetchedKeys } & (
  | { kind: 'keys'; keys: KeySet }
  | { kind: Exclude<FetchedKeys['kind'], 'fetched'> }
);

type KeptKeys = Pick<RegistrationRow, 'keySet' | 'keySetAt' | 'keySetTriedAt' | 'keySetFault' | 'keySetFaultAt'>;

const usable = ({ keySet, keySetFault }: KeptKeys): Keys =>
  keySet === null ? { kind: keySetFault ?? 'key_set_unavailable' } : { kind: 'keys', keys: readKept(keySet) };

const isUnderWay = ({ keySetAt, keySetTriedAt, keySetFaultAt }: KeptKeys) =>
  (keySetTriedAt ?? 0) > Math.max(keySetAt ?? 0, keySetFaultAt ?? 0);

/** After how long, in ms, a launch looks again whether somebody else's fetch has ended. */
const LOOKS_MS = [200, 400, 800, 1600, 3200, 4000];

/**
 * The platform's keys: those kept, or fetched now by whoever holds the claim. The others of a class that launches at one moment wait
 * for that fetch instead of making their own. What was kept still serves when a fetch fails.
 */
export async function keysFor(
  call: SystemCall,
  { registration: row, mayFetch }: { registration: RegistrationRow; mayFetch: boolean },
  kid: string | null,
  outside: Outside,
): Promise<Keys> {
  if (mayFetch) {
    const fetched = await fetchKeySet(outside, row.keySetUrl);
    if (fetched.kind === 'fetched') return { kind: 'keys', keys: readKept(fetched.text), fetched };
    return { ...(row.keySet === null ? { kind: fetched.kind } : usable(row)), fetched };
  }
  let kept: KeptKeys = row;
  for (const wait of LOOKS_MS) {
    const keys = usable(kept);
    const isServed = keys.kind === 'keys' && (kid === null || keys.keys.has(kid));
    if (isServed || !isUnderWay(kept)) return keys;
    await new Promise((resolve) => setTimeout(resolve, wait));
    const { keySet, keySetAt, keySetTriedAt, keySetFault, keySetFaultAt } = registration;
    const [now] = await call.db
      .select({ keySet, keySetAt, keySetTriedAt, keySetFault, keySetFaultAt })
      .from(registration)
      .where(eq(registration.id, row.id));
    kept = now ?? kept;
  }
  return usable(kept);
}

/** The id under which a launch without a context is kept: its link is a course of its own. */
export const contextIdOf = ({ context, resourceLink }: Launch) =>
  context?.id ?? `(no context) ${resourceLink?.id ?? ''}`.trim();

/** What is known here of what a verified launch names. One round trip. */
export async function readMeaning({ db }: SystemCall, row: RegistrationRow, launch: Launch) {
  const { id: registrationId, issuer } = row;
  const { deploymentId, sub, resourceLink: link, custom } = launch;
  const contextId = contextIdOf(launch);
  const itsLink = and(
    eq(resourceLink.registrationId, registrationId),
    eq(resourceLink.deploymentId, deploymentId),
    eq(resourceLink.resourceLinkId, link?.id ?? ''),
  );
  const theirs = db
    .select({ userId: ltiUser.userId })
    .from(ltiUser)
    .where(and(eq(ltiUser.registrationId, registrationId), eq(ltiUser.sub, sub ?? '')));
  const linkedId = sql`(select id from ${resourceLink} where ${itsLink})`;
  const [
    [installed],
    [known],
    [vouched],
    [itsContext],
    [keyed],
    [source],
    [familiar],
    [itsResourceLink],
    [arrived],
    assessments,
  ] = await db.batch([
    db
      .select({ isApproved: deployment.isApproved })
      .from(deployment)
      .where(and(eq(deployment.registrationId, registrationId), eq(deployment.deploymentId, deploymentId))),
    selectUsers(db, theirs),
    selectByUsername(db, issuer, (sub !== null && launch.preferredUsername) || ''),
    db
      .select({ id: context.id, courseId: context.courseId })
      .from(context)
      .where(
        and(
          eq(context.registrationId, registrationId),
          eq(context.deploymentId, deploymentId),
          eq(context.contextId, contextId),
        ),
      ),
    selectByKey(db, contextId),
    selectSourceOf(db, contextId),
    db
      .select({ id: context.id })
      .from(context)
      .innerJoin(registration, eq(registration.id, context.registrationId))
      .innerJoin(course, eq(course.id, context.courseId))
      .where(and(eq(course.courseKey, contextId), eq(registration.issuer, issuer)))
      .limit(1),
    db
      .select({ id: resourceLink.id, assessmentId: resourceLink.assessmentId, lineItem: resourceLink.lineItem })
      .from(resourceLink)
      .where(itsLink),
    db
      .select({ sub: linkUser.sub })
      .from(linkUser)
      .where(and(sql`${linkUser.linkId} = ${linkedId}`, eq(linkUser.sub, sub ?? ''))),
    selectPublished(
      db,
      sql`select ${custom.assessment_id ?? null} union select assessment_id from ${resourceLink} where ${itsLink}`,
    ),
  ]);
  return {
    deployment: installed,
    /** The user behind this `sub`, or behind the user name that the platform vouches for. */
    user: known ?? vouched,
    isKnown: known !== undefined,
    context: itsContext,
    /**
     * The course whose key the context's id is, if this platform may speak of it: it is followed from there, or another of its contexts is this
     * course. A course that was made here belongs to those who made it, whatever a platform says.
     */
    course: keyed && (source ? isSame(source.lmsUrl, issuer) : familiar !== undefined) ? keyed : undefined,
    isKeyTaken: keyed !== undefined,
    link: itsResourceLink,
    hasArrived: arrived !== undefined,
    assessments,
  };
}
export type Meaning = Awaited<ReturnType<typeof readMeaning>>;

const isSame = (lmsUrl: string, issuer: string) =>
  URL.canParse(issuer) && new URL(issuer).origin === new URL(lmsUrl).origin;
