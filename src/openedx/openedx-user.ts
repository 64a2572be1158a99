import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import { batchable, violates } from '../db/index.ts';
import { normaliseEmail, user } from '../identity/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import { openedxUser } from './schema.ts';

/** What is known of an account of the platform, and when (`at`, µs since 1970). */
type OpenedxUserFacts = {
  connectionId: string;
  lmsUserId: number;
  username: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
  isActive: boolean;
  at: number;
};

const MAX_NAME_LENGTH = 255;

/** An address that may be kept: one the platform has verified, and that looks like one. */
function keepable({ email, emailVerified }: OpenedxUserFacts): string | null {
  const address = normaliseEmail(email ?? '');
  return emailVerified && address.length <= 254 && /^[^@\s]+@[^@\s]+$/.test(address) ? address : null;
}

/**
 * Finds or makes the user behind an account of the platform; a new one is a student. Facts older than those known change
 * nothing. An address that belongs to somebody else is left out: the account is never joined to them. Safe to repeat and to
 * run twice at once: user and link are written in one batch, which fails whole for whoever comes second. One round trip for a
 * known account, two for a new one.
 */
export async function upsertOpenedxUser(call: SystemCall, facts: OpenedxUserFacts): Promise<{ userId: string }> {
  const { db, now } = call;
  const { connectionId, lmsUserId, username, isActive, at } = facts;
  const address = keepable(facts);
  const name = (facts.name ?? '').trim().slice(0, MAX_NAME_LENGTH);
  const account = and(eq(openedxUser.connectionId, connectionId), eq(openedxUser.lmsUserId, lmsUserId));
  const isOlder = and(account, lt(openedxUser.at, at));

  const ofOlderLink = db.select({ id: openedxUser.userId }).from(openedxUser).where(isOlder);
  const [, , [known]] = await db.batch([
    db
      .update(user)
      .set({
        name: name === '' ? sql`${user.name}` : name,
        email: sql`case when ${address} is null or exists (select 1 from ${user} other where other.email = ${address}) then ${user.email} else ${address} end`,
      })
      .where(inArray(user.id, ofOlderLink)),
    db.update(openedxUser).set({ username, isActive, at }).where(isOlder),
    db.select({ userId: openedxUser.userId }).from(openedxUser).where(account),
  ]);
  if (known) return known;

  const userId = newId('user', now);
  try {
    await db.batch([
      batchable(
        db,
        sql`insert into ${user} (id, email, name, role, created_at)
        values (${userId}, case when exists (select 1 from ${user} where email = ${address}) then null else ${address} end,
          ${name === '' ? username : name}, 'student', ${now})`,
      ),
      db.insert(openedxUser).values({ connectionId, lmsUserId, userId, username, isActive, at }),
    ]);
    return { userId };
  } catch (error) {
    // Somebody else has just made them; what we know may still be the newer.
    if (violates(error, 'UNIQUE', 'openedx_user.connection_id')) return await upsertOpenedxUser(call, facts);
    throw error;
  }
}
