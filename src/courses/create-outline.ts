import { sql } from 'drizzle-orm';
import { batchable, violates } from '../db/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { newCourse } from './create-course.ts';
import type { AcademicClass, ExaminationLevel } from './schema.ts';

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
  call: SystemCall,
  { topics, ...input }: CreateOutlineInput,
): Promise<{ courseId: string; objectives: Map<string, string> }> {
  const { db, now } = call;
  const { courseId, statements } = newCourse(call, input);
  const objectiveIds = new Map<string, string>();
  // Parents come before their children: the row of a parent has to be there.
  const rows = topics.flatMap((one, position) => {
    const topicId = newId('topic', now);
    return [
      { id: topicId, kind: 'topic', parentId: courseId, title: one.title, position },
      ...one.subtopics.flatMap((under, position) => {
        const subtopicId = newId('subtopic', now);
        return [
          { id: subtopicId, kind: 'subtopic', parentId: topicId, title: under.title, position },
          ...under.objectives.map((last, position) => {
            const id = newId('objective', now);
            objectiveIds.set(last.slug, id);
            return { id, kind: 'objective', parentId: subtopicId, title: last.title, position };
          }),
        ];
      }),
    ];
  });
  try {
    await db.batch([
      ...statements,
      batchable(
        db,
        sql`insert into node (id, course_id, kind, parent_id, title, position)
        select value ->> 'id', ${courseId}, value ->> 'kind', value ->> 'parentId', value ->> 'title', value ->> 'position'
        from json_each(${JSON.stringify(rows)})`,
      ),
    ]);
  } catch (error) {
    if (violates(error, 'UNIQUE', 'course.course_key'))
      throw new DomainError('conflict', `There is a course ${input.courseKey} already`);
    throw error;
  }
  return { courseId, objectives: objectiveIds };
}
