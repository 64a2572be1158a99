import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { batchable } from '../db/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { passback, registration, resourceLink } from './schema.ts';

export type Passback = typeof passback.$inferSelect;

/** Longer than one try can take. Whoever holds a row longer has died. */
const LEASE_MS = 60_000;

/** A row that is ours until its lease ends, and what it is about. `row` is as of the last write of ours. */
export type Claimed = {
  row: Passback;
  link: typeof resourceLink.$inferSelect;
  registration: typeof registration.$inferSelect;
};

/** Condition on `lti_passback`: the row is still ours. */
const isMine = ({ id, leaseUntil }: Passback): SQL | undefined =>
  and(eq(passback.id, id), eq(passback.state, 'sending'), sql`${passback.leaseUntil} = ${leaseUntil}`);

/** Condition on `lti_passback`: ours, and still what we set out to send. */
const isWanted = (row: Passback): SQL | undefined => and(isMine(row), eq(passback.revision, row.revision));

/**
 * Takes a row that is due, by one conditional update: of any number of consumers one has it. A row whose holder died in the middle
 * is taken too; what became of its try nobody knows. Undefined when there is nothing to do. Two round trips.
 */
export async function claimPassback({ db, now }: SystemCall, id: string): Promise<Claimed | undefined> {
  const [row] = await db
    .update(passback)
    .set({
      state: 'sending',
      leaseUntil: now + LEASE_MS,
      isUnclear: sql`case when ${passback.state} = 'sending' then ${passback.sentRevision} = ${passback.revision} else ${passback.isUnclear} end`,
      sentRevision: sql`${passback.revision}`,
    })
    .where(
      and(
        eq(passback.id, id),
        sql`((${passback.state} = 'pending' and ${passback.nextAt} <= ${now})
          or (${passback.state} = 'sending' and ${passback.leaseUntil} <= ${now}))`,
      ),
    )
    .returning();
  if (!row) return undefined;
  const [[link], [its]] = await db.batch([
    db.select().from(resourceLink).where(eq(resourceLink.id, row.linkId)),
    db.select().from(registration).where(eq(registration.id, row.registrationId)),
  ]);
  if (!link || !its) return undefined;
  return { row, link, registration: its };
}

async function rewrite(
  db: DrizzleD1Database,
  claimed: Claimed,
  where: SQL | undefined,
  set: Partial<Record<keyof Passback, unknown>>,
): Promise<boolean> {
  const [row] = await db
    .update(passback)
    .set(set as Partial<Passback>)
    .where(where)
    .returning();
  if (row) claimed.row = row;
  return row !== undefined;
}

/** Keeps a row for another step, as of `now` (ms); false when it is no longer ours, or another score is wanted meanwhile. */
export const renewClaim = ({ db, now }: SystemCall, claimed: Claimed): Promise<boolean> =>
  rewrite(db, claimed, isWanted(claimed.row), { leaseUntil: now + LEASE_MS });

/**
 * Gives a score a later timestamp, once: a whole second after the last, because Moodle counts whole seconds, and after the
 * platform's own clock (`platformNow`, ms), because it may have stamped what it holds by that. False as for `renewClaim`.
 */
export const retime = ({ db, now }: SystemCall, claimed: Claimed, platformNow: number): Promise<boolean> =>
  rewrite(db, claimed, isWanted(claimed.row), {
    timestamp: Math.max(claimed.row.timestamp + 1000, now, Math.min(platformNow + 1000, now + 24 * 3600 * 1000)),
    isRetimed: true,
    leaseUntil: now + LEASE_MS,
  });

/**
 * Writes down the address of the line item, in the row and its link. Where there is a row for it already, this one goes: that one
 * holds the grade. False when the row is gone, or no longer ours.
 */
export async function readdress({ db, now }: SystemCall, claimed: Claimed, lineItem: string): Promise<boolean> {
  const { row, link } = claimed;
  const other = sql`select 1 from lti_passback other where other.registration_id = ${row.registrationId}
    and other.slot = ${lineItem} and other.user_id = ${row.userId} and other.id <> ${row.id}`;
  await db.batch([
    db.delete(passback).where(and(isMine(row), sql`exists (${other})`)),
    batchable(
      db,
      sql`update lti_resource_link set line_item = ${lineItem}, line_item_sought_until = null
      where id = ${link.id} and line_item is ${link.lineItem}`,
    ),
  ]);
  claimed.link = { ...link, lineItem };
  return await rewrite(db, claimed, isMine(row), { slot: lineItem, leaseUntil: now + LEASE_MS });
}

/** How a try ended, for `settle`. Instants in ms. */
export type Ending =
  | { kind: 'delivered'; status: number | null }
  | { kind: 'later'; nextAt: number; status: number | null; words: string; isUnclear: boolean }
  /** Nothing was tried: somebody else is busy with what it takes. */
  | { kind: 'wait'; nextAt: number }
  | { kind: 'parked'; status: number | null; words: string };

/** A value for the revision that was sent, another where a newer one is wanted meanwhile. */
const ifSent = (row: Passback, then: unknown, otherwise: unknown) =>
  sql`case when ${passback.revision} = ${row.revision} then ${then} else ${otherwise} end`;

/**
 * Lets go of a row with what came of it. A newer score that was wanted meanwhile leaves it pending, at once, unless the platform
 * asks for time. Answers when it is to be looked at again, in ms; undefined when nothing is due, or the row was no longer ours.
 */
export async function settle({ db, now }: SystemCall, claimed: Claimed, ending: Ending): Promise<number | undefined> {
  const { row } = claimed;
  const free = { leaseUntil: null };
  const tried = sql`${passback.attempts} + 1`;
  const sets = {
    delivered: () => ({
      ...free,
      state: ifSent(row, 'delivered', 'pending'),
      nextAt: ifSent(row, null, now),
      attempts: ifSent(row, tried, 0),
      deliveredAt: now,
      // A final score stands there now, whatever is wanted next.
      ...(row.scoreGiven !== null && { finalAt: sql`coalesce(${passback.finalAt}, ${now})` }),
      isUnclear: false,
      lastError: null,
    }),
    later: (nextAt: number, isUnclear: boolean) => ({
      ...free,
      state: 'pending',
      nextAt,
      attempts: tried,
      isUnclear: ifSent(row, isUnclear || row.isUnclear ? 1 : 0, 0),
    }),
    wait: (nextAt: number) => ({ ...free, state: 'pending', nextAt }),
    parked: () => ({
      ...free,
      state: ifSent(row, 'parked', 'pending'),
      nextAt: ifSent(row, null, now),
      attempts: ifSent(row, tried, 0),
    }),
  };
  const set = ((): Partial<Record<keyof Passback, unknown>> => {
    switch (ending.kind) {
      case 'delivered':
        return { ...sets.delivered(), lastStatus: ending.status };
      case 'later':
        return { ...sets.later(ending.nextAt, ending.isUnclear), lastStatus: ending.status, lastError: ending.words };
      case 'wait':
        return sets.wait(ending.nextAt);
      case 'parked':
        return { ...sets.parked(), lastStatus: ending.status, lastError: ending.words };
    }
  })();
  if (!(await rewrite(db, claimed, isMine(row), set))) return undefined;
  return claimed.row.nextAt ?? undefined;
}
