import { and, eq, isNull, lte, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { isFetchDue } from './fetch-key-set.ts';
import type { LaunchRefusal } from './refusals.ts';
import { login, registration } from './schema.ts';

/** The parameters of a login initiation (security-v1p0 §5.1.1.1, lti-cs-oidc-v0p1), as they came. */
export type LoginRequest = {
  iss: string;
  loginHint: string;
  targetLinkUri: string;
  messageHint: string | null;
  deploymentId: string | null;
  clientId: string | null;
  storageTarget: string | null;
};

/** How long a login may take, in ms. */
export const LOGIN_MS = 10 * 60_000;

export type Begun = {
  kind: 'begun';
  registrationId: string;
  /** Where the browser goes on: the platform's authorisation endpoint with our question. */
  authorisationUrl: string;
  frameOrigins: string[];
  state: string;
  /** What the browser is to keep, to show later that it began this login. */
  browserSecret: string;
  /** Nobody has fetched the platform's keys for long: better now than when the token is here. */
  wantsKeys: boolean;
};

export type LoginRefused = { kind: 'refused'; reason: LaunchRefusal; registrationId?: string };

/** The origin of `blob:https://…` is the one inside, so the protocol counts too; nobody's name and password belong there. */
function isOn(origin: string, uri: string): boolean {
  const url = URL.parse(uri);
  return url?.origin === origin && url.protocol.startsWith('http') && url.username === '' && url.password === '';
}

/** The authentication request of security-v1p0 §5.1.1.2. A query the platform's address has of its own stays. */
function authorisationUrlOf(
  { authLoginUrl, clientId }: { authLoginUrl: string; clientId: string },
  asked: { redirectUri: string; loginHint: string; messageHint: string | null; state: string; nonce: string },
): string {
  const url = new URL(authLoginUrl);
  const query = {
    scope: 'openid',
    response_type: 'id_token',
    response_mode: 'form_post',
    prompt: 'none',
    client_id: clientId,
    redirect_uri: asked.redirectUri,
    login_hint: asked.loginHint,
    state: asked.state,
    nonce: asked.nonce,
    ...(asked.messageHint !== null && { lti_message_hint: asked.messageHint }),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/**
 * Begins a login: one row with state, nonce and the browser's secret, and the address to go on at. `origin` is ours. One round
 * trip: the row is written only if exactly one active registration is meant.
 */
export async function beginLogin(
  { db, now }: SystemCall,
  asked: LoginRequest,
  { origin, loginMs = LOGIN_MS }: { origin: string; loginMs?: number | undefined },
): Promise<Begun | LoginRefused> {
  if (!isOn(origin, asked.targetLinkUri)) return { kind: 'refused', reason: 'target_not_ours' };
  const [state, nonce, browserSecret] = [newSecret(), newSecret(), newSecret()];
  const [stateHash, nonceHash, browserHash] = await Promise.all(
    [state, nonce, browserSecret].map((one) => sha256(one)),
  );
  const meant = and(
    eq(registration.issuer, asked.iss),
    isNull(registration.deletedAt),
    asked.clientId === null ? undefined : eq(registration.clientId, asked.clientId),
  );
  const [found] = await db.batch([
    db.select().from(registration).where(meant).limit(2),
    batchable(
      db,
      sql`insert into ${login} (state_hash, registration_id, nonce_hash, browser_hash, target_link_uri, deployment_id, login_hint,
        message_hint, storage_target, expires_at)
      select ${stateHash}, id, ${nonceHash}, ${browserHash}, ${asked.targetLinkUri}, ${asked.deploymentId}, ${asked.loginHint},
        ${asked.messageHint}, ${asked.storageTarget}, ${now + loginMs}
      from ${registration} where ${meant} and ${registration.isActive}
        and (select count(*) from ${registration} where ${meant}) = 1`,
    ),
  ]);
  const [row, another] = found;
  if (!row) return { kind: 'refused', reason: 'registration_unknown' };
  if (another) return { kind: 'refused', reason: 'registration_ambiguous' };
  if (!row.isActive) return { kind: 'refused', reason: 'registration_inactive', registrationId: row.id };
  return {
    kind: 'begun',
    registrationId: row.id,
    authorisationUrl: authorisationUrlOf(row, { ...asked, redirectUri: `${origin}/lti/launch`, state, nonce }),
    frameOrigins: row.frameOrigins,
    state,
    browserSecret,
    wantsKeys: isFetchDue(row, now),
  };
}

/** Forgets logins nobody came back from, an hour after their end: until then "expired" can be told from "unknown". For the sweep. */
export async function forgetLogins({ db, now }: SystemCall): Promise<void> {
  await db.delete(login).where(lte(login.expiresAt, now - 3_600_000));
}
