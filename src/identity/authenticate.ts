import { connect } from '../db/index.ts';
import type { AppContext, Guard, Passage } from '../http/index.ts';
import type { Actor } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { findKeyActor, isKey } from './keys/find-key.ts';
import { liveActor, requireLive } from './live-actor.ts';
import { verifyAccessToken, verifyAttemptToken } from './tokens.ts';

/** RFC 6750 §2.1: one token in the header, its scheme in any case; no other way in. */
function tokenOf(c: AppContext): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(c.req.header('authorization') ?? '')?.[1];
}

function bearerOf(c: AppContext): string {
  const token = tokenOf(c);
  if (!token) throw new DomainError('unauthenticated');
  return token;
}

const accessActor = (c: AppContext, token: string) => verifyAccessToken(c.env.ACCESS_TOKEN_KEY, token, c.get('now'));

const keyActor = (c: AppContext, key: string) =>
  findKeyActor({ db: connect(c.env.DB, c.var.trips), now: c.var.now }, key);

/**
 * Whom a token or key speaks for, by its signature or in one query; undefined for anything else. Kept in the passage, so that whoever
 * else wants to know need not ask again.
 */
export async function findCaller(c: AppContext, passage: Passage): Promise<Actor | undefined> {
  if (passage.caller === undefined) {
    const token = tokenOf(c);
    const found = token === undefined ? undefined : await (isKey(token) ? keyActor(c, token) : accessActor(c, token));
    passage.caller = found ?? null;
  }
  return passage.caller ?? undefined;
}

async function requireAccess(c: AppContext, token: string): Promise<Actor> {
  // A key is a machine's: it sits no assessment, and is looked up wherever else it comes.
  const actor = isKey(token) ? undefined : await accessActor(c, token);
  if (!actor) throw new DomainError('unauthenticated', 'This access token is not good, or no longer');
  return actor;
}

/** The answer path: by signature alone, no query. The owner kept in the object decides whether the attempt is theirs. */
async function authenticateAttempt(c: AppContext, passage: Passage) {
  const token = bearerOf(c);
  const claims = await verifyAttemptToken(c.env.ACCESS_TOKEN_KEY, token, c.get('now'));
  if (claims) {
    if (claims.attemptId !== c.req.param('id'))
      throw new DomainError('unauthenticated', 'This token is for another attempt');
    c.set('holderId', claims.userId);
    passage.holder = { userId: claims.userId };
    return;
  }
  const actor = await requireAccess(c, token);
  c.set('actor', actor);
  passage.holder = { userId: actor.userId };
}

/**
 * Finds out who asks (http/endpoint.ts, `Access`), or refuses with `unauthenticated`. One query where `live` is `at once`, and for
 * every API key.
 */
export const authenticate: Guard = {
  name: 'authentication',
  async check(c, passage) {
    const { access } = passage.endpoint;
    if (access.kind === 'anyone') return;
    if (access.kind === 'attempt') return await authenticateAttempt(c, passage);
    const isByKey = isKey(bearerOf(c));
    const actor = await findCaller(c, passage);
    if (!actor)
      throw new DomainError('unauthenticated', `This ${isByKey ? 'key' : 'access token'} is not good, or no longer`);
    // Just looked up: a key that was revoked, or whose owner may no longer, opens nothing from then on.
    if (isByKey) {
      c.set('actor', actor);
      return;
    }
    // The verb cannot look where a kept answer is given without it.
    const isKept = access.live === 'by the verb' && c.req.header('idempotency-key') !== undefined;
    // Whether somebody still has only the password of their slip is asked as often as they come.
    if (access.live !== 'at once' && !isKept && !actor.mustChangePassword) {
      c.set('actor', actor);
      return;
    }
    const db = connect(c.env.DB, c.var.trips);
    const live = requireLive(await liveActor(db, actor, c.var.now), actor);
    if (live.mustChangePassword && !passage.endpoint.opensFirst) throw new DomainError('password_change_required');
    c.set('actor', live);
  },
};
