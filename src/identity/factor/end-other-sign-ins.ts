import { and, eq, isNull, ne, type SQL } from 'drizzle-orm';
import type { Call } from '../../lib/call.ts';
import { refreshFamily, session } from '../schema.ts';

/** The statements, for the asker's own batch, that end every sign-in of the actor but the one they ask with, where `when` is true. */
export const endOtherSignIns = ({ db, now, actor: { userId, sessionId } }: Call, when: SQL) =>
  [
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(
        and(eq(refreshFamily.userId, userId), ne(refreshFamily.id, sessionId), isNull(refreshFamily.endedAt), when),
      ),
    db.delete(session).where(and(eq(session.userId, userId), ne(session.id, sessionId), when)),
  ] as const;
