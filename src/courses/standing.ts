import { type SQL, sql } from 'drizzle-orm';

/** Condition: the node of this id is in its outline. Under what is retired nothing is: neither it may be, nor what is above it. */
export const stands = (id: string | SQL) => sql`exists (
  select 1 from node as it
  left join node as above on above.id = it.parent_id
  left join node as topmost on topmost.id = above.parent_id
  where it.id = ${id} and it.retired_at is null and above.retired_at is null and topmost.retired_at is null
)`;
