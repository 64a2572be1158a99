import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

/*
 * Files that share a worker share its storage, and begin with an empty database all the same. Objects and keys of earlier
 * files are still there, under ids that no later file knows.
 */
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
const { results: tables } = await env.DB.prepare(
  `select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and name not like '\\_cf%' escape '\\'
  and name <> 'd1_migrations'`,
).all<{ name: string }>();
await env.DB.batch([
  env.DB.prepare('pragma defer_foreign_keys = on'),
  ...tables.map(({ name }) => env.DB.prepare(`delete from "${name}"`)),
]);
