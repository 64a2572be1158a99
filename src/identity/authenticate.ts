import { connect } from '../db/index.ts';
import type { AppContext, Guard } from '../http/index.ts';
import { DomainError } from '../lib/errors.ts';
import { liveActor, requireLive } from './live-actor.ts';
import { verifyAccessToken, verifyAttemptToken } from './tokens.ts';

/** RFC 6750 §2.1: the header and nothing else. */
function bearerOf(c: AppContext): string {
  const [, token] = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (!token) throw new DomainError('unauthenticated');
  return token;
}

/** Finds out who asks. The answer path is decided by signature alone and costs no query (see http/endpoint.ts, Access). */
export const authenticate: Guard = {
  name: 'authentication',
  async check(c, passage) {
    const { access } = passage.endpoint;
    if (access.kind === 'anyone') return;
    const token = bearerOf(c);
    const { ACCESS_TOKEN_KEY: secret } = c.env;
    if (access.kind === 'attempt') {
      const claims = await verifyAttemptToken(secret, token, c.var.now);
      if (claims) {
        if (claims.attemptId !== c.req.param('id')) throw new DomainError('unauthenticated', 'This token is for another attempt');
        passage.holder = { userId: claims.userId };
        return;
      }
    }
    const actor = await verifyAccessToken(secret, token, c.var.now);
    if (!actor) throw new DomainError('unauthenticated');
    passage.holder = { userId: actor.userId };
    const isAtOnce = access.kind === 'signed-in' && access.live === 'at once';
    c.set('actor', isAtOnce ? requireLive(await liveActor(connect(c.env.DB, c.var.trips), actor), actor) : actor);
  },
};
