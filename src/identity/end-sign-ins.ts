import { and, eq, isNull, type SQL } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { refreshFamily, session } from './schema.ts';

/** The statements, for the asker's own batch, that end every sign-in of a user, of API and pages, where `when` is true. */
export const endSignIns = ({ db, now }: SystemCall, userId: string, when: SQL) =>
  [
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(and(eq(refreshFamily.userId, userId), isNull(refreshFamily.endedAt), when)),
    db.delete(session).where(and(eq(session.userId, userId), when)),
  ] as const;
