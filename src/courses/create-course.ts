import type { SystemCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import { type AcademicClass, course, type ExaminationLevel, node } from './schema.ts';

/** `details` are columns of the course; without them it is as one that a platform brought: for whom its staff enrol. */
export type NewCourse = {
  courseKey: string;
  title: string;
  examinationLevel: ExaminationLevel | null;
  academicClass: AcademicClass | null;
  details?: Partial<Omit<typeof course.$inferInsert, 'id' | 'courseKey' | 'title' | 'createdAt' | 'deletedAt'>>;
};

/** `course-v1:{org}+{course}+{run}`, the key of a course of Open edX. */
const OPENEDX_KEY = /^course-v1:([^+/\s]+\+[^+/\s]+\+[^+/\s]+)$/;

/** The usage key of the root block of an Open edX course, or null where the key is not of that shape. */
function rootUsageKey(courseKey: string): string | null {
  const names = OPENEDX_KEY.exec(courseKey)?.[1];
  return names === undefined ? null : `block-v1:${names}+type@course+block@course`;
}

/**
 * The statements that make a course with the root of its outline; they go into the verb's own batch, and the first answers the course. The key may
 * be taken.
 */
export function newCourse(
  { db, now }: SystemCall,
  { courseKey, title, examinationLevel, academicClass, details = {} }: NewCourse,
) {
  const courseId = newId('course', now);
  const row = { ...details, id: courseId, courseKey, title, examinationLevel, academicClass, createdAt: now };
  const statements = [
    db.insert(course).values(row).returning(),
    db.insert(node).values({
      id: courseId,
      courseId,
      kind: 'course',
      usageKey: rootUsageKey(courseKey),
      type: 'course',
      title,
      position: 0,
    }),
  ] as const;
  return { courseId, statements };
}
