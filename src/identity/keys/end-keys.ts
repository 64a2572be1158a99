import { and, eq, isNull, type SQL } from 'drizzle-orm';
import type { SystemCall } from '../../lib/call.ts';
import { apiKey } from '../schema.ts';

/** The statement, for the asker's own batch, that revokes every key of a user where `when` is true. */
export const endKeys = ({ db, now }: SystemCall, userId: string, when: SQL) =>
  db
    .update(apiKey)
    .set({ revokedAt: now })
    .where(and(eq(apiKey.userId, userId), isNull(apiKey.revokedAt), when));
