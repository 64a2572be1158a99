import { and, eq, isNull } from 'drizzle-orm';
import { auditRow } from '../identity/index.ts';
import { readBanks } from '../items/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { requireFirst, selectVisible, staffView } from './assessments.ts';
import { selectReadableBankRefs } from './bank-refs.ts';
import { requireForEverybody } from './create-assessment.ts';
import type { Section } from './definition.ts';
import { drawPaper } from './draw-paper.ts';
import { assessment } from './schema.ts';
import type { PinnedItem } from './session-state.ts';

function requireRefs(sections: readonly Section[], refs: readonly { bankId: string }[]) {
  const errors = sections.flatMap(({ bankId }, index) =>
    refs.some((ref) => ref.bankId === bankId)
      ? []
      : [{ pointer: `/sections/${index}/bankId`, message: 'its bank is gone, or no longer shared' }],
  );
  if (errors.length > 0) throw new DomainError('cannot_fill', undefined, { errors });
}

/** Draws a paper as start would, and stores nothing. Refuses with `cannot_fill`. For publishing and for staff's preview. */
export async function drawForStaff(call: Call, { id, seed }: { id: string; seed: string }, banks: KVNamespace) {
  const [rows, refs] = await call.db.batch([
    selectVisible(call.db, call.actor, id),
    selectReadableBankRefs(call.db, call.actor, id),
  ]);
  const found = requireFirst(rows);
  requireRefs(found.assessment.sections, refs);
  const items: PinnedItem[] = drawPaper(found.assessment, await readBanks(call.db, banks, refs), seed);
  return { found, items };
}

/** Publishes an assessment once every section can be filled. Publishing twice is the same as once. */
export async function publishAssessment(call: Call, { id }: { id: string }, banks: KVNamespace) {
  const { found } = await drawForStaff(call, { id, seed: 'can it be filled?' }, banks);
  if (found.assessment.courseId === null) await requireForEverybody(call);
  const { db, now } = call;
  await db.batch([
    db
      .update(assessment)
      .set({ publishedAt: now })
      .where(and(eq(assessment.id, id), isNull(assessment.publishedAt))),
    auditRow(call, { action: 'assessment.published', subject: id, detail: {} }),
  ]);
  return { ...staffView(found), published: true };
}
