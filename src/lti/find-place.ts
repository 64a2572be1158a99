import { and, eq, sql } from 'drizzle-orm';
import { type Offered, selectPublished } from '../assessments/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { linkUser, resourceLink } from './schema.ts';

/** A place a student came by, and what it carries now. Refuses with `not_found` for any other. One round trip. */
export async function findPlace(
  { db, actor }: Call,
  linkId: string,
): Promise<{ title: string; carries: Offered | undefined }> {
  const theirs = and(eq(linkUser.linkId, linkId), eq(linkUser.userId, actor.userId));
  const [[place], [carries]] = await db.batch([
    db
      .select({ title: resourceLink.title })
      .from(linkUser)
      .innerJoin(resourceLink, eq(resourceLink.id, linkUser.linkId))
      .where(theirs),
    selectPublished(
      db,
      sql`select assessment_id from ${resourceLink} join ${linkUser} on ${linkUser.linkId} = ${resourceLink.id} where ${theirs}`,
    ),
  ]);
  if (!place) throw new DomainError('not_found');
  return { title: place.title, carries };
}
