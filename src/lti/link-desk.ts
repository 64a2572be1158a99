import { and, asc, eq, sql } from 'drizzle-orm';
import {
  admitThose,
  type Offered,
  readStandings,
  type Standing,
  selectOffered,
  selectPublished,
} from '../assessments/index.ts';
import { course, teachableCourse } from '../courses/index.ts';
import { recordIfChanged } from '../events/index.ts';
import { auditIfChanged, user } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { context, linkUser, passback, resourceLink } from './schema.ts';
import { scopes } from './words.ts';

/*
 * A place in a platform's course, as those who teach the course see it.
 */

/** Who came by a link, where they stand with what it carries, and what the platform has been told. */
type Student = {
  userId: string;
  name: string;
  standing: Standing | undefined;
  sent:
    | {
        state: (typeof passback.$inferSelect)['state'];
        deliveredAt: number | null;
        lastError: string | null;
        hasScore: boolean;
      }
    | undefined;
};

export type LinkDesk = {
  id: string;
  title: string;
  course: { title: string; courseKey: string };
  carries: Offered | undefined;
  offered: Offered[];
  hasGrades: boolean;
  students: Student[];
};

const MOST_STUDENTS = 500;

/** The link, if the actor teaches its course; any other is refused as an absent one. */
async function requireLink({ db, actor }: Call, id: string) {
  const [found] = await db
    .select({ link: resourceLink, course: { id: course.id, title: course.title, courseKey: course.courseKey } })
    .from(resourceLink)
    .innerJoin(context, eq(context.id, resourceLink.contextId))
    .innerJoin(course, eq(course.id, context.courseId))
    .where(and(eq(resourceLink.id, id), teachableCourse(actor)));
  if (!found) throw new DomainError('not_found');
  return found;
}

/** Reads the desk of a link. Two round trips, three where it carries an assessment. Refuses with `not_found`. */
export async function readLinkDesk(call: Call, id: string): Promise<LinkDesk> {
  const { db, actor } = call;
  const { link, course: its } = await requireLink(call, id);
  const [carried, offered, people] = await db.batch([
    selectPublished(db, sql`select ${link.assessmentId}`),
    selectOffered(db, { userId: actor.userId, courseId: its.id }),
    db
      .select({
        userId: user.id,
        name: user.name,
        state: passback.state,
        deliveredAt: passback.deliveredAt,
        lastError: passback.lastError,
        scoreGiven: passback.scoreGiven,
      })
      .from(linkUser)
      .innerJoin(user, eq(user.id, linkUser.userId))
      .leftJoin(passback, and(eq(passback.linkId, linkUser.linkId), eq(passback.userId, linkUser.userId)))
      .where(eq(linkUser.linkId, id))
      .orderBy(asc(user.name), asc(user.id))
      .limit(MOST_STUDENTS),
  ]);
  const ids = people.map(({ userId }) => userId);
  const standings =
    link.assessmentId === null
      ? new Map()
      : await readStandings(call, { assessmentId: link.assessmentId, userIds: ids });
  return {
    id,
    title: link.title,
    course: its,
    carries: carried[0],
    offered,
    hasGrades: (link.lineItem !== null || link.lineItems !== null) && link.scopes.includes(scopes.score),
    students: people.map(({ userId, name, state, deliveredAt, lastError, scoreGiven }) => ({
      userId,
      name,
      standing: standings.get(userId),
      sent: state === null ? undefined : { state, deliveredAt, lastError, hasScore: scoreGiven !== null },
    })),
  };
}

/**
 * Has a link carry an assessment the actor may place there. Students who came by it already may sit it. Refuses with `not_found` for a
 * link of a course they do not teach, and `invalid` for an assessment they may not place. Answers the event to react to, if
 * anything changed.
 */
export async function chooseAssessment(
  call: Call,
  { linkId, assessmentId }: { linkId: string; assessmentId: string },
): Promise<string | undefined> {
  const { db, actor } = call;
  const { link, course: its } = await requireLink(call, linkId);
  const offered = await selectOffered(db, { userId: actor.userId, courseId: its.id });
  if (!offered.some(({ id }) => id === assessmentId)) throw new DomainError('invalid', 'Choose an assessment.');
  if (link.assessmentId === assessmentId) return undefined;
  const eventId = newId('event', call.now);
  await db.batch([
    db
      .update(resourceLink)
      .set({ assessmentId })
      .where(and(eq(resourceLink.id, linkId), sql`${resourceLink.assessmentId} is ${link.assessmentId}`)),
    recordIfChanged(call, { type: 'lti.link.changed', payload: { linkId } }, eventId),
    auditIfChanged(call, {
      action: 'lti.link.assessment',
      subject: linkId,
      detail: { before: link.assessmentId, after: assessmentId },
    }),
    admitThose(db, assessmentId, sql`select user_id as id from ${linkUser} where link_id = ${linkId}`),
  ]);
  return eventId;
}
