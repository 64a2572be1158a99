import { and, eq, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { type Outside, reachPlatform } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { type KeySet, parseKeySet } from './key-set.ts';
import { registration } from './schema.ts';
import type { keySetFaults } from './words.ts';

/** A key set older than this is fetched again at the next launch: a key the platform took back must not be good for long. */
const FRESH_MS = 60 * 60_000;
/** Between two fetches for one reason, whatever tokens come. */
const COOLDOWN_MS = 5_000;
/** A school's own server may be slow. */
const LIMITS = { timeoutMs: 10_000, maxBytes: 256 * 1024 };

type Kept = { keySetAt: number | null; keySetTriedAt: number | null };

/** Whether the key set is missing or old, and nobody has just tried. */
export const isFetchDue = ({ keySetAt, keySetTriedAt }: Kept, now: number) =>
  (keySetAt === null || keySetAt <= now - FRESH_MS) && (keySetTriedAt === null || keySetTriedAt <= now - COOLDOWN_MS);

/**
 * The statement that makes the caller the one who fetches, if a fetch is due: no key set, an old one, or one without `kid`. For a missing
 * key it is once, then rest: a fetch for another reason does not count, so that a key new since then is found. A row comes
 * back to whoever may. `which` picks the registration.
 */
export function claimFetch({ db, now }: SystemCall, which: SQL | undefined, kid: string | null) {
  const { keySet, keySetAt, keySetTriedAt, keySetMissedAt } = registration;
  const hasRested = (since: typeof keySetTriedAt | typeof keySetMissedAt) =>
    or(isNull(since), lte(since, now - COOLDOWN_MS));
  const isOld = or(isNull(keySetAt), lte(keySetAt, now - FRESH_MS));
  const isMissing =
    kid === null
      ? sql`false`
      : sql`${keySet} is not null and not exists (select 1 from json_each(${keySet}, '$.keys') one where one.value ->> 'kid' = ${kid})`;
  return db
    .update(registration)
    .set({ keySetTriedAt: now, keySetMissedAt: sql`case when ${isMissing} then ${now} else ${keySetMissedAt} end` })
    .where(and(which, or(and(isOld, hasRested(keySetTriedAt)), and(isMissing, hasRested(keySetMissedAt)))))
    .returning({ id: registration.id });
}

export type FetchedKeys = { kind: 'fetched'; text: string } | { kind: (typeof keySetFaults)[number] };

const textOf = (keys: KeySet) =>
  JSON.stringify({ keys: [...keys].flatMap(([kid, same]) => same.map((key) => ({ kty: 'RSA', kid, ...key }))) });

/** Key sets of this isolate as they were read, so that a key is imported once and not at every launch. */
const read = new Map<string, KeySet>();
const MAX_READ = 200;

/** A key set as it is kept, read. */
export function readKept(text: string): KeySet {
  const known = read.get(text);
  if (known) return known;
  const keys = parseKeySet(text) ?? new Map();
  if (read.size >= MAX_READ) read.clear();
  read.set(text, keys);
  return keys;
}

/** Asks a platform for its key set. Bounded in time and size; no redirect is followed. */
export async function fetchKeySet(outside: Outside, url: string): Promise<FetchedKeys> {
  const reached = await reachPlatform(outside, url, {}, LIMITS);
  if (reached.kind === 'too-large' || reached.kind === 'not-utf8') return { kind: 'key_set_malformed' };
  if (reached.kind !== 'answered' || reached.status !== 200) return { kind: 'key_set_unavailable' };
  const keys = parseKeySet(reached.text);
  // What is kept is what was understood, so that the lock above can read it too.
  return keys ? { kind: 'fetched', text: textOf(keys) } : { kind: 'key_set_malformed' };
}

/** The statement that keeps what a fetch brought: a key set, or why there is none. */
export const keepFetched = ({ db, now }: SystemCall, registrationId: string, fetched: FetchedKeys) =>
  db
    .update(registration)
    .set(
      fetched.kind === 'fetched'
        ? { keySet: fetched.text, keySetAt: now, keySetFault: null, keySetFaultAt: null }
        : { keySetFault: fetched.kind, keySetFaultAt: now },
    )
    .where(eq(registration.id, registrationId));

/** Fetches the key set of a registration ahead of the token, if nobody else does. Two round trips. */
export async function prefetchKeySet(call: SystemCall, registrationId: string, outside: Outside): Promise<void> {
  const { db } = call;
  const which = eq(registration.id, registrationId);
  const [claimed] = await claimFetch(call, which, null);
  if (!claimed) return;
  const [row] = await db.select({ url: registration.keySetUrl }).from(registration).where(which);
  if (!row) return;
  const fetched = await fetchKeySet(outside, row.url);
  await keepFetched({ db, now: outside.now() }, registrationId, fetched);
}
