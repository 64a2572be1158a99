import { type AnyColumn, or, type SQL, sql } from 'drizzle-orm';

/** As SQLite lowers: the letters of English alone. */
const lowered = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

const capitalised = (text: string) =>
  text.toLowerCase().replaceAll(/(?<![\p{L}\p{M}])\p{L}/gu, (letter) => letter.toUpperCase());

/**
 * Condition: one of the columns holds the text, in small letters or capitals. SQLite knows them of English only, so the text is sought as it was typed, all small, all in
 * capitals, and with each word's first letter as one: `ŵaŵi` finds `Ŵaŵi`. What is kept is composed (NFC), so is what is sought.
 */
export function contains(text: string, ...columns: readonly (AnyColumn | SQL)[]): SQL | undefined {
  const sought = text.normalize('NFC');
  const wanted = [...new Set([sought, sought.toLowerCase(), sought.toUpperCase(), capitalised(sought)].map(lowered))];
  return or(
    ...columns.flatMap((column) => wanted.map((one) => sql`instr(lower(coalesce(${column}, '')), ${one}) > 0`)),
  );
}
