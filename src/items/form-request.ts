import type { AppContext } from '../http/index.ts';
import { DomainError } from '../lib/errors.ts';
import { localeOf, wordsFor } from '../ui/index.ts';
import type { Fields } from './item-form.tsx';

/** What every page here needs of its request. */
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

/** Runs a verb for a form. A refusal that the person can mend comes back as it is; any other goes on. */
export async function tryForm<T>(run: () => Promise<T>): Promise<T | DomainError> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof DomainError && (error.code === 'invalid' || error.code === 'conflict')) return error;
    throw error;
  }
}
