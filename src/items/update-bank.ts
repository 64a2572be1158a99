import { and, count, eq, isNull, sql } from 'drizzle-orm';
import { node, requireTaughtCourseId } from '../courses/index.ts';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { invalidFields } from '../lib/errors.ts';
import { retryIfStale } from './bank-version.ts';
import { type Bank, requireBank } from './banks.ts';
import type { UpdateBankInput } from './input.ts';
import { bank, item, itemVersion } from './schema.ts';

/** Items keep their objectives, so a bank moves only to the course all of these belong to. */
async function refuseStrangeObjectives({ db }: Call, bankId: string, courseId: string): Promise<void> {
  const objectiveId = sql`json_extract(${itemVersion.source}, '$.objectiveId')`;
  const [strange] = await db
    .select({ count: count() })
    .from(item)
    .innerJoin(itemVersion, and(eq(itemVersion.itemId, item.id), eq(itemVersion.version, item.version)))
    .innerJoin(node, eq(node.id, objectiveId))
    .where(and(eq(item.bankId, bankId), isNull(item.deletedAt), sql`${node.courseId} <> ${courseId}`));
  if (!strange || strange.count === 0) return;
  throw invalidFields([
    { pointer: '/courseKey', message: `${strange.count} of the items name objectives of another course` },
  ]);
}

async function courseFor(
  call: Call,
  { id, courseId }: Bank,
  courseKey: string | null | undefined,
): Promise<string | null> {
  if (courseKey === undefined) return courseId;
  if (courseKey === null) return null;
  const wanted = await requireTaughtCourseId(call, courseKey);
  if (wanted !== courseId) await refuseStrangeObjectives(call, id, wanted);
  return wanted;
}

/** Changes title or course of a bank. Four round trips at most. */
export function updateBank(call: Call, input: UpdateBankInput & { id: string }): Promise<Bank> {
  const { db, now } = call;
  return retryIfStale(async () => {
    const before = await requireBank(call, input.id);
    const courseId = await courseFor(call, before, input.courseKey);
    const title = input.title ?? before.title;
    // Items that came in since were not looked at: a bank that moves must still be at the version read.
    const guard = courseId === before.courseId ? sql`true` : eq(bank.version, before.version);
    await db.batch([
      db
        .update(bank)
        .set({
          title,
          courseId,
          updatedAt: now,
          version: sql`case when ${bank.deletedAt} is null and ${guard} then ${bank.version} end`,
        })
        .where(eq(bank.id, before.id)),
      auditRow(call, { action: 'bank.changed', subject: before.id, detail: { title, courseId } }),
    ]);
    return {
      ...before,
      title,
      courseId,
      courseKey: input.courseKey === undefined ? before.courseKey : input.courseKey,
    };
  });
}
