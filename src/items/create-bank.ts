import { requireTaughtCourseId } from '../courses/index.ts';
import { auditRow } from '../identity/index.ts';
import { type Call, isStaff } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Bank } from './banks.ts';
import type { CreateBankInput } from './input.ts';
import { bank } from './schema.ts';

/** Makes an empty bank of the actor's, in a course they teach or in none. Two round trips at most. */
export async function createBank(call: Call, { title, courseKey }: CreateBankInput): Promise<Bank> {
  const { db, actor, now } = call;
  if (!isStaff(actor)) throw new DomainError('forbidden');
  const courseId = courseKey === undefined ? null : await requireTaughtCourseId(call, courseKey);
  const row = {
    id: newId('bank', now),
    title,
    courseId,
    ownerId: actor.userId,
    version: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  await db.batch([
    db.insert(bank).values(row),
    auditRow(call, { action: 'bank.created', subject: row.id, detail: { title, courseId } }),
  ]);
  return { ...row, courseKey: courseKey ?? null };
}
