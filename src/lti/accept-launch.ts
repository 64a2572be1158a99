import { eq, inArray, sql } from 'drizzle-orm';
import type { Offered } from '../assessments/index.ts';
import { violates } from '../db/index.ts';
import type { Outside } from '../http/index.ts';
import type { LaunchFacts } from '../identity/index.ts';
import type { OutsideCall, SystemCall } from '../lib/call.ts';
import { equalInConstantTime, sha256 } from '../lib/crypto.ts';
import { keepFetched } from './fetch-key-set.ts';
import { kidOf, readHeader } from './key-set.ts';
import type { DeepLinkingSettings, Launch } from './launch.ts';
import { keysFor, type LoginRow, type Meaning, type RegistrationRow, readLogin, readMeaning } from './read-launch.ts';
import type { LaunchRefusal } from './refusals.ts';
import { roleOf } from './roles.ts';
import { deployment, login, registration } from './schema.ts';
import { verifyLaunch } from './verify-launch.ts';
import { writeLaunch } from './write-launch.ts';

/** What the browser posted to `/lti/launch` (security-v1p0 §5.1.1.3), and what it brings to show that it began this login. */
export type Posted = {
  state: string;
  idToken: string;
  /** From localStorage or the platform's storage, by our page; empty when it found none, null before it was asked. */
  proof: string | null;
  /** The secret of the cookie that belongs to the state. */
  cookie: string | undefined;
  /** The secret of the page session this browser has. */
  session: string | undefined;
};

type Where = { registration?: RegistrationRow; login?: LoginRow };

export type Refused = { kind: 'refused'; reason: LaunchRefusal } & Where;

export type Launched =
  | {
      kind: 'accepted';
      facts: LaunchFacts;
      registration: RegistrationRow;
      launch: Launch;
      userId: string;
      /** What they are called here. */
      name: string;
      /** The event to react to: grades they have may be owed to the place they came by. */
      arrivalId: string | undefined;
      landing: string;
      /** For `POST /lti/session`, and for a window of its own or the answer of deep linking. */
      codes: { session: string; page: string };
      sessionSecret: string;
      /** Assessments an instructor may place, for deep linking. */
      offered: Offered[];
      deepLinking: DeepLinkingSettings | null;
    }
  | ({ kind: 'ask-browser' } & Required<Where>)
  | Refused;

const PENDING_DEPLOYMENTS = 50;

/** A deployment nobody approved yet, for admins to see. Signed tokens only get here, and 50 of a registration are kept. */
async function keepPending({ db, now }: SystemCall, registrationId: string, deploymentId: string) {
  await db.run(sql`insert into ${deployment} (registration_id, deployment_id, is_approved, created_at)
    select ${registrationId}, ${deploymentId}, 0, ${now}
    where (select count(*) from ${deployment} where registration_id = ${registrationId} and is_approved = 0) < ${PENDING_DEPLOYMENTS}
    on conflict do nothing`);
}

/** Whether the browser has shown what it was given when the login began. Undefined: it was not asked yet. */
async function isBound({ browserHash }: LoginRow, { cookie, proof }: Posted): Promise<boolean | undefined> {
  for (const secret of [cookie, proof ?? undefined]) {
    if (secret && equalInConstantTime(await sha256(secret), browserHash)) return true;
  }
  return proof === null ? undefined : false;
}

/** What stands in the way of a verified launch here, or undefined. */
function objectionTo(launch: Launch, { deployment: installed, user, assessments }: Meaning): LaunchRefusal | undefined {
  if (!installed?.isApproved) return 'deployment_pending';
  if (user && user.blockedAt !== null) return 'blocked';
  if (launch.messageType === 'LtiDeepLinkingRequest') {
    return roleOf(launch.roles) === 'instructor' ? undefined : 'not_an_instructor';
  }
  const named = launch.custom.assessment_id;
  return named && !assessments.some(({ id }) => id === named) ? 'assessment_not_found' : undefined;
}

/** Two launches that make the same user, context or link at once: one of them looks again and finds it made. */
const ROUNDS = 4;

/**
 * Takes in a launch: checks the token (verify-launch.ts), asks the browser whether it began the login, and only then uses the login
 * up, in the one batch that makes everything the launch brings. Three round trips. Whatever is refused leaves the login as it was.
 */
export async function acceptLaunch(call: OutsideCall, posted: Posted, outside: Outside): Promise<Launched> {
  const { now } = call;
  if (!readHeader(posted.idToken)) return { kind: 'refused', reason: 'token_malformed' };
  const kid = kidOf(posted.idToken);
  const stateHash = await sha256(posted.state);
  const found = await readLogin(call, stateHash, kid);
  if (!found) return { kind: 'refused', reason: 'state_unknown' };
  const { login: begun, registration } = found;
  const where = { login: begun, registration };
  const refuse = (reason: LaunchRefusal): Launched => ({ kind: 'refused', reason, ...where });
  if (registration.deletedAt !== null) return refuse('registration_unknown');
  if (!registration.isActive) return refuse('registration_inactive');

  const keys = await keysFor(call, found, kid, outside);
  const keeping = keys.fetched && keepFetched({ ...call, now: outside.now() }, registration.id, keys.fetched);
  if (keys.kind !== 'keys') {
    await keeping;
    return refuse(keys.kind);
  }
  const verdict = await verifyLaunch(posted.idToken, begun, registration, keys.keys, now);
  const objection =
    verdict.kind === 'refused'
      ? verdict.reason
      : begun.usedAt !== null
        ? 'state_used'
        : begun.expiresAt <= now
          ? 'state_expired'
          : undefined;
  const bound = await isBound(begun, posted);
  if (verdict.kind === 'refused' || objection || !bound) {
    await keeping;
    if (objection) return refuse(objection);
    return bound === undefined ? { kind: 'ask-browser', ...where } : refuse('not_this_browser');
  }

  const { launch } = verdict;
  for (let round = 1; ; round++) {
    const meaning = await readMeaning(call, registration, launch);
    const refusal = objectionTo(launch, meaning);
    if (refusal) {
      await keeping;
      if (refusal === 'deployment_pending') await keepPending(call, registration.id, launch.deploymentId);
      return refuse(refusal);
    }
    try {
      const written = await writeLaunch(call, {
        stateHash,
        registration,
        launch,
        meaning,
        previous: posted.session,
        keeping,
      });
      return { kind: 'accepted', registration, launch, deepLinking: launch.deepLinking, ...written };
    } catch (error) {
      // Somebody used the login up between our reading and our writing.
      if (violates(error, 'NOT NULL', 'lti_login.expires_at')) return refuse('state_used');
      const isMade = [
        'lti_user.registration_id',
        'lti_context.registration_id',
        'lti_resource_link.registration_id',
        'course.course_key',
      ] as const;
      if (round >= ROUNDS || !isMade.some((column) => violates(error, 'UNIQUE', column))) throw error;
    }
  }
}

/** Uses a login up without a launch: the platform came back with an error (security-v1p0 §5.1.1.5). */
export async function refuseByPlatform(call: SystemCall, state: string): Promise<Refused> {
  const isIt = eq(login.stateHash, await sha256(state));
  const ofIt = call.db.select({ id: login.registrationId }).from(login).where(isIt);
  const [[row]] = await call.db.batch([
    call.db.select().from(registration).where(inArray(registration.id, ofIt)),
    call.db.update(login).set({ usedAt: call.now }).where(isIt),
  ]);
  return row
    ? { kind: 'refused', reason: 'platform_refused', registration: row }
    : { kind: 'refused', reason: 'state_unknown' };
}
