import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import { auditIfChanged, teachers, user } from '../identity/index.ts';
import type { Share } from '../items/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { assessment, assessmentShare } from './schema.ts';
import { ownAssessment } from './who-sees.ts';

const selectOwn = ({ db, actor }: Call, id: string) =>
  db
    .select({ id: assessment.id })
    .from(assessment)
    .where(and(eq(assessment.id, id), ownAssessment(actor)));

/** With whom an assessment is shared, by name. One the actor may not share is refused as an absent one. One round trip. */
export async function listAssessmentShares(call: Call, { id }: { id: string }): Promise<Share[]> {
  const [found, shares] = await call.db.batch([
    selectOwn(call, id),
    call.db
      .select({ userId: user.id, name: user.name })
      .from(assessmentShare)
      .innerJoin(user, eq(user.id, assessmentShare.userId))
      .where(eq(assessmentShare.assessmentId, id))
      .orderBy(asc(user.name), asc(user.id)),
  ]);
  if (found.length === 0) throw new DomainError('not_found');
  return shares;
}

/**
 * Shares an assessment with somebody of the staff, who may then read and change it; again changes nothing. Somebody who is no staff is refused as
 * absent (`not_found`). One round trip.
 */
export async function shareAssessment(call: Call, { id, userId }: { id: string; userId: string }): Promise<void> {
  const { db } = call;
  const [found, [staff]] = await db.batch([
    selectOwn(call, id),
    db
      .select({ id: user.id })
      .from(user)
      .where(teachers(eq(user.id, userId))),
    batchable(
      db,
      sql`insert into ${assessmentShare} (assessment_id, user_id)
      select ${assessment.id}, ${user.id} from ${assessment}, ${user}
      where ${and(eq(assessment.id, id), ownAssessment(call.actor), teachers(eq(user.id, userId)))} on conflict do nothing`,
    ),
    auditIfChanged(call, { action: 'assessment.shared', subject: id, detail: { with: userId } }),
  ]);
  if (found.length === 0 || !staff) throw new DomainError('not_found');
}

/** Takes a share back; one that is not there is `not_found`. One round trip. */
export async function unshareAssessment(call: Call, { id, userId }: { id: string; userId: string }): Promise<void> {
  const { db } = call;
  const [gone] = await db.batch([
    db
      .delete(assessmentShare)
      .where(and(inArray(assessmentShare.assessmentId, selectOwn(call, id)), eq(assessmentShare.userId, userId)))
      .returning({ userId: assessmentShare.userId }),
    auditIfChanged(call, { action: 'assessment.unshared', subject: id, detail: { with: userId } }),
  ]);
  if (gone.length === 0) throw new DomainError('not_found');
}
