import { and, eq, gt, lte } from 'drizzle-orm';
import type { LaunchFacts } from '../identity/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { launchCode, registration } from './schema.ts';

/*
 * One-time codes: what a launch page holds instead of a session id. Each opens one thing, once, for a while.
 */

export type CodeKind = (typeof launchCode.$inferSelect)['kind'];

/** How long a code is good, in ms: until the page's script has run, until somebody has pressed a button, until they have chosen. */
const LIFE_MS: Record<CodeKind, number> = { session: 60_000, window: 10 * 60_000, 'deep-linking': 60 * 60_000 };

type Opens = {
  userId: string;
  launch: LaunchFacts;
  landing: string;
  deepLinking?: (typeof launchCode.$inferSelect)['deepLinking'];
};

/** A code and the statement that keeps its hash. */
export async function newCode({ db, now }: SystemCall, kind: CodeKind, { deepLinking = null, ...opens }: Opens) {
  const code = newSecret();
  const codeHash = await sha256(code);
  return {
    code,
    statement: db.insert(launchCode).values({ codeHash, kind, ...opens, deepLinking, expiresAt: now + LIFE_MS[kind] }),
  };
}

const isGood = async ({ now }: SystemCall, kind: CodeKind, code: string) =>
  and(eq(launchCode.codeHash, await sha256(code)), eq(launchCode.kind, kind), gt(launchCode.expiresAt, now));

/** What a code opens, without using it up. One round trip. */
export async function readCode(call: SystemCall, kind: CodeKind, code: string) {
  const [found] = await call.db
    .select()
    .from(launchCode)
    .where(await isGood(call, kind, code));
  return found;
}

/** The frames that the pages of a launch may be shown in. One round trip. */
export async function framesOf({ db }: SystemCall, registrationId: string): Promise<string[]> {
  const [found] = await db
    .select({ frameOrigins: registration.frameOrigins })
    .from(registration)
    .where(eq(registration.id, registrationId));
  return found?.frameOrigins ?? [];
}

/** What a code opens, once: of any number that come at one time one gets it. One round trip. */
export async function useCode(call: SystemCall, kind: CodeKind, code: string) {
  const [used] = await call.db
    .delete(launchCode)
    .where(await isGood(call, kind, code))
    .returning();
  return used;
}

/** For the sweep. */
export async function forgetCodes({ db, now }: SystemCall): Promise<void> {
  await db.delete(launchCode).where(lte(launchCode.expiresAt, now));
}
