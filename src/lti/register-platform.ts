import { sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import { type Outside, type Reached, reachPlatform } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { nameOf, orTaken } from './create-registration.ts';
import { framesAround } from './frame-origins.ts';
import { findInvitation, isOpenInvitation } from './invitations.ts';
import { type PlatformConfiguration, readConfiguration, readRegistered } from './platform-configuration.ts';
import { platformWords } from './platform-words.ts';
import { checkEndpointUrl } from './registration-urls.ts';
import { deployment, invitation, registration } from './schema.ts';
import { toolConfiguration } from './tool-configuration.ts';
import { USER_AGENT } from './words.ts';

/** Registrations that may wait for an admin at a time: anybody can make one. */
const MOST_WAITING = 50;
const LIMITS = { timeoutMs: 8_000, maxBytes: 256 * 1024 };

/** How a registration can end otherwise than well, and the status of the page that says so. */
const failures = {
  address_refused: 400,
  invitation_over: 403,
  taken: 409,
  full: 409,
  too_many_requests: 429,
  configuration_unavailable: 502,
  configuration_malformed: 502,
  other_host: 502,
  registration_refused: 502,
  registration_malformed: 502,
} as const;
export type RegisterFailure = keyof typeof failures;
export const statusOfFailure = (reason: RegisterFailure) => failures[reason];

type Failed = { kind: 'failed'; reason: RegisterFailure; detail: string };
type Registered = { kind: 'registered'; id: string; isActive: boolean };

const failed = (reason: RegisterFailure, detail = ''): Failed => ({ kind: 'failed', reason, detail });

/** What a platform's link brought: where its configuration stands, its own one-time token, and the secret of our invitation. */
export type RegisterRequest = { configurationUrl: string; token: string | undefined; invitation: string | undefined };

const isWaiting = sql`is_dynamic = 1 and is_active = 0 and deleted_at is null`;

/** Told before anything is asked of anybody; what decides is the write. */
async function refuseEarly(call: SystemCall, secret: string | undefined): Promise<Failed | undefined> {
  if (secret !== undefined) return (await findInvitation(call, secret)) ? undefined : failed('invitation_over');
  const [waiting] = await call.db.select({ count: sql<number>`count(*)` }).from(registration).where(isWaiting);
  return (waiting?.count ?? 0) >= MOST_WAITING ? failed('full') : undefined;
}

const whyNot = (reached: Reached) =>
  reached.kind === 'answered' ? `${reached.status} ${platformWords(reached.text)}`.trim() : reached.reason;

const isSuccess = (reached: Reached) => reached.kind === 'answered' && reached.status >= 200 && reached.status < 300;

async function fetchConfiguration(url: string, outside: Outside): Promise<PlatformConfiguration | Failed> {
  const reached = await reachPlatform(outside, url, { headers: { 'user-agent': USER_AGENT } }, LIMITS);
  if (reached.kind === 'too-large' || reached.kind === 'not-utf8') return failed('configuration_malformed');
  if (reached.kind !== 'answered' || !isSuccess(reached)) return failed('configuration_unavailable', whyNot(reached));
  const read = readConfiguration(reached.text, url, outside);
  return read.ok ? read.configuration : failed(read.reason, read.detail);
}

async function postTool(
  { registrationUrl }: PlatformConfiguration,
  token: string | undefined,
  tool: object,
  outside: Outside,
) {
  const headers = {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const init = { method: 'POST', headers, body: JSON.stringify(tool) } as const;
  const reached = await reachPlatform(outside, registrationUrl, init, LIMITS);
  if (reached.kind === 'too-large' || reached.kind === 'not-utf8') return failed('registration_malformed');
  if (reached.kind !== 'answered' || !isSuccess(reached)) return failed('registration_refused', whyNot(reached));
  return readRegistered(reached.text) ?? failed('registration_malformed');
}

type Client = { clientId: string; deploymentId: string | null };

/**
 * Keeps the registration with its deployment. It is active if the invitation was used up by this very batch; otherwise it waits, as
 * far as there is room, also where somebody else used the same link a moment before.
 */
async function keep(
  call: SystemCall,
  platform: PlatformConfiguration,
  { clientId, deploymentId }: Client,
  secret: string | undefined,
  rules: { allowLoopback: boolean },
): Promise<Registered | Failed> {
  const { db, now } = call;
  const id = newId('registration', now);
  const { issuer, authLoginUrl, authTokenUrl, keySetUrl, audience } = platform;
  const frames = JSON.stringify(framesAround(platform, rules));
  const secretHash = await sha256(secret ?? '');
  const write = () =>
    db.batch([
      db
        .update(invitation)
        .set({ usedAt: now })
        .where(isOpenInvitation(secretHash, now))
        .returning({ id: invitation.id }),
      batchable(
        db,
        sql`insert into ${registration} (id, name, issuer, client_id, auth_login_url, auth_token_url, key_set_url, audience,
            allow_anonymous, frame_origins, is_active, is_dynamic, created_at)
          select ${id}, ${nameOf(issuer)}, ${issuer}, ${clientId}, ${authLoginUrl}, ${authTokenUrl}, ${keySetUrl}, ${audience},
            0, ${frames}, changes() = 1, 1, ${now}
          where changes() = 1 or (select count(*) from ${registration} where ${isWaiting}) < ${MOST_WAITING}`,
      ),
      batchable(
        db,
        sql`insert into ${deployment} (registration_id, deployment_id, is_approved, created_at)
          select id, ${deploymentId}, 1, ${now} from ${registration} where id = ${id} and ${deploymentId} is not null`,
      ),
      db.select({ isActive: registration.isActive }).from(registration).where(sql`id = ${id}`),
    ]);
  try {
    const [, , , [kept]] = await orTaken(write);
    return kept ? { kind: 'registered', id, isActive: kept.isActive } : failed('full');
  } catch (error) {
    if (error instanceof DomainError && error.code === 'in_use') return failed('taken');
    throw error;
  }
}

/**
 * Dynamic registration (lti-dr-v1p0): reads the platform's configuration, tells it of us, and keeps what it answers. The
 * registration waits for an admin unless an invitation of one came with it. Asks the platform twice at most, in bounded time.
 */
export async function registerPlatform(
  call: SystemCall,
  { configurationUrl, token, invitation: secret }: RegisterRequest,
  { outside, origin, name }: { outside: Outside; origin: string; name: string },
): Promise<Registered | Failed> {
  const checked = checkEndpointUrl(configurationUrl, outside);
  if (!checked.ok) return failed('address_refused', checked.reason);
  const early = await refuseEarly(call, secret);
  if (early) return early;
  const platform = await fetchConfiguration(checked.url, outside);
  if ('kind' in platform) return platform;
  const client = await postTool(platform, token, toolConfiguration(origin, name), outside);
  if ('kind' in client) return client;
  return await keep(call, platform, client, secret, outside);
}
