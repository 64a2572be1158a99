import { normaliseEmail } from '../identity/index.ts';
import { type Role, roles } from '../lib/call.ts';
import { readCsv } from '../lib/csv.ts';
import { DomainError } from '../lib/errors.ts';
import { columnOf, columns } from './import-columns.ts';
import { type CreateUserInput, ImportRow } from './input.ts';

export const MAX_IMPORT_BYTES = 1024 * 1024;
const MOST_ROWS = 1_000;
const LONGEST_TOLD = 60;

type RowToMake = CreateUserInput & { line: number; role: Role };
type RefusedRow = { line: number; name: string; reason: string };
type Cells = Record<string, string>;

/** The same person twice in one table: by address or by user name. */
const keysOf = ({ email, username }: CreateUserInput) =>
  [email !== undefined && `e-mail ${normaliseEmail(email)}`, username !== undefined && `user name ${username}`].filter(
    (key) => key !== false,
  );

const asTold = (text = '') => `“${text.length > LONGEST_TOLD ? `${text.slice(0, LONGEST_TOLD)}…` : text}”`;

/** What is wrong with a cell, in words for whoever filled the table in. */
const reasons: Record<string, (cells: Cells) => string> = {
  name: ({ name = '' }) =>
    name === '' ? 'the name is missing' : 'the name must be one line of at most 200 characters, with letters in it',
  email: ({ email }) => `${asTold(email)} is not a whole e-mail address, such as grace@example.com`,
  username: ({ username = '' }) =>
    username === ''
      ? 'an e-mail address or a user name is missing'
      : `the user name ${asTold(username)} must have 2 to 64 of a-z, 0-9, dot, dash or underscore, and a letter or digit at both ends`,
  role: ({ role }) => `there is no role ${asTold(role)}; the roles are ${roles.join(', ')}`,
};

/** How files begin that spreadsheets keep as their own: .xlsx and .ods, and the older .xls. */
const isSpreadsheet = (bytes: Uint8Array) =>
  [
    [0x50, 0x4b, 0x03, 0x04],
    [0xd0, 0xcf, 0x11, 0xe0],
  ].some((mark) => mark.every((byte, at) => bytes[at] === byte));

function textOf(bytes: Uint8Array): string {
  if (isSpreadsheet(bytes))
    throw new DomainError('malformed', 'This is a spreadsheet, not a CSV file: save it as CSV first ("CSV UTF-8")');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new DomainError('malformed', 'The table is not UTF-8: save it as "CSV UTF-8"');
  }
  if (text.includes('\0')) throw new DomainError('malformed', 'This file is no table: save it as "CSV UTF-8" first');
  return text;
}

/** The table as text, its columns by our names for them. Refuses with `malformed`. */
function tableOf(bytes: Uint8Array): { line: number; cells: Cells }[] {
  const read = readCsv(textOf(bytes));
  if ('refusal' in read) throw new DomainError('malformed', `The table cannot be read: ${read.refusal}`);
  const names = read.header.filter((name) => name !== '');
  const known = new Map(names.map((name) => [name, columnOf(name)]));
  const unknown = names.find((name) => known.get(name) === undefined);
  if (unknown !== undefined)
    throw new DomainError(
      'malformed',
      `The column ${asTold(unknown)} is not known; the columns are ${columns.join(', ')}`,
    );
  const twice = columns.find((column) => [...known.values()].filter((one) => one === column).length > 1);
  if (twice !== undefined) throw new DomainError('malformed', `The column “${twice}” is there twice`);
  if (![...known.values()].includes('name')) throw new DomainError('malformed', 'There is no column “name”');
  if (read.rows.length > MOST_ROWS) throw new DomainError('malformed', `A table has at most ${MOST_ROWS} rows`);
  return read.rows.map(({ line, cells }) => ({
    line,
    cells: Object.fromEntries(Object.entries(cells).map(([name, cell]) => [known.get(name) ?? name, cell])),
  }));
}

/**
 * Reads a table of new accounts: columns `name`, `email` or `username`, and `role`, which may say what `mayGive` has. What is wrong with a row is its
 * own; a table that is none is refused as a whole with `malformed`. `bytes` are UTF-8.
 */
export function readImport(bytes: Uint8Array, mayGive: readonly Role[]): { rows: RowToMake[]; refused: RefusedRow[] } {
  const rows: RowToMake[] = [];
  const refused: RefusedRow[] = [];
  const seen = new Map<string, number>();
  for (const { line, cells } of tableOf(bytes)) {
    const refuse = (reason: string) => refused.push({ line, name: (cells.name ?? '').slice(0, LONGEST_TOLD), reason });
    const parsed = ImportRow.safeParse(cells);
    if (!parsed.success) {
      const wrong = String(parsed.error.issues[0]?.path[0]);
      refuse(reasons[wrong]?.(cells) ?? 'it cannot be read');
      continue;
    }
    const { name, role, email, username } = parsed.data;
    if (!mayGive.includes(role)) {
      refuse(`you may not give the role ${role}`);
      continue;
    }
    const row = {
      line,
      name,
      role,
      ...(email !== undefined && { email }),
      ...(username !== undefined && { username }),
    };
    const keys = keysOf(row);
    const earlier = keys.map((key) => seen.get(key)).find((one) => one !== undefined);
    if (earlier === undefined) {
      for (const key of keys) seen.set(key, line);
      rows.push(row);
    } else refuse(`the same account as line ${earlier}`);
  }
  return { rows, refused };
}
