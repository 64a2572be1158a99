import { and, eq, inArray, isNull } from 'drizzle-orm';
import { course, teachableCourse } from '../courses/index.ts';
import { auditRow } from '../identity/index.ts';
import { bank, visibleBank } from '../items/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { requireAssessment, staffView } from './assessments.ts';
import type { Section } from './definition.ts';
import type { CreateAssessmentInput } from './input.ts';
import { assessment } from './schema.ts';

/** Refuses sections that draw from a bank the actor may not see, with a pointer to each. */
export async function requireBanks({ db, actor }: Call, sections: readonly Section[]): Promise<void> {
  const ids = [...new Set(sections.map(({ bankId }) => bankId))];
  const found = await db
    .select({ id: bank.id })
    .from(bank)
    .where(and(inArray(bank.id, ids), isNull(bank.deletedAt), visibleBank(actor)));
  const known = new Set(found.map(({ id }) => id));
  const errors = sections.flatMap(({ bankId }, index) =>
    known.has(bankId) ? [] : [{ pointer: `/sections/${index}/bankId`, message: 'unknown bank' }],
  );
  if (errors.length > 0) throw new DomainError('invalid', 'A section names an unknown bank', { errors });
}

/** Refuses an assessment that closes before it opens. */
export function requireOrder({ opensAt, closesAt }: { opensAt: number | null; closesAt: number | null }) {
  if (opensAt !== null && closesAt !== null && closesAt <= opensAt) {
    const errors = [{ pointer: '/closesAt', message: 'must be after opensAt' }];
    throw new DomainError('invalid', 'It would close before it opens', { errors });
  }
}

/** The course an assessment is to belong to; one the actor does not teach is refused as an unknown one. */
async function requireTaught({ db, actor }: Call, courseKey: string): Promise<string> {
  const [found] = await db
    .select({ id: course.id })
    .from(course)
    .where(and(eq(course.courseKey, courseKey), teachableCourse(actor)));
  if (found) return found.id;
  const errors = [{ pointer: '/courseKey', message: 'unknown course' }];
  throw new DomainError('invalid', 'Unknown course', { errors });
}

/** What is for every student is not for those to make who are staff by a platform's word alone. */
export async function requireForEverybody(call: Call): Promise<void> {
  if (!call.actor.isHeld) return;
  const errors = [{ pointer: '/courseKey', message: 'choose a course: your platform vouches for you in its own only' }];
  throw new DomainError('invalid', 'Choose a course', { errors });
}

/** Makes an assessment, unpublished. */
export async function createAssessment(call: Call, { courseKey, ...input }: CreateAssessmentInput) {
  requireOrder(input);
  await requireBanks(call, input.sections);
  const courseId = courseKey === undefined ? null : await requireTaught(call, courseKey);
  if (courseId === null) await requireForEverybody(call);
  const id = newId('assessment', call.now);
  await call.db.batch([
    call.db.insert(assessment).values({ ...input, id, courseId, ownerId: call.actor.userId, createdAt: call.now }),
    auditRow(call, { action: 'assessment.created', subject: id, detail: { title: input.title } }),
  ]);
  return staffView(await requireAssessment(call.db, call.actor, id));
}
