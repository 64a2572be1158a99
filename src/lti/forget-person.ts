import { eq } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { launchCode, linkUser, ltiUser, membership, passback, registration } from './schema.ts';

/** What is kept of who a user is to learning platforms, for who asks what is known of them. One round trip. */
export const exportLti = async ({ db }: SystemCall, { userId }: { userId: string }) => ({
  platforms: await db
    .select({ platform: registration.issuer, sub: ltiUser.sub, email: ltiUser.email })
    .from(ltiUser)
    .innerJoin(registration, eq(registration.id, ltiUser.registrationId))
    .where(eq(ltiUser.userId, userId)),
});

/**
 * Forgets who a deleted user was to learning platforms, and what was to be sent there of them. Who launches from there again is somebody new
 * here. Safe to repeat. One round trip.
 */
export async function forgetLtiPerson({ db }: SystemCall, { userId }: { userId: string }): Promise<void> {
  await db.batch([
    db.delete(launchCode).where(eq(launchCode.userId, userId)),
    db.delete(linkUser).where(eq(linkUser.userId, userId)),
    db.delete(membership).where(eq(membership.userId, userId)),
    db.delete(passback).where(eq(passback.userId, userId)),
    db.delete(ltiUser).where(eq(ltiUser.userId, userId)),
  ]);
}
