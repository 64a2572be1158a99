import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { endOf } from './end-of.ts';
import { accommodation, assessment, attempt } from './schema.ts';
import type { Sessions } from './sessions.ts';
import { noAccommodation } from './start-attempt.ts';

const PAGE = 200;
const AT_ONCE = 50;

/**
 * Tells every open attempt of an assessment what its end is now, and what review allows. An end only ever moves later here:
 * shortening is for new attempts (CONTRACT). Repeating it changes nothing. Two round trips for each 200 attempts.
 */
export async function reachOpenAttempts({ db }: SystemCall, assessmentId: string, sessions: Sessions): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await db
      .select({ attempt, assessment, accommodation })
      .from(attempt)
      .innerJoin(assessment, eq(assessment.id, attempt.assessmentId))
      .leftJoin(
        accommodation,
        and(eq(accommodation.assessmentId, attempt.assessmentId), eq(accommodation.userId, attempt.userId)),
      )
      .where(and(eq(attempt.assessmentId, assessmentId), eq(attempt.state, 'open'), gt(attempt.id, after)))
      .orderBy(asc(attempt.id))
      .limit(PAGE);
    const reached = rows.map(({ attempt: one, assessment: settings, accommodation: terms }) => {
      const { timeLimitSeconds, closesAt, review } = settings;
      const end = endOf({ ...(terms ?? noAccommodation), ...one, timeLimitSeconds, closesAt });
      const endsAt = one.endsAt === null || end === null ? one.endsAt : Math.max(one.endsAt, end);
      return { id: one.id, before: one.endsAt, adjustment: { endsAt, reopenings: one.reopenings, closesAt, review } };
    });

    const later = reached.filter(({ before, adjustment }) => adjustment.endsAt !== before);
    if (later.length > 0) {
      const ends = JSON.stringify(later.map(({ id, adjustment }) => [id, adjustment.endsAt]));
      await db.run(sql`update ${attempt} set ends_at = max(ends_at, given.at)
        from (select json_extract(value, '$[0]') as id, json_extract(value, '$[1]') as at from json_each(${ends})) given
        where ${attempt}.id = given.id and ${attempt}.state = 'open'`);
    }
    for (let i = 0; i < reached.length; i += AT_ONCE) {
      const some = reached.slice(i, i + AT_ONCE);
      await Promise.all(some.map(({ id, adjustment }) => sessions.call(id, (session) => session.adjust(adjustment))));
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.attempt.id;
  }
}
