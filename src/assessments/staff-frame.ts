import type { AppContext } from '../http/index.ts';
import { DomainError, type ErrorCode } from '../lib/errors.ts';
import { type Fields, localeOf, wordsFor } from '../ui/index.ts';

/** What every staff page needs of the request. */
export function frameOf(c: AppContext) {
  const { viewer } = c.var;
  return { words: wordsFor(localeOf(c)), viewer, csrf: viewer?.csrf ?? '' };
}

/** Runs a verb for a form. A refusal that the reader can mend comes back as it is; any other goes on to the error page. */
export async function tryForm<T>(codes: readonly ErrorCode[], run: () => Promise<T>): Promise<T | DomainError> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof DomainError && codes.includes(error.code)) return error;
    throw error;
  }
}

/** The seconds of a control that asks for minutes; a text that is no number is refused by whoever takes the seconds. */
export function secondsOf(fields: Fields, name: string): number {
  const minutes = Number((fields[name] ?? '').trim().replace(',', '.') || Number.NaN);
  return Math.round(minutes * 60);
}
