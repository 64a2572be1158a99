import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

/*
 * Files that share a worker share its storage, and begin with an empty database all the same. Objects and keys of earlier
 * files are still there, under ids that no later file knows. Triggers would keep rows, or make new ones, so they step aside.
 */
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
const { results: made } = await env.DB.prepare(
  `select type, name, sql from sqlite_schema where type in ('table', 'trigger') and name not like 'sqlite%'
  and name not like '\\_cf%' escape '\\' and name <> 'd1_migrations'`,
).all<{ type: 'table' | 'trigger'; name: string; sql: string }>();
const [tables, triggers] = [made.filter(({ type }) => type === 'table'), made.filter(({ type }) => type === 'trigger')];
await env.DB.batch(
  [
    'pragma defer_foreign_keys = on',
    ...triggers.map(({ name }) => `drop trigger "${name}"`),
    ...tables.map(({ name }) => `delete from "${name}"`),
    ...triggers.map(({ sql }) => sql),
  ].map((statement) => env.DB.prepare(statement)),
);
