import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { batchable } from '../db/index.ts';
import { auditIfChanged, teachers, user } from '../identity/index.ts';
import type { Actor, Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';

export type Share = { userId: string; name: string };

/** What can be shared: its table and that of its shares, which has the ids of both and nothing else; `own`: whose the actor may share. */
type Shareable = {
  kind: 'bank' | 'assessment';
  table: SQLiteTable;
  id: SQLiteColumn;
  own: (actor: Actor) => SQL | undefined;
  shares: SQLiteTable;
  of: SQLiteColumn;
  with: SQLiteColumn;
};

/**
 * The verbs that share something with colleagues. What the actor may not share, and whoever is no staff, is refused as absent
 * (`not_found`). One round trip each.
 */
export function sharing({ kind, table, id, own, shares, of, with: userId }: Shareable) {
  const isOwn = (actor: Actor, which: string) => and(eq(id, which), own(actor));
  const selectOwn = ({ db, actor }: Call, which: string) => db.select({ id }).from(table).where(isOwn(actor, which));

  return {
    /** With whom it is shared, by name. */
    async list(call: Call, what: { id: string }): Promise<Share[]> {
      const [found, shared] = await call.db.batch([
        selectOwn(call, what.id),
        call.db
          .select({ userId: user.id, name: user.name })
          .from(shares)
          .innerJoin(user, eq(user.id, userId))
          .where(eq(of, what.id))
          .orderBy(asc(user.name), asc(user.id)),
      ]);
      if (found.length === 0) throw new DomainError('not_found');
      return shared;
    },

    /** Shares it with somebody, who may then read and change it; again changes nothing. */
    async share(call: Call, what: { id: string; userId: string }): Promise<void> {
      const { db, actor } = call;
      const colleague = teachers(eq(user.id, what.userId));
      const [found, [staff]] = await db.batch([
        selectOwn(call, what.id),
        db.select({ id: user.id }).from(user).where(colleague),
        batchable(
          db,
          sql`insert into ${shares} (${sql.identifier(of.name)}, ${sql.identifier(userId.name)})
          select ${id}, ${user.id} from ${table}, ${user} where ${and(isOwn(actor, what.id), colleague)} on conflict do nothing`,
        ),
        auditIfChanged(call, { action: `${kind}.shared`, subject: what.id, detail: { with: what.userId } }),
      ]);
      if (found.length === 0 || !staff) throw new DomainError('not_found');
    },

    /** Takes a share back; one that is not there is `not_found`. */
    async unshare(call: Call, what: { id: string; userId: string }): Promise<void> {
      const [gone] = await call.db.batch([
        call.db
          .delete(shares)
          .where(and(inArray(of, selectOwn(call, what.id)), eq(userId, what.userId)))
          .returning({ userId }),
        auditIfChanged(call, { action: `${kind}.unshared`, subject: what.id, detail: { with: what.userId } }),
      ]);
      if (gone.length === 0) throw new DomainError('not_found');
    },
  };
}

export type Sharing = ReturnType<typeof sharing>;
