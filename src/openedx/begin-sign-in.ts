import { and, asc, eq, isNull, lte } from 'drizzle-orm';
import type { Outside } from '../http/index.ts';
import { checkPlatformUrl } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { connection, signInState } from './schema.ts';

/** How long somebody may take to sign in at the platform. */
export const SIGN_IN_MS = 10 * 60_000;

const offersSignIn = and(isNull(connection.deletedAt), eq(connection.allowSignIn, true));

/** The connections by which somebody may sign in, the default first. One round trip. */
export const listSignInConnections = ({ db }: SystemCall) =>
  db
    .select({ id: connection.id, name: connection.name })
    .from(connection)
    .where(offersSignIn)
    .orderBy(asc(connection.createdAt), asc(connection.id))
    .limit(10);

/** The client people sign in by: one of its own, or that of the service user. */
export const signInClientOf = ({ clientId, signInClientId }: typeof connection.$inferSelect) =>
  signInClientId === null
    ? ({ id: clientId, kind: 'client' } as const)
    : ({ id: signInClientId, kind: 'signIn' } as const);

/**
 * Begins a sign-in with Open edX (authorization code, PKCE S256) and answers where to send the browser, whose cookie holds
 * `browser`. Without `connectionId` the default. Refuses with `not_found` where there is nothing to sign in by. Two round trips.
 */
export async function beginSignIn(
  { db, now }: SystemCall,
  input: { connectionId: string | undefined; next: string; browser: string; redirectUri: string },
  outside: Pick<Outside, 'allowLoopback'>,
): Promise<{ url: string }> {
  const { connectionId, next, browser, redirectUri } = input;
  const [row] = await db
    .select()
    .from(connection)
    .where(and(offersSignIn, connectionId === undefined ? undefined : eq(connection.id, connectionId)))
    .orderBy(asc(connection.createdAt), asc(connection.id))
    .limit(1);
  if (!row || !checkPlatformUrl(row.lmsUrl, outside).ok) throw new DomainError('not_found');
  const [state, verifier] = [newSecret(), newSecret()];
  await db.insert(signInState).values({
    stateHash: await sha256(state),
    connectionId: row.id,
    browserHash: await sha256(browser),
    verifier,
    next,
    expiresAt: now + SIGN_IN_MS,
  });
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: signInClientOf(row).id,
    redirect_uri: redirectUri,
    scope: 'user_id profile email',
    state,
    code_challenge: await sha256(verifier),
    code_challenge_method: 'S256',
  });
  return { url: `${row.lmsUrl}/oauth2/authorize/?${query}` };
}

/** Forgets sign-ins nobody came back from. For the sweep. */
export async function forgetSignIns({ db, now }: SystemCall): Promise<void> {
  await db.delete(signInState).where(lte(signInState.expiresAt, now));
}
