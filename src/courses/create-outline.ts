import { sql } from 'drizzle-orm';
import { batchable, violates } from '../db/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { type AcademicClass, course, type ExaminationLevel } from './schema.ts';

export type CreateOutlineInput = {
  courseKey: string;
  title: string;
  examinationLevel: ExaminationLevel;
  academicClass: AcademicClass;
  topics: { title: string; subtopics: { title: string; objectives: { slug: string; title: string }[] }[] }[];
};

/**
 * Makes a course with its whole outline at once. `objectives` maps the slugs of the input to the ids they got. A key
 * that is taken is refused with `conflict`.
 */
export async function createOutline(
  { db, now }: SystemCall,
  { courseKey, title, examinationLevel, academicClass, topics }: CreateOutlineInput,
): Promise<{ courseId: string; objectives: Map<string, string> }> {
  const courseId = newId('course', now);
  const objectiveIds = new Map<string, string>();
  const rows = topics.map((one, position) => {
    const topicId = newId('topic', now);
    const subtopics = one.subtopics.map((under, position) => {
      const subtopicId = newId('subtopic', now);
      const objectives = under.objectives.map((last, position) => {
        const id = newId('objective', now);
        objectiveIds.set(last.slug, id);
        return { id, subtopicId, title: last.title, position };
      });
      return { id: subtopicId, topicId, title: under.title, position, objectives };
    });
    return { id: topicId, title: one.title, position, subtopics };
  });
  const subtopics = rows.flatMap((one) => one.subtopics);
  const objectives = subtopics.flatMap((one) => one.objectives);

  try {
    await db.batch([
      db.insert(course).values({ id: courseId, courseKey, title, examinationLevel, academicClass, createdAt: now }),
      batchable(
        db,
        sql`insert into topic (id, course_id, title, position)
        select value ->> 'id', ${courseId}, value ->> 'title', value ->> 'position'
        from json_each(${JSON.stringify(rows)})`,
      ),
      batchable(
        db,
        sql`insert into subtopic (id, course_id, topic_id, title, position)
        select value ->> 'id', ${courseId}, value ->> 'topicId', value ->> 'title', value ->> 'position'
        from json_each(${JSON.stringify(subtopics)})`,
      ),
      batchable(
        db,
        sql`insert into objective (id, course_id, subtopic_id, title, position)
        select value ->> 'id', ${courseId}, value ->> 'subtopicId', value ->> 'title', value ->> 'position'
        from json_each(${JSON.stringify(objectives)})`,
      ),
    ]);
  } catch (error) {
    if (violates(error, 'UNIQUE', 'course.course_key'))
      throw new DomainError('conflict', `There is a course ${courseKey} already`);
    throw error;
  }
  return { courseId, objectives: objectiveIds };
}
