import { and, eq, exists, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { verifyPassword } from '../password.ts';
import { refreshFamily, secondFactor, session, user } from '../schema.ts';
import type { ConfirmInput } from './input.ts';
import { useCode } from './use-code.ts';

/** What of the environment proofs are checked with. */
export type Keys = { pepper: string; secretsKey: string };

async function findSelf({ db, actor }: Call) {
  const [found] = await db
    .select({ passwordHash: user.passwordHash, factor: secondFactor })
    .from(user)
    .leftJoin(secondFactor, and(eq(secondFactor.userId, user.id), isNotNull(secondFactor.confirmedAt)))
    .where(and(eq(user.id, actor.userId), isNull(user.blockedAt)));
  if (!found) throw new DomainError('unauthenticated');
  return found;
}

/** By what the actor can show who they are: a code once a second factor is on, else a password. One round trip. */
export async function proofOf(call: Call): Promise<'code' | 'password' | 'none'> {
  const { passwordHash, factor } = await findSelf(call);
  if (call.actor.isHeld) return 'none';
  if (factor) return 'code';
  return passwordHash === null ? 'none' : 'password';
}

/** Who came by a launch has shown us nothing, and a machine is nobody to ask. */
function requirePerson({ actor }: Call): void {
  if (actor.isHeld || actor.scopes) throw new DomainError('forbidden', 'Sign in here yourself first');
}

/**
 * Step-up: shows again who asks, for `requireConfirmed`. With a second factor on a code is wanted, and a password alone is
 * `second_factor_required`; somebody with neither gets `no_password`. A wrong proof is `wrong_credentials`. Three round trips.
 */
export async function confirmSelf(call: Call, { password, code }: ConfirmInput, keys: Keys): Promise<void> {
  requirePerson(call);
  const { db, now, actor } = call;
  const { passwordHash, factor } = await findSelf(call);
  if (factor) {
    if (code === undefined) throw new DomainError('second_factor_required');
    if (!(await useCode(call, factor, code, keys.secretsKey))) throw new DomainError('wrong_credentials');
  } else {
    if (passwordHash === null) throw new DomainError('no_password');
    if (password === undefined || !(await verifyPassword(password, passwordHash, keys.pepper)))
      throw new DomainError('wrong_credentials');
  }
  // Comparing takes a while: the proof counts only while it is still theirs, and the sign-in still stands.
  const isStill = exists(
    db
      .select({ one: sql`1` })
      .from(user)
      .where(and(eq(user.id, actor.userId), isNull(user.blockedAt), sql`${user.passwordHash} is ${passwordHash}`)),
  );
  const [families, sessions] = await db.batch([
    db
      .update(refreshFamily)
      .set({ confirmedAt: now })
      .where(
        and(
          eq(refreshFamily.id, actor.sessionId),
          eq(refreshFamily.userId, actor.userId),
          isNull(refreshFamily.role),
          isNull(refreshFamily.endedAt),
          isStill,
        ),
      )
      .returning({ id: refreshFamily.id }),
    db
      .update(session)
      .set({ confirmedAt: now })
      .where(and(eq(session.id, actor.sessionId), eq(session.userId, actor.userId), isNull(session.role), isStill))
      .returning({ id: session.id }),
  ]);
  if (families.length + sessions.length === 0) throw new DomainError('wrong_credentials');
}
