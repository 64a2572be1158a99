import { and, count, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import * as z from 'zod';
import { ownAssessments } from '../assessments/index.ts';
import { course, teachableCourse } from '../courses/index.ts';
import { auditIfChanged, user } from '../identity/index.ts';
import { type Call, isAdmin } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { offsetOf, type Page, PageQuery } from '../lib/paging.ts';
import type { Passback } from './claim-passback.ts';
import { context, passback, registration, resourceLink } from './schema.ts';
import { passbackStates } from './words.ts';

export const ListPassbacksInput = PageQuery.extend({
  state: z.enum(passbackStates).optional(),
  registrationId: z.string().max(64).optional(),
});
export type ListPassbacksInput = z.output<typeof ListPassbacksInput>;

/** What is listed: the row, and the names people know it by. */
export type ListedPassback = { passback: Passback; student: string; link: string; platform: string };

/** Condition on `lti_passback`: admins see all, instructors those of contexts whose course they teach, and of assessments they look after. */
function seen({ db, actor }: Call): SQL | undefined {
  if (isAdmin(actor)) return undefined;
  const links = db
    .select({ id: resourceLink.id })
    .from(resourceLink)
    .leftJoin(context, eq(context.id, resourceLink.contextId))
    .leftJoin(course, eq(course.id, context.courseId))
    .where(or(teachableCourse(actor), inArray(resourceLink.assessmentId, ownAssessments(actor))));
  return inArray(passback.linkId, links);
}

/** Scores on their way to platforms, those that changed last first. Two round trips. */
export async function listPassbacks(call: Call, input: ListPassbacksInput): Promise<Page<ListedPassback>> {
  const { db } = call;
  const where = and(
    seen(call),
    input.state === undefined ? undefined : eq(passback.state, input.state),
    input.registrationId === undefined ? undefined : eq(passback.registrationId, input.registrationId),
  );
  const [[total], results] = await Promise.all([
    db.select({ count: count() }).from(passback).where(where),
    db
      .select({ passback, student: user.name, link: resourceLink.title, platform: registration.name })
      .from(passback)
      .innerJoin(user, eq(user.id, passback.userId))
      .innerJoin(resourceLink, eq(resourceLink.id, passback.linkId))
      .innerJoin(registration, eq(registration.id, passback.registrationId))
      .where(where)
      .orderBy(desc(passback.timestamp), desc(passback.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  return { count: total?.count ?? 0, results };
}

/**
 * Has a score that is parked, or waits, sent now; the route puts it on the queue. One that is being sent stays as it is. Refuses with
 * `not_found`, and `conflict` for one that was delivered: the platform has it. One round trip, or two.
 */
export async function sendAgain(call: Call, id: string): Promise<Passback> {
  const { db, now } = call;
  const mine = and(eq(passback.id, id), seen(call));
  const [[sent]] = await db.batch([
    db
      .update(passback)
      .set({
        state: 'pending',
        nextAt: now,
        isRetimed: false,
        // What was parked begins anew with short waits.
        attempts: sql`case ${passback.state} when 'parked' then 0 else ${passback.attempts} end`,
      })
      .where(and(mine, inArray(passback.state, ['parked', 'pending'])))
      .returning(),
    auditIfChanged(call, { action: 'lti.passback.sent-again', subject: id, detail: {} }),
  ]);
  if (sent) return sent;
  const [found] = await db.select().from(passback).where(mine);
  if (!found) throw new DomainError('not_found');
  if (found.state === 'delivered') throw new DomainError('conflict', 'The platform has this score already');
  return found;
}
