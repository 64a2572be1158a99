import { and, inArray, isNull, lte } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { externalSignIn, oneTimeLink, refreshFamily, refreshToken, secondFactor, session } from './schema.ts';

/** Rows of each kind a run forgets at most: a backlog takes several runs, and none of them long. */
const MOST = 5_000;
const DAY_MS = 24 * 3600 * 1000;

/**
 * Forgets what has expired: page sessions, refresh tokens and their families, one-time links, sign-ins with a provider that were not
 * ended; and authenticators that were begun a day ago and never confirmed. A used token stays until its expiry, so that its reuse is noticed. For the sweep; one round trip.
 */
export async function identityCleanup({ db, now }: SystemCall): Promise<void> {
  const sessions = db.select({ key: session.secretHash }).from(session).where(lte(session.expiresAt, now));
  const tokens = db.select({ key: refreshToken.tokenHash }).from(refreshToken).where(lte(refreshToken.expiresAt, now));
  const families = db.select({ key: refreshFamily.id }).from(refreshFamily).where(lte(refreshFamily.expiresAt, now));
  await db.batch([
    db.delete(session).where(inArray(session.secretHash, sessions.limit(MOST))),
    db.delete(refreshToken).where(inArray(refreshToken.tokenHash, tokens.limit(MOST))),
    db.delete(refreshFamily).where(inArray(refreshFamily.id, families.limit(MOST))),
    db.delete(oneTimeLink).where(lte(oneTimeLink.expiresAt, now)),
    db.delete(externalSignIn).where(lte(externalSignIn.expiresAt, now)),
    db.delete(secondFactor).where(and(isNull(secondFactor.confirmedAt), lte(secondFactor.createdAt, now - DAY_MS))),
  ]);
}
