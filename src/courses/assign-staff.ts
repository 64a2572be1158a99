import type { SystemCall } from '../lib/call.ts';
import { courseStaff } from './schema.ts';

/** Makes a user one of those who teach a course; repeating it changes nothing. It asks nobody's leave: the seed calls it. */
export async function assignStaff(
  { db }: SystemCall,
  { courseId, userId }: { courseId: string; userId: string },
): Promise<void> {
  await db.insert(courseStaff).values({ courseId, userId }).onConflictDoNothing();
}
