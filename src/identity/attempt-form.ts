import type { AppContext, Viewer } from '../http/index.ts';
import { isStaff } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { consoleLog, errorLine } from '../lib/log.ts';
import { secretOf, seeSession } from './page-session.ts';
import { csrfFor, readUnprotectedForm } from './read-form.ts';
import { verifyAttemptToken } from './tokens.ts';

/*
 * Forms of an open attempt carry its token, and nothing else is asked: no cookie, no session, no database. So an expired
 * sign-in never stops a student from saving; and since no other site can know the token, it is the form's protection too.
 */

/** Reads a form that the attempt token in it opens, for the attempt in the path. Refuses with 413, 415 and `bad_token`. */
export async function readAttemptForm(c: AppContext): Promise<{ userId: string; form: FormData }> {
  const form = await readUnprotectedForm(c);
  const token = form.get('token');
  const claims =
    typeof token === 'string' ? await verifyAttemptToken(c.env.ACCESS_TOKEN_KEY, token, c.var.now) : undefined;
  if (!claims || claims.attemptId !== c.req.param('id')) throw new DomainError('bad_token');
  return { userId: claims.userId, form };
}

/**
 * The reader as the frame of a page shows them, if it is `userId` who is signed in here. Undefined for anybody else, and while
 * the database cannot be asked: what the token has opened does not wait for it. At most one round trip.
 */
export async function findViewer(c: AppContext, userId: string): Promise<Viewer | undefined> {
  const secret = secretOf(c);
  if (!secret) return undefined;
  try {
    const found = await seeSession(c, secret);
    if (found?.userId !== userId) return undefined;
    const actor = { userId, role: found.role, sessionId: found.sessionId };
    return { name: found.name, isStaff: isStaff(actor), csrf: await csrfFor(c) };
  } catch (error) {
    consoleLog('error', errorLine({ where: 'viewer of a paper', request_id: c.var.requestId }, error));
    return undefined;
  }
}
