import type { SystemCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import { enrolment } from './schema.ts';

/**
 * Enrols a user in a course, or opens an ended enrolment again; repeating it changes nothing. It asks nobody's leave:
 * who may enrol whom comes with the enrolment routes.
 */
export async function enrol(
  { db, now }: SystemCall,
  { courseId, userId, mode = 'audit' }: { courseId: string; userId: string; mode?: string },
): Promise<{ id: string }> {
  const [kept] = await db
    .insert(enrolment)
    .values({ id: newId('enrolment', now), courseId, userId, mode, createdAt: now })
    .onConflictDoUpdate({ target: [enrolment.userId, enrolment.courseId], set: { isActive: true, mode } })
    .returning({ id: enrolment.id });
  if (!kept) throw new Error('an upsert returns its row');
  return kept;
}
