import { and, eq, getTableColumns, gt, inArray, isNull } from 'drizzle-orm';
import type { Outside } from '../http/index.ts';
import { type LetIn, signInVouchedFor } from '../identity/index.ts';
import type { OutsideCall } from '../lib/call.ts';
import { sha256 } from '../lib/crypto.ts';
import { signInClientOf } from './begin-sign-in.ts';
import { openSecret } from './connection-secrets.ts';
import { applyTaughtCourses, fetchTaughtCourses } from './course-roles.ts';
import { readIdClaims } from './id-claims.ts';
import { requestToken } from './oauth-client.ts';
import { upsertOpenedxUser } from './openedx-user.ts';
import { connection, signInState } from './schema.ts';

/**
 * How a sign-in ended. `expired`: the state is unknown, used, too old, or of another browser. `denied`: they or the platform said
 * no. `away`: the platform gave no answer. `misconfigured`: what it answered does not say who they are. `blocked`: they may not
 * sign in here. `came`: signed in, or still to show a second factor. `next` and `connectionId` lead back to where it began.
 */
export type Finished =
  | { kind: 'let-in'; came: LetIn; next: string }
  | { kind: 'expired' }
  | { kind: 'denied' | 'away' | 'misconfigured' | 'blocked'; next: string; connectionId: string };

type Call = OutsideCall;

/** The state's row, used up by reading it, with the connection it began at. One round trip, atomic. */
async function useUpState({ db, now }: Call, state: string, browser: string) {
  const isIt = and(
    eq(signInState.stateHash, await sha256(state)),
    eq(signInState.browserHash, await sha256(browser)),
    gt(signInState.expiresAt, now),
  );
  const itsConnection = db.select({ id: signInState.connectionId }).from(signInState).where(isIt);
  const [[row], [used]] = await db.batch([
    db
      .select(getTableColumns(connection))
      .from(connection)
      .where(
        and(inArray(connection.id, itsConnection), isNull(connection.deletedAt), eq(connection.allowSignIn, true)),
      ),
    db.delete(signInState).where(isIt).returning({ verifier: signInState.verifier, next: signInState.next }),
  ]);
  return row && used && { row, ...used };
}

/**
 * Ends a sign-in with Open edX: uses up the state, exchanges the code, finds or makes the user by `user_id`, gives and takes
 * back the courses they teach, and begins a page session. Nothing of the platform's token is kept. That roles cannot be read
 * does not stop anybody.
 */
export async function finishSignIn(
  call: Call,
  input: {
    state: string;
    /** Undefined: the platform came back with an error. */
    code: string | undefined;
    browser: string | undefined;
    redirectUri: string;
    previous: string | undefined;
  },
  outside: Outside,
): Promise<Finished> {
  const { state, code, browser, redirectUri, previous } = input;
  const begun = browser === undefined ? undefined : await useUpState(call, state, browser);
  if (!begun) return { kind: 'expired' };
  const { row, verifier, next } = begun;
  const { id: connectionId, lmsUrl } = row;
  const end = (kind: 'denied' | 'away' | 'misconfigured' | 'blocked') => ({ kind, next, connectionId });
  if (code === undefined) return end('denied');

  const client = signInClientOf(row);
  const secret = await openSecret(outside.secretsKey, row, client.kind);
  if (secret === undefined) return end('misconfigured');
  const answer = await requestToken(outside, lmsUrl, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    client_id: client.id,
    client_secret: secret,
    code_verifier: verifier,
  });
  if (!answer.ok) return end(answer.failure.kind === 'temporary' ? 'away' : 'misconfigured');
  const token = answer.value.access_token;
  const claims = readIdClaims(token, { lmsUrl, now: outside.now() });
  if (!claims) return end('misconfigured');

  const isVerified = claims.email_verified === true;
  const lmsUserId = claims.user_id;
  const [{ userId }, taught] = await Promise.all([
    upsertOpenedxUser(call, {
      connectionId,
      lmsUserId,
      username: claims.preferred_username,
      email: claims.email ?? null,
      emailVerified: isVerified,
      name: claims.name ?? null,
      isActive: isVerified,
      at: answer.at * 1000,
    }),
    fetchTaughtCourses(outside, lmsUrl, token),
  ]);
  if (taught.ok) await applyTaughtCourses(call, { connectionId, lmsUserId, userId }, taught.value);
  const came = await signInVouchedFor(call, userId, previous);
  return came ? { kind: 'let-in', came, next } : end('blocked');
}
