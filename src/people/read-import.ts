import { normaliseEmail } from '../identity/index.ts';
import { readCsv } from '../lib/csv.ts';
import { DomainError } from '../lib/errors.ts';
import { type CreateUserInput, ImportRow } from './input.ts';

export const MAX_IMPORT_BYTES = 1024 * 1024;
const MOST_ROWS = 1_000;
const COLUMNS = ['name', 'email', 'username', 'role'];

type RowToMake = CreateUserInput & { line: number };
type RefusedRow = { line: number; reason: string };

/** The same person twice in one table: by address or by user name. */
const keysOf = ({ email, username }: CreateUserInput) =>
  [email !== undefined && `e-mail ${normaliseEmail(email)}`, username !== undefined && `user name ${username}`].filter(
    (key) => key !== false,
  );

/**
 * Reads a table of new accounts: columns `name`, `email` or `username`, `role`, which may say student only. What is wrong with a row is its own; a table
 * that is none is refused as a whole with `malformed`. `bytes` are UTF-8.
 */
export function readImport(bytes: Uint8Array): { rows: RowToMake[]; refused: RefusedRow[] } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new DomainError('malformed', 'The table is not UTF-8: save it as "CSV UTF-8"');
  }
  const read = readCsv(text);
  if ('refusal' in read) throw new DomainError('malformed', read.refusal);
  const unknown = read.header.find((name) => name !== '' && !COLUMNS.includes(name));
  if (unknown !== undefined)
    throw new DomainError(
      'malformed',
      `The column ${unknown.slice(0, 40)} is not known; the columns are ${COLUMNS.join(', ')}`,
    );
  if (!read.header.includes('name')) throw new DomainError('malformed', 'There is no column name');
  if (read.rows.length > MOST_ROWS) throw new DomainError('malformed', `A table has at most ${MOST_ROWS} rows`);

  const rows: RowToMake[] = [];
  const refused: RefusedRow[] = [];
  const seen = new Map<string, number>();
  for (const { line, cells } of read.rows) {
    const parsed = ImportRow.safeParse(cells);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      refused.push({ line, reason: `${String(issue?.path[0] ?? 'row')}: ${issue?.message ?? 'cannot be read'}` });
      continue;
    }
    const { name, email, username } = parsed.data;
    const row = { line, name, ...(email !== undefined && { email }), ...(username !== undefined && { username }) };
    const keys = keysOf(row);
    const earlier = keys.map((key) => seen.get(key)).find((one) => one !== undefined);
    if (earlier === undefined) {
      for (const key of keys) seen.set(key, line);
      rows.push(row);
    } else refused.push({ line, reason: `the same account as line ${earlier}` });
  }
  return { rows, refused };
}
