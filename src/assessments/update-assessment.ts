import { eq } from 'drizzle-orm';
import { record } from '../events/index.ts';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { requireAssessment, staffView } from './assessments.ts';
import { requireBanks, requireOrder } from './create-assessment.ts';
import type { UpdateAssessmentInput } from './input.ts';
import { reachOpenAttempts } from './reach-open-attempts.ts';
import { assessment } from './schema.ts';
import type { Sessions } from './sessions.ts';

/** Drops what was not named. */
const given = (
  settings: Omit<UpdateAssessmentInput, 'published' | 'review'>,
): Partial<typeof assessment.$inferInsert> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

/** Changes the settings that are named. A later closing time and the review reach open attempts at once. */
export async function updateAssessment(
  call: Call,
  { id, published, review, ...settings }: UpdateAssessmentInput & { id: string },
  sessions: Sessions,
) {
  const { db, actor, now } = call;
  const { assessment: before } = await requireAssessment(db, actor, id);
  const { opensAt = before.opensAt, closesAt = before.closesAt } = settings;
  requireOrder({ opensAt, closesAt });
  if (settings.sections) await requireBanks(call, settings.sections);
  const changes = {
    ...given(settings),
    ...(review && { review: { ...before.review, ...review } }),
    ...(published === false && { publishedAt: null }),
  };
  if (Object.keys(changes).length > 0) {
    await db.batch([
      db.update(assessment).set(changes).where(eq(assessment.id, id)),
      record({ db, now }, { type: 'assessment.times.changed', payload: { assessmentId: id } }),
      auditRow(call, { action: 'assessment.changed', subject: id, detail: { fields: Object.keys(changes) } }),
    ]);
    if ('closesAt' in settings || 'timeLimitSeconds' in settings || review) {
      await reachOpenAttempts(call, id, sessions);
    }
  }
  return staffView(await requireAssessment(db, actor, id));
}
