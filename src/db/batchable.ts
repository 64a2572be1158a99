import type { SQL } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';

/** A statement written as SQL, fit for `db.batch`: drizzle's own `db.run(sql)` has no prepared statement there to bind to. */
export function batchable(db: DrizzleD1Database, query: SQL) {
  const raw = db.run(query);
  const { $client } = db as DrizzleD1Database & { $client: D1Database };
  return Object.assign(raw, { stmt: $client.prepare(raw.getQuery().sql) });
}
