import { and, eq, ne, or, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import type { OutsideCall, SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { newId } from '../lib/ids.ts';
import { beginFamily, PAGE_SESSION_MS } from './begin-sign-in.ts';
import type { LaunchFacts } from './launch-facts.ts';
import { session, user } from './schema.ts';
import { isWelcome } from './sign-in.ts';

/**
 * Signs in to the API somebody whom a learning platform has vouched for, in the role of their launch. Undefined when they are
 * blocked here. One round trip.
 */
export const signInByLaunch = (call: OutsideCall, userId: string, launch: LaunchFacts, secret: string) =>
  beginFamily(call, isWelcome(userId), { userId, by: 'launch', device: null }, secret, launch);

type LaunchSession = { userId: string; launch: LaunchFacts; frameOrigins: readonly string[] };

/**
 * The page session of a launch, for the launch's own batch: the secret for the cookie and the statements. The session the browser
 * came with, `previous`, goes on where it is the same person's in the same role, so that two frames on one page do not put
 * each other out; any other ends.
 */
export async function sessionByLaunch(
  { db, now }: SystemCall,
  { userId, launch, frameOrigins }: LaunchSession,
  previous: string | undefined,
) {
  const { role } = launch;
  const secret = newSecret();
  const previousHash = await sha256(previous ?? '');
  const isTheirs = and(eq(session.secretHash, previousHash), eq(session.userId, userId), eq(session.role, role));
  const origins = JSON.stringify(frameOrigins);
  return {
    secret,
    statements: [
      db
        .update(session)
        .set({
          expiresAt: now + PAGE_SESSION_MS,
          launch,
          frameOrigins: sql`(select json_group_array(value) from (
            select value from json_each(${session.frameOrigins}) union select value from json_each(${origins})))`,
        })
        .where(isTheirs)
        .returning({ id: session.id }),
      db
        .delete(session)
        .where(
          and(
            eq(session.secretHash, previousHash),
            or(ne(session.userId, userId), sql`${session.role} is not ${role}`),
          ),
        ),
      batchable(
        db,
        sql`insert into ${session} (secret_hash, id, user_id, role, launch, frame_origins, created_at, expires_at)
        select ${await sha256(secret)}, ${newId('session', now)}, id, ${role}, ${JSON.stringify(launch)}, ${origins}, ${now}, ${now + PAGE_SESSION_MS}
        from ${user} where id = ${userId} and blocked_at is null
          and not exists (select 1 from ${session} where secret_hash = ${previousHash})`,
      ),
    ] as const,
  };
}
