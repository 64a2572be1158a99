import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Item } from './item.ts';
import type { Rendered } from './rendered.ts';
import { bank, item, itemVersion } from './schema.ts';

/** A bank at one of its versions: it never changes. What a cached copy holds; another shape needs another key prefix. */
export type BankContent = {
  bankId: string;
  version: number;
  items: { id: string; version: number; position: number; item: Item; rendered: Rendered }[];
};

export type BankRef = { bankId: string; version: number };

const EXPIRES_AFTER_SECONDS = 30 * 24 * 3600;
/** KV: 100 keys one `get`, 25 MiB one value. */
const MAX_KEYS = 100;
const MAX_CACHED_LENGTH = 20_000_000;

const keyOf = ({ bankId, version }: BankRef) => `bank:${bankId}:v${version}`;

/** The statement that reads a bank as it was at a version: the latest item versions that came with or before it. */
const selectContent = (db: DrizzleD1Database, { bankId, version }: BankRef) =>
  db
    .select({
      id: item.id,
      version: itemVersion.version,
      position: item.position,
      item: itemVersion.source,
      rendered: itemVersion.rendered,
    })
    .from(item)
    .innerJoin(bank, eq(bank.id, item.bankId))
    .innerJoin(itemVersion, eq(itemVersion.itemId, item.id))
    .where(
      and(
        eq(item.bankId, bankId),
        sql`${version} <= ${bank.version}`,
        or(isNull(item.deletedInVersion), gt(item.deletedInVersion, version)),
        sql`${itemVersion.version} = (select max(v.version) from item_version v
          where v.item_id = ${item.id} and v.bank_version <= ${version})`,
      ),
    )
    .orderBy(asc(item.position));

/** What the cache has. A cache that fails or holds nothing is the same: the database knows it all. */
async function readCache(kv: KVNamespace, keys: string[]): Promise<Map<string, BankContent | null>> {
  try {
    const parts = [];
    for (let at = 0; at < keys.length; at += MAX_KEYS)
      parts.push(kv.get<BankContent>(keys.slice(at, at + MAX_KEYS), 'json'));
    return new Map((await Promise.all(parts)).flatMap((part) => [...part]));
  } catch {
    return new Map();
  }
}

async function fillCache(kv: KVNamespace, contents: BankContent[]): Promise<void> {
  await Promise.allSettled(
    contents.map(async (content) => {
      const text = JSON.stringify(content);
      if (text.length <= MAX_CACHED_LENGTH)
        await kv.put(keyOf(content), text, { expirationTtl: EXPIRES_AFTER_SECONDS });
    }),
  );
}

/**
 * The content of banks at versions, in the order of `refs`; a version that was never reached has no items. One KV round
 * trip when all are cached; the missing ones cost one more to D1, and fill the cache under a key that can never be stale.
 * Given `defer`, the filling does not hold the answer.
 */
export async function readBanks(
  db: DrizzleD1Database,
  kv: KVNamespace,
  refs: readonly BankRef[],
  defer?: (work: Promise<unknown>) => void,
): Promise<BankContent[]> {
  const wanted = new Map(refs.map(({ bankId, version }) => [keyOf({ bankId, version }), { bankId, version }]));
  const found = await readCache(kv, [...wanted.keys()]);
  const missing = [...wanted].filter(([key]) => !found.get(key)).map(([, ref]) => ref);

  const [first, ...rest] = missing.map((ref) => selectContent(db, ref));
  const rows = first ? await db.batch([first, ...rest]) : [];
  const read = missing.map((ref, index): BankContent => ({ ...ref, items: rows[index] ?? [] }));
  // Nothing read may mean a version that is still to come: that must not be kept.
  const filling = fillCache(
    kv,
    read.filter(({ items }) => items.length > 0),
  );
  if (defer) defer(filling);
  else await filling;

  const contents = new Map(read.map((content) => [keyOf(content), content]));
  return refs.map((ref) => {
    const key = keyOf(ref);
    return found.get(key) ?? contents.get(key) ?? { ...ref, items: [] };
  });
}
