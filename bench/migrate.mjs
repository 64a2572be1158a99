import { readdirSync, readFileSync } from 'node:fs';

/** Brings an empty database to the newest migration. */
export async function migrate(db) {
  const files = readdirSync('migrations')
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const statements = files.flatMap((name) =>
    readFileSync(`migrations/${name}`, 'utf8').split('--> statement-breakpoint'),
  );
  await db.batch(statements.map((statement) => db.prepare(statement)));
}
