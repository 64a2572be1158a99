import { and, eq, isNull } from 'drizzle-orm';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { auditIfChanged } from '../audit.ts';
import { refreshFamily, session } from '../schema.ts';

/** Ends one sign-in of the actor, their present one too. Refuses with `not_found` what is not there, not theirs, or over. One round trip. */
export async function endSession(call: Call, id: string): Promise<void> {
  const { db, now, actor } = call;
  const { userId } = actor;
  const audited = { action: 'user.signed_out', subject: userId, detail: { id } };
  const [ended, , deleted] = await db.batch([
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(and(eq(refreshFamily.id, id), eq(refreshFamily.userId, userId), isNull(refreshFamily.endedAt)))
      .returning({ id: refreshFamily.id }),
    auditIfChanged(call, audited),
    db
      .delete(session)
      .where(and(eq(session.id, id), eq(session.userId, userId)))
      .returning({ id: session.id }),
    auditIfChanged(call, audited),
  ]);
  if (ended.length + deleted.length === 0) throw new DomainError('not_found');
}
