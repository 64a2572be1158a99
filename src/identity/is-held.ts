import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { Call } from '../lib/call.ts';
import { refreshFamily, session } from './schema.ts';

/**
 * Whether the actor is who they are here by a platform's word alone (a launch). That word holds in the platform's own courses; what
 * counts for everybody is not theirs to make. One round trip.
 */
export async function isHeld({ db, actor }: Call): Promise<boolean> {
  const one = { one: sql<number>`1`.as('one') };
  const { sessionId } = actor;
  const [families, sessions] = await db.batch([
    db
      .select(one)
      .from(refreshFamily)
      .where(and(eq(refreshFamily.id, sessionId), isNotNull(refreshFamily.role))),
    db
      .select(one)
      .from(session)
      .where(and(eq(session.id, sessionId), isNotNull(session.role))),
  ]);
  return families.length + sessions.length > 0;
}
