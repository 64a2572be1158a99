import { or, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import { newFirstPassword, normaliseEmail, requireConfirmed, user } from '../identity/index.ts';
import type { Call, Role } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { slices } from '../lib/slices.ts';
import { rolesToMake } from './may-change.ts';
import { readImport } from './read-import.ts';

/** What became of a row of the table. `name` as it is there, empty where none is; `reason` is a sentence. */
type ImportedRow = {
  line: number;
  name: string;
  status: 'created' | 'exists' | 'refused';
  reason?: string;
  userId?: string;
};
/** What goes on paper, this once. `signInName`: what they type beside the password. */
export type Slip = { name: string; username: string; password: string };
export type Imported = { created: number; exists: number; refused: number; rows: ImportedRow[]; slips: Slip[] };

/**
 * Makes accounts of a table, as many as can be made: who has one already is left as they are, so a table may be sent again. Each gets a first password,
 * which is only in this answer. Another role than a student's wants a proof of who asks, as giving it afterwards does. Refuses a table that is none
 * with `malformed`, and with `confirm_first`. One round trip, two with such roles: rows are written from JSON, not one by one.
 */
export async function importAccounts(call: Call, bytes: Uint8Array, pepper: string): Promise<Imported> {
  if (call.actor.isHeld) throw new DomainError('forbidden');
  const { rows, refused } = readImport(bytes, rolesToMake(call.actor));
  if (rows.some(({ role }) => role !== 'student')) await requireConfirmed(call);
  const wanted = await Promise.all(
    rows.map(async ({ line, name, role, email, username }) => ({
      ...{ line, name, role, id: newId('user', call.now), auditId: newId('audit', call.now) },
      ...{ email: email === undefined ? null : normaliseEmail(email), username: username ?? null },
      ...(await newFirstPassword(pepper, call.now)),
    })),
  );

  const report: ImportedRow[] = refused.map((row) => ({ ...row, status: 'refused' }));
  const slips: Slip[] = [];
  const accounts = await writeAccounts(call, wanted);
  for (const row of wanted) {
    const told = outcomeOf(row, accounts);
    report.push({ line: row.line, name: row.name, ...told });
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
  role: Role;
  email: string | null;
  username: string | null;
  passwordHash: string;
};
type Account = { id: string; email: string | null; username: string | null };

/** Who has the account now that a row asked for: its own, somebody's who was there before, or two different people's. */
function outcomeOf({ id, email, username }: Wanted, accounts: readonly Account[]): Omit<ImportedRow, 'line' | 'name'> {
  const byEmail = email === null ? undefined : accounts.find((one) => one.email === email);
  const byName = username === null ? undefined : accounts.find((one) => one.username === username);
  const found = byEmail ?? byName;
  if (found?.id === id) return { status: 'created', userId: id };
  if (email !== null && byName && byName.id !== byEmail?.id)
    return { status: 'refused', reason: 'somebody else has this user name' };
  if (username !== null && byEmail && byEmail.id !== byName?.id)
    return { status: 'refused', reason: 'somebody else has this e-mail address' };
  return found
    ? { status: 'exists', userId: found.id }
    : { status: 'refused', reason: 'somebody changed this account meanwhile' };
}

/** Writes the accounts that are free, each with its audit entry, and reads who has what was asked for. One round trip. */
async function writeAccounts(call: Call, wanted: readonly Wanted[]): Promise<Account[]> {
  const { db, actor, now, requestId, address } = call;
  // The passwords themselves go nowhere but on paper.
  const tables = slices(
    wanted.map(({ id, auditId, name, role, email, username, passwordHash }) => ({
      ...{ id, auditId, name, role, email, username, passwordHash },
    })),
  );
  const statements = tables.flatMap((table) => [
    batchable(
      db,
      sql`insert into ${user} (id, name, email, username, role, password_hash, must_change_password, created_at)
      select value ->> 'id', value ->> 'name', value ->> 'email', value ->> 'username', value ->> 'role', value ->> 'passwordHash', 1, ${now}
      from json_each(${table}) where true on conflict do nothing`,
    ),
    batchable(
      db,
      sql`insert into audit (id, actor_id, action, subject, detail, request_id, address, at)
      select value ->> 'auditId', ${actor.userId}, 'user.created', value ->> 'id',
        json_object('before', null, 'after', json_object('role', value ->> 'role')), ${requestId}, ${address}, ${now}
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
