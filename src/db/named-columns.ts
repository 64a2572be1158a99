import { type Column, getTableColumns, type SQL, sql, type Table } from 'drizzle-orm';

type Data<C> = C extends Column ? (C['_']['notNull'] extends true ? C['_']['data'] : C['_']['data'] | null) : never;
type Named<T extends Table> = { [K in keyof T['_']['columns']]: SQL.Aliased<Data<T['_']['columns'][K]>> };

/**
 * The columns of a table under names of their own (`attempt_id`). In a batch D1 answers rows by name, so of two joined tables
 * with an `id` each only one would come back.
 */
export function named<T extends Table>(table: T, prefix: string): Named<T> {
  const columns = Object.entries(getTableColumns(table)).map(([key, column]) => [
    key,
    sql`${column}`.mapWith(column).as(`${prefix}_${column.name}`),
  ]);
  return Object.fromEntries(columns) as Named<T>;
}

/** A left-joined row of named columns, or null where nothing was joined: then its `key`, never null otherwise, is. */
export const joined = <R extends object>(row: R, key: keyof R): R | null => (row[key] === null ? null : row);
