import type { coursesOfObjectives } from '../courses/index.ts';
import { type FieldError, invalidFields } from '../lib/errors.ts';
import type { Item } from './item.ts';

type Placed = { item: Item; pointer: string };
type Known = Awaited<ReturnType<typeof coursesOfObjectives>>;

/** The objectives these items name. */
export const objectiveIds = (items: readonly Item[]): string[] => [
  ...new Set(items.flatMap(({ objectiveId }) => objectiveId ?? [])),
];

/** Refuses (`invalid`) items that name an objective that does not exist or is not of the bank's course. Pure. */
export function checkObjectives(items: readonly Placed[], known: Known, courseId: string | null): void {
  const courseOf = new Map(known.map((one) => [one.id, one.courseId]));
  const errors = items.flatMap(({ item, pointer }): FieldError[] => {
    if (item.objectiveId === undefined) return [];
    const found = courseOf.get(item.objectiveId);
    if (found === undefined) return [{ pointer: `${pointer}/objectiveId`, message: 'unknown objective' }];
    if (courseId === null || found === courseId) return [];
    return [{ pointer: `${pointer}/objectiveId`, message: "not an objective of the bank's course" }];
  });
  if (errors.length > 0) throw invalidFields(errors);
}
