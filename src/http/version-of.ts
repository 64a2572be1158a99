import { type SQL, sql } from 'drizzle-orm';

/** How often what `of` names has changed (schema.ts, `version`), as an expression: 0 before the first time. */
export const versionOf = (of: SQL | string): SQL<number> =>
  sql<number>`coalesce((select value from version where "of" = ${of}), 0)`;
