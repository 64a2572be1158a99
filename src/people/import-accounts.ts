import { or, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import { newFirstPassword, normaliseEmail, user } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { slices } from '../lib/slices.ts';
import { readImport } from './read-import.ts';

/** What became of a row of the table. `reason` is a sentence. */
type ImportedRow = { line: number; status: 'created' | 'exists' | 'refused'; reason?: string; userId?: string };
/** What goes on paper, this once. `signInName`: what they type beside the password. */
export type Slip = { name: string; username: string; password: string };
export type Imported = { created: number; exists: number; refused: number; rows: ImportedRow[]; slips: Slip[] };

/**
 * Makes students of a table, as many as can be made: who has an account already is left as they are, so a table may be sent again. Each gets a first password,
 * which is only in this answer. Refuses a table that is none with `malformed`. One round trip: rows are written from JSON,
 * not one by one.
 */
export async function importAccounts(call: Call, bytes: Uint8Array, pepper: string): Promise<Imported> {
  if (call.actor.isHeld) throw new DomainError('forbidden');
  const { rows, refused } = readImport(bytes);
  const wanted = await Promise.all(
    rows.map(async ({ line, name, email, username }) => ({
      ...{ line, name, id: newId('user', call.now), auditId: newId('audit', call.now) },
      ...{ email: email === undefined ? null : normaliseEmail(email), username: username ?? null },
      ...(await newFirstPassword(pepper, call.now)),
    })),
  );

  const report: ImportedRow[] = refused.map(({ line, reason }) => ({ line, status: 'refused', reason }));
  const slips: Slip[] = [];
  const accounts = await writeAccounts(call, wanted);
  for (const row of wanted) {
    const told = outcomeOf(row, accounts);
    report.push({ line: row.line, ...told });
    if (told.status === 'created')
      slips.push({ name: row.name, username: row.username ?? row.email ?? '', password: row.password });
  }
  report.sort((a, b) => a.line - b.line);
  const count = (status: ImportedRow['status']) => report.filter((row) => row.status === status).length;
  return { created: count('created'), exists: count('exists'), refused: count('refused'), rows: report, slips };
}

type Wanted = {
  id: string;
  auditId: string;
  name: string;
  email: string | null;
  username: string | null;
  passwordHash: string;
};
type Account = { id: string; email: string | null; username: string | null };

/** Who has the account now that a row asked for: its own, somebody's who was there before, or two different people's. */
function outcomeOf({ id, email, username }: Wanted, accounts: readonly Account[]): Omit<ImportedRow, 'line'> {
  const byEmail = email === null ? undefined : accounts.find((one) => one.email === email);
  const byName = username === null ? undefined : accounts.find((one) => one.username === username);
  const found = byEmail ?? byName;
  if (found?.id === id) return { status: 'created', userId: id };
  if (email !== null && byName && byName.id !== byEmail?.id)
    return { status: 'refused', reason: 'username: this user name is taken' };
  if (username !== null && byEmail && byEmail.id !== byName?.id)
    return { status: 'refused', reason: 'email: this address has an account already' };
  return found
    ? { status: 'exists', userId: found.id }
    : { status: 'refused', reason: 'row: somebody changed this account meanwhile' };
}

/** Writes the accounts that are free, each with its audit entry, and reads who has what was asked for. One round trip. */
async function writeAccounts(call: Call, wanted: readonly Wanted[]): Promise<Account[]> {
  const { db, actor, now, requestId, address } = call;
  const detail = JSON.stringify({ before: null, after: { role: 'student' } });
  // The passwords themselves go nowhere but on paper.
  const tables = slices(
    wanted.map(({ id, auditId, name, email, username, passwordHash }) => ({
      ...{ id, auditId, name, email, username, passwordHash },
    })),
  );
  const statements = tables.flatMap((table) => [
    batchable(
      db,
      sql`insert into ${user} (id, name, email, username, role, password_hash, must_change_password, created_at)
      select value ->> 'id', value ->> 'name', value ->> 'email', value ->> 'username', 'student', value ->> 'passwordHash', 1, ${now}
      from json_each(${table}) where true on conflict do nothing`,
    ),
    batchable(
      db,
      sql`insert into audit (id, actor_id, action, subject, detail, request_id, address, at)
      select value ->> 'auditId', ${actor.userId}, 'user.created', value ->> 'id', ${detail}, ${requestId}, ${address}, ${now}
      from json_each(${table}) where exists (select 1 from ${user} where ${user.id} = value ->> 'id')`,
    ),
  ]);
  const lookups = tables.map((table) =>
    db
      .select({ id: user.id, email: user.email, username: user.username })
      .from(user)
      .where(
        or(
          sql`${user.email} in (select value ->> 'email' from json_each(${table}))`,
          sql`${user.username} in (select value ->> 'username' from json_each(${table}))`,
        ),
      ),
  );
  const [first, ...others] = [...statements, ...lookups];
  if (!first) return [];
  const answers: unknown[] = await db.batch([first, ...others]);
  return answers.slice(statements.length).flat() as Account[];
}
