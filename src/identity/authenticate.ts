import { connect } from '../db/index.ts';
import type { AppContext, Guard, Passage } from '../http/index.ts';
import type { Actor } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { liveActor, requireLive } from './live-actor.ts';
import { verifyAccessToken, verifyAttemptToken } from './tokens.ts';

/** RFC 6750 §2.1: one token in the header, its scheme in any case; no other way in. */
function bearerOf(c: AppContext): string {
  const [, token] = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (!token) throw new DomainError('unauthenticated');
  return token;
}

async function requireAccess(c: AppContext, token: string): Promise<Actor> {
  const actor = await verifyAccessToken(c.env.ACCESS_TOKEN_KEY, token, c.get('now'));
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

/** Finds out who asks (http/endpoint.ts, `Access`), or refuses with `unauthenticated`. One query where `live` is `at once`. */
export const authenticate: Guard = {
  name: 'authentication',
  async check(c, passage) {
    const { access } = passage.endpoint;
    if (access.kind === 'anyone') return;
    if (access.kind === 'attempt') return await authenticateAttempt(c, passage);
    const actor = await requireAccess(c, bearerOf(c));
    // The verb cannot look where a kept answer is given without it.
    const isKept = access.live === 'by the verb' && c.req.header('idempotency-key') !== undefined;
    if (access.live !== 'at once' && !isKept) {
      c.set('actor', actor);
      return;
    }
    const db = connect(c.env.DB, c.var.trips);
    c.set('actor', requireLive(await liveActor(db, actor, c.var.now), actor));
  },
};
