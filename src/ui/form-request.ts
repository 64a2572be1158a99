import type * as z from 'zod';
import type { AppContext } from '../http/index.ts';
import { DomainError, type ErrorCode } from '../lib/errors.ts';
import type { WordKey } from './english.ts';
import type { Fields, Problems } from './fields.tsx';
import { localeOf } from './locale.ts';
import { type Words, wordsFor } from './words.ts';

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

/** What the fields of a form say when the schema refuses them, by the name of the control. */
type FieldWords = Readonly<Record<string, WordKey>>;

const schemaProblems = (words: Words, fieldWords: FieldWords, { issues }: z.ZodError): Problems =>
  Object.fromEntries(
    issues.flatMap(({ path }) => {
      const name = String(path[0] ?? '');
      const word = Object.hasOwn(fieldWords, name) ? fieldWords[name] : undefined;
      return word === undefined ? [] : [[name, words(word)]];
    }),
  );

/**
 * Tries a whole form: parses what it holds with the schema of the API, in the form's own words, then runs the verb. A refusal of `codes`
 * is told by `problemsOf`; any other goes on.
 */
export async function submitForm<S extends z.ZodType, T>(
  form: {
    words: Words;
    fieldWords: FieldWords;
    schema: S;
    given: unknown;
    codes: readonly ErrorCode[];
    problemsOf: (refused: DomainError) => Problems;
  },
  run: (input: z.output<S>) => Promise<T>,
): Promise<{ done: T } | { problems: Problems }> {
  const parsed = form.schema.safeParse(form.given);
  if (!parsed.success) return { problems: schemaProblems(form.words, form.fieldWords, parsed.error) };
  const done = await tryForm(form.codes, () => run(parsed.data));
  return done instanceof DomainError ? { problems: form.problemsOf(done) } : { done };
}
