import { BLANK_MARK, renderText } from '../content/index.ts';
import type { FieldError } from '../lib/errors.ts';
import type { Item } from './item.ts';
import type { Rendered } from './rendered.ts';

/** Characters of one rendered item. A longer one could not travel over 2G, nor its row through D1. */
const LONGEST_RENDERED = 256 * 1024;

const marks = (text: string) => Array.from(text.matchAll(BLANK_MARK), ([mark]) => mark).join();

/**
 * Renders every text of an item, or tells with pointers into the item what cannot be rendered. Pure, and slow enough
 * (about a tenth of a millisecond a text) to be done when an item is written, never when it is read.
 */
export function renderItem(item: Item): { rendered: Rendered } | { errors: FieldError[] } {
  const errors: FieldError[] = [];
  const render = (pointer: string, text: string): string => {
    const result = renderText(text);
    if ('html' in result) return result.html;
    errors.push(...result.refusals.map((message) => ({ pointer, message })));
    return '';
  };

  const { hint, solution } = item;
  const rendered: Rendered = {
    prompt: render('/prompt', item.prompt),
    ...(hint !== undefined && { hint: render('/hint', hint) }),
    ...(solution && {
      solution: {
        explanation: render('/solution/explanation', solution.explanation),
        ...(solution.steps && { steps: solution.steps.map((step, index) => render(`/solution/steps/${index}`, step)) }),
      },
    }),
    ...(item.type === 'choice' && {
      choices: Object.fromEntries(
        item.choices.map(({ id, text }, index) => [id, render(`/choices/${index}/text`, text)]),
      ),
      misconceptions: Object.fromEntries(
        item.choices.flatMap(({ id, misconception }, index) =>
          misconception === undefined ? [] : [[id, render(`/choices/${index}/misconception`, misconception)]],
        ),
      ),
    }),
    ...(item.feedback && {
      feedback: item.feedback.map(({ text }, index) => render(`/feedback/${index}/text`, text)),
    }),
  };

  if (item.type === 'text_entry' && errors.length === 0 && marks(rendered.prompt) !== marks(item.prompt)) {
    errors.push({ pointer: '/prompt', message: 'a blank can stand neither inside a formula nor escaped' });
  }
  if (JSON.stringify(rendered).length > LONGEST_RENDERED) {
    errors.push({ pointer: '', message: `the item is longer than ${LONGEST_RENDERED} characters once rendered` });
  }
  return errors.length > 0 ? { errors } : { rendered };
}
