import { and, eq, isNull, sql } from 'drizzle-orm';
import { readImage } from '../../content/index.ts';
import { batchable } from '../../db/index.ts';
import { auditRow } from '../../identity/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { slices } from '../../lib/slices.ts';
import { raisedVersion, raiseVersion, retryIfStale } from '../bank-version.ts';
import { requireBank, selectVisibleBank } from '../banks.ts';
import type { Item } from '../item.ts';
import type { Rendered } from '../rendered.ts';
import { item, itemVersion } from '../schema.ts';
import type { Found } from './read-course.ts';
import { readProblem } from './read-problem.ts';
import { readUpload, type UploadKind } from './read-upload.ts';
import type { Images } from './to-markdown.ts';
import { attribute, findAll } from './xml.ts';

/** `notes`: what of it could not be carried over, or is otherwise here. */
type ImportedItem = { id: string; version: number; source: string; notes?: string[] };
export type Imported = { items: ImportedItem[]; skipped: { source: string; reason: string }[] };

type Upload = { kind: UploadKind; bytes: Uint8Array };
type Image = { path: string; type: string; bytes: Uint8Array };
type Made = { source: string; item: Item; rendered: Rendered; notes: string[] };
type Read = { made: Made[]; skipped: Imported['skipped']; images: Map<string, Image> };

const MOST_ITEMS = 2_000;

/** The images a problem shows, read beforehand: their names are their digests, and those are reckoned asynchronously. */
async function imagesOf(
  { problem, images }: Extract<Found, { problem: unknown }>,
  kept: Read['images'],
): Promise<Images> {
  const known = new Map<string, { path: string } | { missing: string }>();
  for (const element of findAll(problem, 'img')) {
    const source = attribute(element, 'src') ?? '';
    if (known.has(source)) continue;
    const file = images(source);
    if ('missing' in file) known.set(source, file);
    else {
      const image = await readImage(file.bytes);
      if ('refusal' in image) known.set(source, { missing: image.refusal });
      else {
        kept.set(image.path, { ...image, bytes: file.bytes });
        known.set(source, { path: image.path });
      }
    }
  }
  return (source) => known.get(source) ?? { missing: 'is not in the export' };
}

/** Problems as items, each under the source of its field: that of the problem, for further fields with `#2` and so on. */
async function readItems(found: readonly Found[]): Promise<Read> {
  const read: Read = { made: [], skipped: [], images: new Map() };
  const seen = new Set<string>();
  for (const one of found) {
    const skip = (reason: string, source = one.source) => read.skipped.push({ source, reason });
    if ('refusal' in one) skip(one.refusal);
    else if (seen.has(one.source)) skip('another problem of this upload has the same name');
    else {
      seen.add(one.source);
      const result = readProblem(one.problem, await imagesOf(one, read.images));
      if ('refusal' in result) skip(result.refusal);
      else {
        for (const part of result.parts) {
          const source = part.part === 1 ? one.source : `${one.source}#${part.part}`;
          if ('refusal' in part) skip(part.refusal, source);
          else read.made.push({ source, item: part.item, rendered: part.rendered, notes: part.notes });
        }
      }
    }
  }
  return read;
}

/** Only what a kept item shows. Named by content, so that what a failed import leaves behind harms nobody. */
async function keepImages(bucket: R2Bucket, { made, images }: Read): Promise<void> {
  const shown = made.map(({ rendered }) => JSON.stringify(rendered)).join();
  const wanted = [...images.values()].filter(({ path }) => shown.includes(path));
  for (let at = 0; at < wanted.length; at += 6) {
    await Promise.all(
      wanted
        .slice(at, at + 6)
        .map(({ path, type, bytes }) =>
          bucket.put(path.slice('/media/'.length), bytes, { httpMetadata: { contentType: type } }),
        ),
    );
  }
}

/** What was imported before, with what staff have said of it and the platform knows nothing of. */
const selectEarlier = ({ db }: Call, bankId: string, sources: string) =>
  db
    .select({
      id: item.id,
      version: item.version,
      importedFrom: item.importedFrom,
      objectiveId: sql<string | null>`${itemVersion.source} ->> 'objectiveId'`.as('objective_id'),
      difficulty: sql<Item['difficulty']>`${itemVersion.source} ->> 'difficulty'`.as('difficulty'),
      tags: sql<string | null>`${itemVersion.source} -> 'tags'`.as('tags'),
    })
    .from(item)
    .innerJoin(itemVersion, and(eq(itemVersion.itemId, item.id), eq(itemVersion.version, item.version)))
    .where(
      and(
        eq(item.bankId, bankId),
        isNull(item.deletedAt),
        sql`${item.importedFrom} in (select value from json_each(${sources}))`,
      ),
    );
type Earlier = Awaited<ReturnType<typeof selectEarlier>>[number];

function itemNow(made: Item, earlier: Earlier | undefined): Item {
  if (!earlier) return made;
  const { objectiveId, difficulty, tags } = earlier;
  return {
    ...made,
    difficulty,
    ...(objectiveId !== null && { objectiveId }),
    ...(tags !== null && { tags: JSON.parse(tags) as string[] }),
  };
}

/** Writes all in one batch: new items at the end of the bank, next versions of those that were imported before. */
function writeItems(call: Call, bankId: string, made: readonly Made[]): Promise<ImportedItem[]> {
  const { db, actor, now } = call;
  return retryIfStale(async () => {
    const [[bank], rows] = await db.batch([
      selectVisibleBank(call, bankId),
      selectEarlier(call, bankId, JSON.stringify(made.map(({ source }) => source))),
    ]);
    if (!bank) throw new DomainError('not_found');
    const earlier = new Map(rows.map((row) => [row.importedFrom, row]));
    const all = made.map(({ source, item: one, rendered, notes }) => {
      const before = earlier.get(source);
      return {
        id: before?.id ?? newId('item', now),
        version: (before?.version ?? 0) + 1,
        isNew: !before,
        from: source,
        notes,
        source: JSON.stringify(itemNow(one, before)),
        rendered: JSON.stringify(rendered),
      };
    });
    const fresh = all.filter(({ isNew }) => isNew).map(({ id, from }) => ({ id, from }));
    const next = all.filter(({ isNew }) => !isNew).map(({ id, version }) => ({ id, before: version - 1 }));
    await db.batch([
      raiseVersion(call, { bankId, courseId: bank.courseId }),
      batchable(
        db,
        sql`update item set version = case when item.deleted_at is null and item.version = (given.value ->> 'before') then item.version + 1 end
        from json_each(${JSON.stringify(next)}) as given where item.id = (given.value ->> 'id')`,
      ),
      batchable(
        db,
        sql`insert into item (id, bank_id, position, version, created_at, imported_from)
        select value ->> 'id', ${bankId}, (select coalesce(max(position) + 1, 0) from item where bank_id = ${bankId}) + key, 1, ${now}, value ->> 'from'
        from json_each(${JSON.stringify(fresh)})`,
      ),
      ...slices(all.map(({ id, version, source, rendered }) => ({ id, version, source, rendered }))).map((slice) =>
        batchable(
          db,
          sql`insert into item_version (item_id, version, source, rendered, bank_version, created_at, created_by)
          select value ->> 'id', value ->> 'version', value ->> 'source', value ->> 'rendered', ${raisedVersion(bankId)}, ${now}, ${actor.userId}
          from json_each(${slice})`,
        ),
      ),
      auditRow(call, {
        action: 'items.imported',
        subject: bankId,
        detail: { added: fresh.length, changed: next.length },
      }),
    ]);
    return all.map(({ id, version, from, notes }) => ({
      id,
      version,
      source: from,
      ...(notes.length > 0 && { notes }),
    }));
  });
}

/**
 * Imports problems of Open edX into a bank (CONTRACT "Open edX"): one item for each field. What was imported before, told by its
 * source, gets its next version and keeps what staff said of it: objective, difficulty, tags. All that can be imported is
 * written in one batch, the rest is listed with its reason. Three round trips, and one to `media` for each image.
 */
export async function importOlx(
  call: Call,
  { bankId, kind, bytes }: Upload & { bankId: string },
  { media }: { media: R2Bucket },
): Promise<Imported> {
  await requireBank(call, bankId);
  const read = await readItems(await readUpload(kind, bytes));
  if (read.made.length === 0) return { items: [], skipped: read.skipped };
  if (read.made.length > MOST_ITEMS) throw new DomainError('invalid', `At most ${MOST_ITEMS} questions in one import`);
  await keepImages(media, read);
  return { items: await writeItems(call, bankId, read.made), skipped: read.skipped };
}
