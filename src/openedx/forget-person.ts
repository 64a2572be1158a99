import { and, eq, exists, isNotNull, sql } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { connection, openedxEnrolment, openedxEvent, openedxGrade, openedxStaff, openedxUser } from './schema.ts';

/** What is kept of a user's accounts on platforms, for who asks what is known of them. One round trip. */
export const exportOpenedx = async ({ db }: SystemCall, { userId }: { userId: string }) => ({
  openedx: await db
    .select({
      platform: connection.lmsUrl,
      username: openedxUser.username,
      lmsUserId: openedxUser.lmsUserId,
      isActive: openedxUser.isActive,
    })
    .from(openedxUser)
    .innerJoin(connection, eq(connection.id, openedxUser.connectionId))
    .where(eq(openedxUser.userId, userId)),
});

/**
 * Forgets who a deleted user was on platforms of Open edX, and what those said of them. Should a platform name the account again, it is somebody new
 * here. Safe to repeat. One round trip.
 */
export async function forgetOpenedxPerson({ db }: SystemCall, { userId }: { userId: string }): Promise<void> {
  const isTheirs = (table: typeof openedxEnrolment | typeof openedxGrade | typeof openedxStaff) =>
    exists(
      db
        .select({ one: sql`1` })
        .from(openedxUser)
        .where(
          and(
            eq(openedxUser.userId, userId),
            eq(openedxUser.connectionId, table.connectionId),
            eq(openedxUser.lmsUserId, table.lmsUserId),
          ),
        ),
    );
  const named = exists(
    db
      .select({ one: sql`1` })
      .from(openedxUser)
      .where(
        and(
          eq(openedxUser.userId, userId),
          eq(openedxUser.connectionId, openedxEvent.connectionId),
          sql`${openedxUser.lmsUserId} in (${openedxEvent.data} ->> '$.account.lmsUserId', ${openedxEvent.data} ->> '$.lmsUserId')`,
        ),
      ),
  );
  await db.batch([
    db
      .update(openedxEvent)
      .set({ data: null })
      .where(and(isNotNull(openedxEvent.handledAt), isNotNull(openedxEvent.data), named)),
    db.delete(openedxEnrolment).where(isTheirs(openedxEnrolment)),
    db.delete(openedxGrade).where(isTheirs(openedxGrade)),
    db.delete(openedxStaff).where(isTheirs(openedxStaff)),
    db.delete(openedxUser).where(eq(openedxUser.userId, userId)),
  ]);
}
