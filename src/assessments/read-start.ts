import { objectiveTitles } from '../courses/index.ts';
import { readBanks } from '../items/index.ts';
import type { Call } from '../lib/call.ts';
import { stateAt } from './attempts.ts';
import { coverOf } from './cover-of.ts';
import { readForStudent } from './read-assessment.ts';

/** Objectives under their topic, in the order of the outline. */
export type Topic = { title: string; objectives: string[] };

/**
 * Everything a student should know before Start: where they stand, what the paper covers, when it would end. Two round trips
 * to D1 and one to KV. Refuses with `not_found`.
 */
export async function readStart(call: Call, assessmentId: string, kv: KVNamespace) {
  const { db } = call;
  const found = await readForStudent(call, assessmentId);
  const cover = coverOf(found.row.sections, await readBanks(db, kv, found.bankRefs));
  const titles = cover.objectiveIds.length > 0 ? await objectiveTitles(db, cover.objectiveIds) : new Map();
  const topics = Map.groupBy([...titles.values()] as { title: string; topic: string }[], ({ topic }) => topic);
  return {
    ...found,
    // One whose end has passed is over, whatever D1 has heard of it yet.
    open: found.open && stateAt(found.open, call.now) === 'open' ? found.open : undefined,
    cover,
    topics: [...topics].map(
      ([title, objectives]): Topic => ({ title, objectives: objectives.map((one) => one.title) }),
    ),
  };
}
export type Start = Awaited<ReturnType<typeof readStart>>;
