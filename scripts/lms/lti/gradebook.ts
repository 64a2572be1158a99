import type { World } from '../world.ts';
import { peopleOf } from './course-people.ts';
import { type LineItem, resultKey } from './lti-state.ts';

/** One cell of the gradebook. */
export type Grade = {
  readonly username: string;
  readonly lineItem: number;
  readonly label: string;
  /** What the platform shows and counts, in the line item's points. */
  readonly grade: number | null;
  readonly scoreMaximum: number;
  /** As it was posted last. */
  readonly scoreGiven: number | null;
  readonly activityProgress: string | null;
  readonly gradingProgress: string | null;
  readonly timestamp: string | null;
  /** Score posts that came, refused ones too. */
  readonly posts: number;
  readonly accepted: number;
  readonly submissions: number;
};

function gradeOf(world: World, item: LineItem, username: string): Grade {
  const result = world.lti.results.get(resultKey(item.number, username));
  return {
    username,
    lineItem: item.number,
    label: item.label,
    grade: result?.grade ?? null,
    scoreMaximum: item.scoreMaximum,
    scoreGiven: result?.scoreGiven ?? null,
    activityProgress: result?.activityProgress ?? null,
    gradingProgress: result?.gradingProgress ?? null,
    timestamp: result?.timestamp ?? null,
    posts: world.lti.posts.filter((one) => one.lineItem === item.number && one.username === username).length,
    accepted: result?.accepted ?? 0,
    submissions: result?.submissions ?? 0,
  };
}

/** Students by line items of a course, or of every course. */
export function gradebook(world: World, courseKey?: string): Grade[] {
  return world.lti.lineItems
    .filter((item) => courseKey === undefined || item.courseKey === courseKey)
    .flatMap((item) =>
      peopleOf(world, item.courseKey)
        .filter(({ role }) => role === 'student')
        .map(({ person }) => gradeOf(world, item, person.username)),
    );
}
