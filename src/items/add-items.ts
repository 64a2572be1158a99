import { sql } from 'drizzle-orm';
import { coursesOfObjectives } from '../courses/index.ts';
import { batchable } from '../db/index.ts';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { slices } from '../lib/slices.ts';
import { raisedVersion, raiseVersion, retryIfStale } from './bank-version.ts';
import { selectVisibleBank } from './banks.ts';
import { checkObjectives, objectiveIds } from './check-objectives.ts';
import type { AddItemsInput } from './input.ts';
import type { Item } from './item.ts';
import { renderItem } from './render-item.ts';

function renderAll(items: readonly Item[]) {
  const results = items.map(renderItem);
  const errors = results.flatMap((result, index) =>
    'errors' in result ? result.errors.map((one) => ({ ...one, pointer: `/items/${index}${one.pointer}` })) : [],
  );
  if (errors.length > 0) throw invalidFields(errors);
  return results.flatMap((result) => ('rendered' in result ? result.rendered : []));
}

/**
 * Adds items to the end of a bank, all or nothing. What cannot be rendered, and an objective that is not of the bank's
 * course, is refused with pointers like `/items/3/objectiveId`. Two round trips.
 */
export async function addItems(
  call: Call,
  { bankId, items }: AddItemsInput & { bankId: string },
): Promise<{ id: string; version: number }[]> {
  const { db, actor, now } = call;
  const rendered = renderAll(items);
  const ids = items.map(() => newId('item', now));
  // As texts inside the JSON, so that what is kept is what JSON.stringify wrote.
  const rows = items.map((item, index) => ({
    id: ids[index],
    source: JSON.stringify(item),
    rendered: JSON.stringify(rendered[index]),
  }));

  return retryIfStale(async () => {
    const [[bank], known] = await db.batch([
      selectVisibleBank(call, bankId),
      coursesOfObjectives(db, objectiveIds(items)),
    ]);
    if (!bank) throw new DomainError('not_found');
    const placed = items.map((item, index) => ({ item, pointer: `/items/${index}` }));
    checkObjectives(placed, known, bank.courseId);

    await db.batch([
      raiseVersion(call, { bankId, courseId: bank.courseId }),
      batchable(
        db,
        sql`insert into item (id, bank_id, position, version, created_at)
        select value, ${bankId}, (select coalesce(max(position) + 1, 0) from item where bank_id = ${bankId}) + key, 1, ${now}
        from json_each(${JSON.stringify(ids)})`,
      ),
      ...slices(rows).map((slice) =>
        batchable(
          db,
          sql`insert into item_version (item_id, version, source, rendered, bank_version, created_at, created_by)
          select value ->> 'id', 1, value ->> 'source', value ->> 'rendered', ${raisedVersion(bankId)}, ${now}, ${actor.userId}
          from json_each(${slice})`,
        ),
      ),
      auditRow(call, { action: 'items.added', subject: bankId, detail: { items: ids } }),
    ]);
    return ids.map((id) => ({ id, version: 1 }));
  });
}
