import { and, eq, exists, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { OutsideCall } from '../../lib/call.ts';
import { openSealed } from '../../lib/seal.ts';
import { auditIfChanged } from '../audit.ts';
import { recoveryCode, secondFactor, user } from '../schema.ts';
import { recoveryHash } from './recovery-codes.ts';
import { fromBase32, stepOf } from './totp.ts';

export type Factor = typeof secondFactor.$inferSelect;

/** What a sealed secret belongs to. */
export const factorOf = (userId: string) => `second factor of ${userId}`;

/** Condition on `user`: no second factor of theirs is on. */
export const hasNoFactor: SQL = sql`not exists (select 1 from ${secondFactor} where ${secondFactor.userId} = ${user.id} and ${secondFactor.confirmedAt} is not null)`;

/** The code without what people put between its signs. */
const isTotp = (code: string) => /^\d{6}$/.test(code);

/** The step of a code that is good now, by the sealed secret. Undefined too when the secret was sealed under another key. */
export async function stepOfCode(
  { userId, secret, lastStep }: Pick<Factor, 'userId' | 'secret' | 'lastStep'>,
  code: string,
  { now, secretsKey }: { now: number; secretsKey: string },
): Promise<number | undefined> {
  const digits = code.replaceAll(/\s/g, '');
  if (!isTotp(digits)) return undefined;
  const opened = await openSealed(secretsKey, secret, factorOf(userId));
  return opened === undefined ? undefined : await stepOf(fromBase32(opened), digits, { now, after: lastStep });
}

/**
 * Uses up a code of somebody's authenticator, or one of their recovery codes. Whether it was good: each is once, and nothing older than
 * the newest code taken. At most one round trip.
 */
export async function useCode(call: OutsideCall, factor: Factor, code: string, secretsKey: string): Promise<boolean> {
  const { db, now } = call;
  const { userId } = factor;
  const step = await stepOfCode(factor, code, { now, secretsKey });
  const isOn = and(eq(secondFactor.userId, userId), isNotNull(secondFactor.confirmedAt));
  if (step !== undefined) {
    const used = await db
      .update(secondFactor)
      .set({ lastStep: step })
      .where(and(isOn, eq(secondFactor.secret, factor.secret), lt(secondFactor.lastStep, step)))
      .returning({ userId: secondFactor.userId });
    return used.length === 1;
  }
  const codeHash = await recoveryHash(code);
  if (codeHash === undefined) return false;
  const [used] = await db.batch([
    db
      .update(recoveryCode)
      .set({ usedAt: now })
      .where(
        and(
          eq(recoveryCode.userId, userId),
          eq(recoveryCode.codeHash, codeHash),
          isNull(recoveryCode.usedAt),
          exists(db.select({ one: sql`1` }).from(secondFactor).where(isOn)),
        ),
      )
      .returning({ userId: recoveryCode.userId }),
    auditIfChanged({ ...call, actor: { userId } }, { action: 'user.recovery_code_used', subject: userId, detail: {} }),
  ]);
  return used.length === 1;
}
