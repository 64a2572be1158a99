import { and, count, eq, isNotNull, isNull } from 'drizzle-orm';
import { recordIfChanged } from '../../events/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { auditIfChanged } from '../audit.ts';
import { requireConfirmed } from '../require-confirmed.ts';
import { recoveryCode, secondFactor } from '../schema.ts';
import { endOtherSignIns } from './end-other-sign-ins.ts';
import { newRecoveryCodes } from './recovery-codes.ts';
import { insertCodes } from './set-up.ts';
import { takeFactor, wasTaken } from './take-factor.ts';

const isOn = (userId: string) => and(eq(secondFactor.userId, userId), isNotNull(secondFactor.confirmedAt));

/** Whether the actor has a second factor: since when (ms), and how many recovery codes are left. One round trip. */
export async function readSecondFactor({
  db,
  actor,
}: Call): Promise<{ confirmedAt: number | null; recoveryCodesLeft: number }> {
  const { userId } = actor;
  const [[factor], [left]] = await db.batch([
    db.select({ confirmedAt: secondFactor.confirmedAt }).from(secondFactor).where(isOn(userId)),
    db
      .select({ count: count() })
      .from(recoveryCode)
      .where(and(eq(recoveryCode.userId, userId), isNull(recoveryCode.usedAt))),
  ]);
  return { confirmedAt: factor?.confirmedAt ?? null, recoveryCodesLeft: factor ? (left?.count ?? 0) : 0 };
}

/**
 * Turns the second factor off and ends every other sign-in. Refuses with `confirm_first`, and `second_factor_off` where none is on. Two
 * round trips.
 */
export async function turnOffSecondFactor(call: Call): Promise<void> {
  await requireConfirmed(call);
  const { db, now, actor } = call;
  const { userId } = actor;
  const eventId = newId('event', now);
  const isDone = wasTaken(eventId);
  const [factor, codes] = takeFactor(call, userId, isDone);
  const [gone] = await db.batch([
    factor,
    auditIfChanged(call, { action: 'user.second_factor_off', subject: userId, detail: {} }),
    recordIfChanged(call, { type: 'user.credentials.changed', payload: { userId, what: 'factor' } }, eventId),
    codes,
    ...endOtherSignIns(call, isDone),
  ]);
  if (gone.length === 0) throw new DomainError('second_factor_off');
}

/**
 * New recovery codes in place of the old, shown this once. Refuses with `confirm_first`, and `second_factor_off` where there is nothing to
 * recover. Two round trips.
 */
export async function renewRecoveryCodes(call: Call): Promise<{ recoveryCodes: string[] }> {
  await requireConfirmed(call);
  const { db, now, actor } = call;
  const { userId } = actor;
  const { codes, hashes } = await newRecoveryCodes();
  const eventId = newId('event', now);
  const isDone = wasTaken(eventId);
  const [done] = await db.batch([
    db.update(secondFactor).set({ userId }).where(isOn(userId)).returning({ userId: secondFactor.userId }),
    auditIfChanged(call, { action: 'user.recovery_codes_renewed', subject: userId, detail: {} }),
    recordIfChanged(call, { type: 'user.credentials.changed', payload: { userId, what: 'factor' } }, eventId),
    db.delete(recoveryCode).where(and(eq(recoveryCode.userId, userId), isDone)),
    insertCodes(call, hashes, isDone),
  ]);
  if (done.length === 0) throw new DomainError('second_factor_off');
  return { recoveryCodes: codes };
}
