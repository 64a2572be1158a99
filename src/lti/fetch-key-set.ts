import { and, eq, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { type Outside, reachPlatform } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { type KeySet, parseKeySet } from './key-set.ts';
import { registration } from './schema.ts';

/** A key set older than this is fetched again at the next launch: a key the platform took back must not be good for long. */
const FRESH_MS = 60 * 60_000;
/** Between two fetches for one registration, whatever tokens come. */
const COOLDOWN_MS = 5_000;
const LIMITS = { timeoutMs: 5_000, maxBytes: 256 * 1024 };

type Kept = { keySetAt: number | null; keySetTriedAt: number | null };

/** Whether the key set is missing or old, and nobody has just tried. */
export const isFetchDue = ({ keySetAt, keySetTriedAt }: Kept, now: number) =>
  (keySetAt === null || keySetAt <= now - FRESH_MS) && (keySetTriedAt === null || keySetTriedAt <= now - COOLDOWN_MS);

/**
 * The statement that makes the caller the one who fetches, if a fetch is due: no key set, an old one, or one without `kid`. A row comes
 * back to whoever may. `which` picks the registration.
 */
export const claimFetch = ({ db, now }: SystemCall, which: SQL | undefined, kid: string | null) =>
  db
    .update(registration)
    .set({ keySetTriedAt: now })
    .where(
      and(
        which,
        or(isNull(registration.keySetTriedAt), lte(registration.keySetTriedAt, now - COOLDOWN_MS)),
        or(
          isNull(registration.keySetAt),
          lte(registration.keySetAt, now - FRESH_MS),
          kid === null
            ? sql`false`
            : sql`not exists (select 1 from json_each(${registration.keySet}, '$.keys') one where one.value ->> 'kid' = ${kid})`,
        ),
      ),
    )
    .returning({ id: registration.id });

export type FetchedKeys = { kind: 'fetched'; text: string } | { kind: 'key_set_unavailable' | 'key_set_malformed' };

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

/** The statement that keeps a fetched key set. */
export const keepKeySet = ({ db, now }: SystemCall, registrationId: string, text: string) =>
  db.update(registration).set({ keySet: text, keySetAt: now }).where(eq(registration.id, registrationId));

/** Fetches the key set of a registration ahead of the token, if nobody else does. Two round trips. */
export async function prefetchKeySet(call: SystemCall, registrationId: string, outside: Outside): Promise<void> {
  const { db } = call;
  const which = eq(registration.id, registrationId);
  const [claimed] = await claimFetch(call, which, null);
  if (!claimed) return;
  const [row] = await db.select({ url: registration.keySetUrl }).from(registration).where(which);
  if (!row) return;
  const fetched = await fetchKeySet(outside, row.url);
  if (fetched.kind === 'fetched') await keepKeySet(call, registrationId, fetched.text);
}
