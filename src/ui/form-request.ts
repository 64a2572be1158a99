import type { AppContext } from '../http/index.ts';
import { DomainError, type ErrorCode } from '../lib/errors.ts';
import type { Fields } from './fields.tsx';
import { localeOf } from './locale.ts';
import { wordsFor } from './words.ts';

/** What every page of somebody signed in needs of its request. */
export function frameOf(c: AppContext) {
  const { viewer } = c.var;
  return { words: wordsFor(localeOf(c)), viewer, csrf: viewer?.csrf ?? '' };
}

/** The controls of a posted form: texts only, line ends as everywhere else. */
export const fieldsOf = (form: FormData): Fields =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value.replaceAll('\r\n', '\n')] as const] : [],
    ),
  );

/** Runs a verb for a form. A refusal that the person can mend, one of `codes`, comes back as it is; any other goes on. */
export async function tryForm<T>(codes: readonly ErrorCode[], run: () => Promise<T>): Promise<T | DomainError> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof DomainError && codes.includes(error.code)) return error;
    throw error;
  }
}
