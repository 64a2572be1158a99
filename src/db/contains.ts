import { type AnyColumn, or, type SQL, sql } from 'drizzle-orm';

/** As SQLite lowers: the letters of English alone. */
const lowered = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

/**
 * Condition: one of the columns holds the text, in small letters or capitals. SQLite knows them of English only, so the text is sought as it was typed, all small and all
 * in capitals: `ŵ` finds `Ŵ`.
 */
export function contains(text: string, ...columns: readonly (AnyColumn | SQL)[]): SQL | undefined {
  const wanted = [...new Set([text, text.toLowerCase(), text.toUpperCase()].map(lowered))];
  return or(
    ...columns.flatMap((column) => wanted.map((one) => sql`instr(lower(coalesce(${column}, '')), ${one}) > 0`)),
  );
}
