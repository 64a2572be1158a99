import { and, eq, gt, sql } from 'drizzle-orm';
import { record } from '../events/index.ts';
import { auditRow, requireUser } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { requireOwnAssessment } from './assessments.ts';
import type { ExtraTimeInput, SetAccommodationInput } from './input.ts';
import { reachOpenAttempts } from './reach-open-attempts.ts';
import { accommodation, attempt } from './schema.ts';
import type { Sessions } from './sessions.ts';

/** Sets one student's own terms, all three of them. They reach an open attempt before this returns. */
export async function setAccommodation(
  call: Call,
  { assessmentId, userId, ...terms }: SetAccommodationInput & { assessmentId: string; userId: string },
  sessions: Sessions,
): Promise<SetAccommodationInput> {
  const { db, now } = call;
  await requireOwnAssessment(db, call.actor, assessmentId);
  await requireUser(db, userId);
  await db.batch([
    db
      .insert(accommodation)
      .values({ assessmentId, userId, ...terms })
      .onConflictDoUpdate({ target: [accommodation.assessmentId, accommodation.userId], set: terms }),
    record({ db, now }, { type: 'assessment.times.changed', payload: { assessmentId } }),
    auditRow(call, { action: 'accommodation.set', subject: assessmentId, detail: { userId, ...terms } }),
  ]);
  await reachOpenAttempts(call, assessmentId, sessions);
  return terms;
}

/** Gives every attempt that is open just now more time, as after a power cut. Returns how many it reached. */
export async function addExtraTime(
  call: Call,
  { assessmentId, extraSeconds }: ExtraTimeInput & { assessmentId: string },
  sessions: Sessions,
): Promise<{ attempts: number }> {
  const { db, now } = call;
  await requireOwnAssessment(db, call.actor, assessmentId);
  const [reached] = await db.batch([
    db
      .update(attempt)
      .set({ grantedSeconds: sql`${attempt.grantedSeconds} + ${extraSeconds}` })
      .where(and(eq(attempt.assessmentId, assessmentId), eq(attempt.state, 'open'), gt(attempt.endsAt, now)))
      .returning({ id: attempt.id }),
    record({ db, now }, { type: 'assessment.times.changed', payload: { assessmentId } }),
    auditRow(call, { action: 'assessment.extra_time', subject: assessmentId, detail: { extraSeconds } }),
  ]);
  await reachOpenAttempts(call, assessmentId, sessions);
  return { attempts: reached.length };
}
