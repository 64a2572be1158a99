import Papa from 'papaparse';

/** A cell that a spreadsheet would take for a formula (OWASP "CSV Injection"), whatever blanks come first. */
const FORMULA = /^[\s\p{Cc}]*[=+\-@＝＋－＠]|^[\t\r]/u;

type Cell = string | number | boolean | null | undefined;

/** Texts that would be formulas get an apostrophe before them, which spreadsheets do not show. Numbers stay numbers. */
const neutral = (cell: Cell): string | number | boolean =>
  typeof cell === 'string' ? (FORMULA.test(cell) ? `'${cell}` : cell) : (cell ?? '');

/** Rows as CSV (RFC 4180) in UTF-8 with the mark that makes spreadsheets read it as such. */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const body = [header, ...rows].map((row) => row.map(neutral));
  return `\uFEFF${Papa.unparse(body, { newline: '\r\n' })}\r\n`;
}

/** One row of a table with a header: its line in the file, counted from 1 with the header, and its cells by lower-case name. */
export type CsvRow = { line: number; cells: Record<string, string> };

const SEPARATORS = [',', ';', '\t'];

/** What separates the columns, by the line that names them: cells may hold any of these. */
function separatorOf(text: string): string {
  const [header = ''] = text.split(/[\r\n]/, 1);
  const times = (separator: string) => header.split(separator).length;
  return SEPARATORS.reduce((most, one) => (times(one) > times(most) ? one : most));
}

/**
 * Reads a table with a header, separated by commas, semicolons or tabs. Names are trimmed and in lower case, cells trimmed; empty lines are left out. Why it
 * cannot be read is a sentence.
 */
export function readCsv(text: string): { rows: CsvRow[]; header: string[] } | { refusal: string } {
  // Empty lines and the line by which one spreadsheet tells another its separator.
  const [before] = /^\uFEFF?(?:[ \t]*(?:\r\n|\r|\n))*(?:sep=.[ \t]*(?:\r\n|\r|\n)+)?/i.exec(text) ?? [''];
  const table = text.slice(before.length);
  const above = before.split(/\r\n|\r|\n/).length - 1;
  const { data, errors } = Papa.parse<string[]>(table, { delimiter: separatorOf(table) });
  const broken = errors.find(({ type }) => type === 'Quotes');
  if (broken) return { refusal: `line ${(broken.row ?? 0) + 1 + above} has a quotation mark that does not end` };
  const [first = [], ...rest] = data;
  const header = first.map((name) => name.trim().toLowerCase());
  if (header.every((name) => name === '')) return { refusal: 'the first line has to name the columns' };
  const twice = header.find((name, index) => name !== '' && header.indexOf(name) !== index);
  if (twice !== undefined) return { refusal: `the column ${twice} is there twice` };
  const rows = rest.flatMap((cells, index) => {
    if (cells.every((cell) => cell.trim() === '')) return [];
    const named = header.flatMap((name, at) => (name === '' ? [] : [[name, (cells[at] ?? '').trim()] as const]));
    return [{ line: index + 2 + above, cells: Object.fromEntries(named) }];
  });
  return { rows, header };
}
