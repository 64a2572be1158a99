import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { batchable } from '../../db/index.ts';
import { recordIfChanged } from '../../events/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError, invalidFields } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { openSealed, seal } from '../../lib/seal.ts';
import { auditIfChanged } from '../audit.ts';
import { requireConfirmed } from '../require-confirmed.ts';
import { recoveryCode, secondFactor, user } from '../schema.ts';
import { endOtherSignIns } from './end-other-sign-ins.ts';
import { newRecoveryCodes } from './recovery-codes.ts';
import { newTotpSecret, otpauthUri } from './totp.ts';
import { type Factor, factorOf, stepOfCode } from './use-code.ts';

/** What an authenticator lists the account under. */
const ISSUER = 'VE-EDU-VAULT';
/** How long a secret waits for its first code, in ms. */
const SETUP_MS = 30 * 60 * 1000;

/** What goes into an authenticator: by camera as `uri`, or typed. */
export type SetUp = { secret: string; uri: string };

type Named = { email: string | null; username: string | null; name: string };

const setUpOf = (secret: string, { email, username, name }: Named): SetUp => ({
  secret,
  uri: otpauthUri({ secret, issuer: ISSUER, account: email ?? username ?? name }),
});

const named = { email: user.email, username: user.username, name: user.name };

/**
 * Begins a second factor: a new secret, which counts once a code of it was given, and is given up after half an hour. Whoever begins
 * again gets another one. Refuses with `confirm_first`, and `second_factor_on` where one is on. Two round trips.
 */
export async function beginSecondFactor(call: Call, secretsKey: string): Promise<SetUp> {
  await requireConfirmed(call);
  const { db, now, actor } = call;
  const { userId } = actor;
  const secret = newTotpSecret();
  const row = { secret: await seal(secretsKey, secret, factorOf(userId)), lastStep: 0, createdAt: now };
  const [begun, [who]] = await db.batch([
    db
      .insert(secondFactor)
      .values({ userId, ...row })
      .onConflictDoUpdate({ target: secondFactor.userId, set: row, setWhere: isNull(secondFactor.confirmedAt) })
      .returning({ userId: secondFactor.userId }),
    db.select(named).from(user).where(eq(user.id, userId)),
  ]);
  if (!who) throw new DomainError('unauthenticated');
  if (begun.length === 0) throw new DomainError('second_factor_on');
  return setUpOf(secret, who);
}

/** The row of a secret that waits for its first code, with whose it is. */
const selectWaiting = ({ db, now, actor }: Call) =>
  db
    .select({ factor: secondFactor, who: named })
    .from(secondFactor)
    .innerJoin(user, eq(user.id, secondFactor.userId))
    .where(
      and(
        eq(secondFactor.userId, actor.userId),
        isNull(secondFactor.confirmedAt),
        gt(secondFactor.createdAt, now - SETUP_MS),
      ),
    );

/**
 * The second factor that was begun, to be shown again; undefined where none waits for its code. Refuses with `confirm_first`. Two round
 * trips.
 */
export async function findSetUp(call: Call, secretsKey: string): Promise<SetUp | undefined> {
  await requireConfirmed(call);
  const [found] = await selectWaiting(call);
  if (!found) return undefined;
  const secret = await openSealed(secretsKey, found.factor.secret, factorOf(call.actor.userId));
  return secret === undefined ? undefined : setUpOf(secret, found.who);
}

/** Turns on the second factor of a code that was good, whose step is `lastStep`. False when it has changed meanwhile. One round trip. */
async function turnOn(call: Call, { secret }: Factor, lastStep: number, hashes: readonly string[]): Promise<boolean> {
  const { db, now, actor } = call;
  const { userId } = actor;
  const eventId = newId('event', now);
  const isDone = sql`exists (select 1 from event where id = ${eventId})`;
  const [done] = await db.batch([
    db
      .update(secondFactor)
      .set({ confirmedAt: now, lastStep })
      .where(and(eq(secondFactor.userId, userId), isNull(secondFactor.confirmedAt), eq(secondFactor.secret, secret)))
      .returning({ userId: secondFactor.userId }),
    auditIfChanged(call, { action: 'user.second_factor_on', subject: userId, detail: {} }),
    recordIfChanged(call, { type: 'user.credentials.changed', payload: { userId, what: 'factor' } }, eventId),
    db.delete(recoveryCode).where(and(eq(recoveryCode.userId, userId), isDone)),
    insertCodes(call, hashes, isDone),
    ...endOtherSignIns(call, isDone),
  ]);
  return done.length === 1;
}

/** The statement that keeps new recovery codes of the actor, where `when` is true. */
export const insertCodes = ({ db, actor }: Call, hashes: readonly string[], when: ReturnType<typeof sql>) =>
  batchable(
    db,
    sql`insert into ${recoveryCode} (user_id, code_hash) select ${actor.userId}, value from json_each(${JSON.stringify(hashes)}) where ${when}`,
  );

/**
 * Turns the second factor on by its first code, ends every other sign-in, and answers the recovery codes, which are shown this once.
 * Refuses with `second_factor_off` where none waits for a code, and a wrong code as a field. Two round trips.
 */
export async function confirmSecondFactor(
  call: Call,
  { code }: { code: string },
  secretsKey: string,
): Promise<{ recoveryCodes: string[] }> {
  const [found] = await selectWaiting(call);
  if (!found) throw new DomainError('second_factor_off');
  const step = await stepOfCode(found.factor, code, { now: call.now, secretsKey });
  if (step === undefined) throw invalidFields([{ pointer: '/code', message: 'is not the code of this moment' }]);
  const { codes, hashes } = await newRecoveryCodes();
  if (!(await turnOn(call, found.factor, step, hashes))) throw new DomainError('conflict');
  return { recoveryCodes: codes };
}
