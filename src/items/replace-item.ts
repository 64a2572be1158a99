import { eq } from 'drizzle-orm';
import { coursesOfObjectives } from '../courses/index.ts';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { raisedVersion, raiseVersion, retryIfStale, versionAfter } from './bank-version.ts';
import { checkObjectives, objectiveIds } from './check-objectives.ts';
import type { Item } from './item.ts';
import { type StaffItem, selectVisibleItem } from './items.ts';
import { renderItem } from './render-item.ts';
import { item, itemVersion } from './schema.ts';

/**
 * Writes the next version of an item; attempts that run keep the one they pinned. Given `seenVersion`, the version its
 * editor saw, it refuses with `conflict` when that is no longer the current one. Two round trips.
 */
export async function replaceItem(
  call: Call,
  { id, source, seenVersion }: { id: string; source: Item; seenVersion?: number },
): Promise<StaffItem> {
  const { db, actor, now } = call;
  const result = renderItem(source);
  if ('errors' in result) throw invalidFields(result.errors);
  const { rendered } = result;

  return retryIfStale(async () => {
    const [[before], known] = await db.batch([
      selectVisibleItem(call, id),
      coursesOfObjectives(db, objectiveIds([source])),
    ]);
    if (!before) throw new DomainError('not_found');
    if (seenVersion !== undefined && seenVersion !== before.version) throw new DomainError('conflict');
    checkObjectives([{ item: source, pointer: '' }], known, before.courseId);

    const version = before.version + 1;
    await db.batch([
      raiseVersion(call, before),
      db
        .update(item)
        .set({ version: versionAfter(before.version) })
        .where(eq(item.id, id)),
      db.insert(itemVersion).values({
        itemId: id,
        version,
        source,
        rendered,
        bankVersion: raisedVersion(before.bankId),
        createdAt: now,
        createdBy: actor.userId,
      }),
      auditRow(call, { action: 'item.changed', subject: id, detail: { bankId: before.bankId, version } }),
    ]);
    return { id, version, item: source, rendered };
  });
}
