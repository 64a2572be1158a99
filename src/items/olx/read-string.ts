import { compilePattern } from '../pattern.ts';
import { readHint } from './read-hint.ts';
import type { ReadResponse } from './read-problem.ts';
import { type Gathered, textToMarkdown } from './to-markdown.ts';
import { attribute, childrenNamed, type Element } from './xml.ts';

/** The one blank of an imported text. */
const BLANK = 'answer';

type Remark = { blank: string; when: 'accepted' | 'text' | 'pattern'; value: string; text: string };

/** Old problems keep an additional answer as text. */
const answerOf = (element: Element): string => (attribute(element, 'answer') ?? element.text).trim();

/** Hints on wrong texts, in the platform's order: equal ones before patterns. A pattern that cannot be used is left out. */
function hintsOnWrong(response: Element, ignoreCase: boolean, gathered: Gathered): Remark[] {
  const on = (tag: string, when: 'text' | 'pattern') =>
    childrenNamed(response, tag).flatMap((hint): Remark[] => {
      const value = attribute(hint, 'answer')?.trim() ?? '';
      const text = readHint(hint, gathered);
      if (value === '' || text === undefined) return [];
      const compiled = when === 'pattern' ? compilePattern(value, ignoreCase) : undefined;
      if (compiled && 'refusal' in compiled) {
        gathered.notes.push(`the hint on "${value.slice(0, 60)}" was left out: ${compiled.refusal}`);
        return [];
      }
      return [{ blank: BLANK, when, value, text }];
    });
  return [...on('stringequalhint', 'text'), ...on('regexphint', 'pattern')];
}

/** `stringresponse`: by `type` in small letters (`ci`), as written, or as patterns (`regexp`), each for the whole text. */
export function readString(
  { response, input }: { response: Element; input: Element },
  gathered: Gathered,
): ReadResponse {
  const answer = attribute(response, 'answer')?.trim();
  if (answer === undefined || answer === '') return { refusal: 'it has no answer' };
  const types = (attribute(response, 'type') ?? '').toLowerCase().split(' ');
  const ignoreCase = types.includes('ci');
  // Before 2014 several answers stood in one attribute; then there were neither patterns nor further answers.
  const old = answer.toLowerCase().includes('_or_') ? answer.split('_or_').map((one) => one.trim()) : undefined;
  const isPattern = old === undefined && types.includes('regexp');
  const additional = old ? [] : childrenNamed(response, 'additional_answer').filter((one) => answerOf(one) !== '');
  const accepted = old ?? [answer, ...additional.map(answerOf)];
  if (isPattern) {
    for (const one of accepted) {
      const compiled = compilePattern(one, ignoreCase);
      if ('refusal' in compiled)
        return { refusal: `the pattern "${one.slice(0, 60)}" cannot be used: ${compiled.refusal}` };
    }
  }

  const hinted = old
    ? []
    : [{ value: answer, of: response }, ...additional.map((one) => ({ value: answerOf(one), of: one }))];
  const feedback = [
    ...hinted.flatMap(({ value, of }): Remark[] => {
      const text = readHint(childrenNamed(of, 'correcthint')[0], gathered);
      return text === undefined ? [] : [{ blank: BLANK, when: 'accepted', value, text }];
    }),
    ...hintsOnWrong(response, ignoreCase, gathered),
  ];
  const behind = attribute(input, 'trailing_text')?.trim();
  return {
    blank: `{{${BLANK}}}${behind ? ` ${textToMarkdown(behind)}` : ''}`,
    fields: {
      type: 'text_entry',
      blanks: [
        {
          id: BLANK,
          accepted: [...new Set(accepted)],
          caseSensitive: !ignoreCase,
          match: isPattern ? 'pattern' : 'exact',
        },
      ],
      ...(feedback.length > 0 && { feedback }),
    },
  };
}
