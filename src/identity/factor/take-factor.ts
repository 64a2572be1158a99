import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { SystemCall } from '../../lib/call.ts';
import { recoveryCode, secondFactor } from '../schema.ts';

/** Condition: this batch has recorded the event, so what stood before it was done. */
export const wasTaken = (eventId: string): SQL => sql`exists (select 1 from event where id = ${eventId})`;

/**
 * The statements that take a second factor that is on, and its recovery codes where `when` is true; for the asker's own batch, which records what
 * happened between the two.
 */
export const takeFactor = ({ db }: SystemCall, userId: string, when: SQL) =>
  [
    db
      .delete(secondFactor)
      .where(and(eq(secondFactor.userId, userId), isNotNull(secondFactor.confirmedAt)))
      .returning({ userId: secondFactor.userId }),
    db.delete(recoveryCode).where(and(eq(recoveryCode.userId, userId), when)),
  ] as const;
