import { and, eq, gt } from 'drizzle-orm';
import { violates } from '../../db/index.ts';
import { record } from '../../events/index.ts';
import type { Outside } from '../../http/index.ts';
import type { Actor, OutsideCall } from '../../lib/call.ts';
import { sha256 } from '../../lib/crypto.ts';
import { DomainError } from '../../lib/errors.ts';
import { auditRow } from '../audit.ts';
import { userRow } from '../create-user.ts';
import { externalIdentity, externalSignIn, user } from '../schema.ts';
import { type LetIn, signInVouchedFor } from '../sign-in.ts';
import { normaliseEmail } from '../users.ts';
import { askProvider } from './ask-provider.ts';
import { type Identity, identityRow, linkIdentity } from './link-identity.ts';
import { type Credentials, type ProviderName, providers } from './providers.ts';

/**
 * How a sign-in with a provider ended. `expired`: the state is unknown, used, too old, of another browser, or of somebody who is no longer
 * signed in here. `known-address`: somebody here has the verified address, `userId`; they show first that it is theirs. `taken`: the
 * identity is somebody else's, or they have another of this provider.
 */
export type Finished =
  | { kind: 'expired' }
  | { kind: 'let-in'; came: LetIn; next: string }
  | { kind: 'linked'; next: string }
  | { kind: 'known-address'; userId: string; identity: Identity; next: string }
  | { kind: 'denied' | 'away' | 'misconfigured'; why: string; next: string }
  | { kind: 'blocked' | 'taken'; next: string };

type Input = {
  provider: ProviderName;
  /** The query the browser came back with. */
  parameters: URLSearchParams;
  browser: string | undefined;
  redirectUri: string;
  previous: string | undefined;
  device: string | null;
  /** Who is signed in here in that browser. */
  actor: Actor | undefined;
};
type Parts = { outside: Outside; credentials: Credentials; limitRegistration: () => Promise<void> };

/** The state's row, used up by reading it: good once, in its browser, at its provider. One round trip. */
async function useUpState({ db, now }: OutsideCall, { provider, parameters, browser }: Input) {
  const state = parameters.get('state');
  if (!state || browser === undefined) return undefined;
  const [used] = await db
    .delete(externalSignIn)
    .where(
      and(
        eq(externalSignIn.stateHash, await sha256(state)),
        eq(externalSignIn.browserHash, await sha256(browser)),
        eq(externalSignIn.provider, provider),
        gt(externalSignIn.expiresAt, now),
      ),
    )
    .returning();
  return used && { state, ...used };
}

type Whose = { userId: string } | { known: string };

/** Whose identity it is, or who has its address. Undefined: nobody knows them here. One round trip. */
async function findWhose({ db }: OutsideCall, { provider, person }: Identity): Promise<Whose | undefined> {
  const [[linked], [known]] = await db.batch([
    db
      .select({ userId: externalIdentity.userId })
      .from(externalIdentity)
      .where(and(eq(externalIdentity.provider, provider), eq(externalIdentity.subject, person.subject))),
    db
      .select({ id: user.id })
      .from(user)
      .where(eq(user.email, normaliseEmail(person.email ?? ''))),
  ]);
  return linked ?? (known && { known: known.id });
}

/** A new student, known by an identity. Undefined when somebody has its address or the identity meanwhile. One round trip. */
async function makeStudent(call: OutsideCall, identity: Identity): Promise<{ userId: string } | undefined> {
  const { db, now } = call;
  const { email, name } = identity.person;
  const named = userRow({ email: email ?? '', name, role: 'student' }, now);
  const made = email === null ? { ...named, email } : { ...named, emailVerifiedAt: now };
  const detail = { before: null, after: { role: made.role, provider: identity.provider } };
  try {
    await db.batch([
      db.insert(user).values(made),
      auditRow({ ...call, actor: { userId: made.id } }, { action: 'user.registered', subject: made.id, detail }),
      db.insert(externalIdentity).values(identityRow(made.id, identity, now)),
      record(call, { type: 'user.registered', payload: { userId: made.id } }),
    ]);
  } catch (error) {
    const isTaken = violates(error, 'UNIQUE', 'user.email') || violates(error, 'UNIQUE', 'external_identity.provider');
    if (!isTaken) throw error;
    return undefined;
  }
  return { userId: made.id };
}

async function findOrMake(call: OutsideCall, identity: Identity, { limitRegistration }: Parts): Promise<Whose> {
  const found = await findWhose(call, identity);
  if (found) return found;
  await limitRegistration();
  const whose = (await makeStudent(call, identity)) ?? (await findWhose(call, identity));
  if (!whose) throw new DomainError('conflict');
  return whose;
}

/**
 * Ends a sign-in with a provider: uses up the state, asks who it is, then links the identity to whom it was begun for, signs in whose it is,
 * or makes a new student of somebody nobody knows. An address never joins anybody to an account that is here already. Nothing of the
 * provider's tokens is kept. At most five round trips.
 */
export async function finishExternalSignIn(call: OutsideCall, input: Input, parts: Parts): Promise<Finished> {
  const begun = await useUpState(call, input);
  if (!begun) return { kind: 'expired' };
  const { state, nonce, verifier, next, userId } = begun;
  const { provider, parameters, redirectUri, actor } = input;
  if (userId !== null && (actor?.userId !== userId || actor.isHeld)) return { kind: 'expired' };

  const { outside, credentials } = parts;
  const question = { parameters, state, nonce, verifier, redirectUri, credentials };
  const asked = await askProvider(providers[provider], question, outside);
  if (!asked.ok) return { kind: asked.reason, why: asked.why, next };
  const identity = { provider, person: asked.person };

  if (actor && userId !== null) {
    try {
      await linkIdentity({ ...call, actor }, identity);
      return { kind: 'linked', next };
    } catch (error) {
      if (error instanceof DomainError && error.code === 'identity_taken') return { kind: 'taken', next };
      throw error;
    }
  }
  const whose = await findOrMake(call, identity, parts);
  if ('known' in whose) return { kind: 'known-address', userId: whose.known, identity, next };
  const came = await signInVouchedFor(call, whose.userId, input.previous, input.device);
  return came ? { kind: 'let-in', came, next } : { kind: 'blocked', next };
}
