import { and, eq, exists, lte, sql } from 'drizzle-orm';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { SystemCall } from '../lib/call.ts';
import { toBase64Url } from '../lib/crypto.ts';
import { openSealed, seal } from '../lib/seal.ts';
import { signingKey } from './schema.ts';

/*
 * Our own keys, RSA 2048 for RS256, the one algorithm every platform takes (security-v1p0 §5.1.1, §6.3). Platforms keep our key
 * set for an hour or longer, so a key is published a day before its first signature and a day after its last.
 */

const DAY_MS = 24 * 3600 * 1000;
/** How long a key signs. */
const ACTIVE_MS = 90 * DAY_MS;
/** How long a key is published before it signs, and after. */
const SHOWN_MS = DAY_MS;

type Row = typeof signingKey.$inferSelect;
type SigningKey = { kid: string; privateKey: CryptoKey };

/** Imported keys by secret and sealed text. Keys only: a promise of one request must not be awaited by another. */
const imported = new Map<string, CryptoKey>();
const MOST_IMPORTED = 8;

const belongsTo = (kid: string) => `lti key ${kid}`;

/** A `kid` is 128 random bits: none is ever used again, though nobody remembers the old ones. */
async function newKey(secretsKey: string, row: Pick<Row, 'state' | 'createdAt' | 'activeFrom'>): Promise<Row> {
  const pair = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(pair.privateKey);
  const { kty = '', n = '', e = '' } = jwk;
  const kid = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
  const privateKey = await seal(secretsKey, JSON.stringify(jwk), belongsTo(kid));
  return { ...row, kid, publicKey: { kty, n, e }, privateKey, retiredAt: null };
}

async function openKey(secretsKey: string, { kid, privateKey }: Row): Promise<CryptoKey | undefined> {
  const at = `${secretsKey} ${privateKey}`;
  const known = imported.get(at);
  if (known) return known;
  const text = await openSealed(secretsKey, privateKey, belongsTo(kid));
  if (text === undefined) return undefined;
  const key = (await importJWK(JSON.parse(text) as JWK, 'RS256')) as CryptoKey;
  if (imported.size >= MOST_IMPORTED) imported.clear();
  imported.set(at, key);
  return key;
}

const findActive = async ({ db }: SystemCall) =>
  (await db.select().from(signingKey).where(eq(signingKey.state, 'active')))[0];

/** Puts a new key in the place of `old`, or where there is none. Of two at once one is kept: there is room for one active key. */
async function replaceActive({ db, now }: SystemCall, secretsKey: string, old: Row | undefined): Promise<void> {
  const made = await newKey(secretsKey, { state: 'active', createdAt: now, activeFrom: now });
  await db.batch([
    db
      .update(signingKey)
      .set({ state: 'retiring', retiredAt: now })
      .where(and(eq(signingKey.kid, old?.kid ?? ''), eq(signingKey.state, 'active'))),
    db.insert(signingKey).values(made).onConflictDoNothing(),
  ]);
}

/**
 * The key to sign with now. The first is made when it is first asked for, and another at once where the one there is was sealed
 * under a SECRETS_KEY of before. One round trip; three when a key is made.
 */
export async function activeSigningKey(call: SystemCall, secretsKey: string): Promise<SigningKey> {
  const row = await findActive(call);
  const key = row && (await openKey(secretsKey, row));
  if (key) return { kid: row.kid, privateKey: key };
  await replaceActive(call, secretsKey, row);
  const made = await findActive(call);
  const its = made && (await openKey(secretsKey, made));
  if (!its) throw new Error('No signing key of ours can be opened');
  return { kid: made.kid, privateKey: its };
}

const selectPublic = ({ db }: SystemCall) =>
  db
    .select({ kid: signingKey.kid, publicKey: signingKey.publicKey })
    .from(signingKey)
    // The active one first, for whoever takes the first without looking at `kid`.
    .orderBy(signingKey.state, signingKey.createdAt);

/**
 * What others verify our signatures with: public members only. The first key is made here too, so that nobody ever keeps a set
 * in which the key that is about to sign is missing. One round trip, as a rule.
 */
export async function publishedKeys(call: SystemCall, secretsKey: string): Promise<JWK[]> {
  let rows = await selectPublic(call);
  if (rows.length === 0) {
    await activeSigningKey(call, secretsKey);
    rows = await selectPublic(call);
  }
  return rows.map(({ kid, publicKey: { kty, n, e } }) => ({ kid, alg: 'RS256', use: 'sig', kty, n, e }));
}

/**
 * Moves the keys on, for the sweep: late or twice at once is well. A next key is made a day before the active one has signed for
 * 90 days; it takes over once it has been published for a day; the one before is forgotten a day after that. One round trip;
 * two when a key is made.
 */
export async function rotateKeys({ db, now }: SystemCall, secretsKey: string): Promise<void> {
  const due = db
    .select({ one: sql`1` })
    .from(signingKey)
    .where(and(eq(signingKey.state, 'next'), lte(signingKey.activeFrom, now)));
  const [, , , [agesIt]] = await db.batch([
    db.delete(signingKey).where(and(eq(signingKey.state, 'retiring'), lte(signingKey.retiredAt, now - SHOWN_MS))),
    db
      .update(signingKey)
      .set({ state: 'retiring', retiredAt: now })
      .where(and(eq(signingKey.state, 'active'), exists(due))),
    db
      .update(signingKey)
      .set({ state: 'active', activeFrom: now })
      .where(and(eq(signingKey.state, 'next'), lte(signingKey.activeFrom, now))),
    db
      .select({ kid: signingKey.kid })
      .from(signingKey)
      .where(
        and(
          eq(signingKey.state, 'active'),
          lte(signingKey.activeFrom, now - ACTIVE_MS + SHOWN_MS),
          sql`not exists (select 1 from ${signingKey} other where other.state = 'next')`,
        ),
      ),
  ]);
  if (!agesIt) return;
  const next = await newKey(secretsKey, { state: 'next', createdAt: now, activeFrom: now + SHOWN_MS });
  await db.insert(signingKey).values(next).onConflictDoNothing();
}
