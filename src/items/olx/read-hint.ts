import { type Gathered, textToMarkdown, toMarkdown } from './to-markdown.ts';
import { attribute, type Element } from './xml.ts';

/** The text of a hint with its label; undefined when it says nothing. */
export function readHint(hint: Element | undefined, gathered: Gathered): string | undefined {
  if (!hint) return undefined;
  const text = toMarkdown(hint.children, gathered);
  if (text === '') return undefined;
  const label = textToMarkdown(attribute(hint, 'label')?.trim() ?? '');
  return label === '' ? text : `**${label}** ${text}`;
}

/** The kinds of partial credit asked for; none for `false`. */
export const creditOf = (response: Element): string[] => {
  const text = (attribute(response, 'partial_credit') ?? 'false').trim().toLowerCase();
  return text === 'false' ? [] : text.split(',').map((word) => word.trim());
};
