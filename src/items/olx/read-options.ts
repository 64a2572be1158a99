import { readHint } from './read-hint.ts';
import type { ReadResponse } from './read-problem.ts';
import { type Gathered, textToMarkdown, toMarkdown } from './to-markdown.ts';
import { attribute, childrenNamed, type Element, isElement, isText } from './xml.ts';

type Option = { name: string; text: string; hint?: string | undefined };

/** What stands before the first element, as the platform takes it. */
const nameOf = (option: Element): string => {
  const [first] = option.children;
  return first && isText(first) ? first.text.trim() : '';
};

function optionElements(input: Element, gathered: Gathered): { options: Option[]; correct: string[] } {
  const elements = childrenNamed(input, 'option');
  return {
    options: elements.map((option) => ({
      name: nameOf(option),
      text: toMarkdown(
        option.children.filter((node) => !isElement(node) || node.name !== 'optionhint'),
        gathered,
      ),
      hint: readHint(childrenNamed(option, 'optionhint')[0], gathered),
    })),
    correct: elements.filter((one) => attribute(one, 'correct')?.trim().toLowerCase() === 'true').map(nameOf),
  };
}

/** `options="('chord','radius')" correct="radius"`. */
function optionAttribute(input: Element): { options: Option[]; correct: string[] } {
  const names = [...(attribute(input, 'options') ?? '').matchAll(/'([^']*)'|"([^"]*)"/g)].map(
    ([, single, double]) => single ?? double ?? '',
  );
  const correct = attribute(input, 'correct');
  return {
    options: names.map((name) => ({ name, text: textToMarkdown(name.trim()) })),
    correct: correct === undefined ? [] : [correct],
  };
}

/** `optionresponse`: one field of it. The options become choices, in their order. */
export function readOptions({ input }: { input: Element }, gathered: Gathered): ReadResponse {
  const fromElements = optionElements(input, gathered);
  const { options, correct } = fromElements.options.length > 0 ? fromElements : optionAttribute(input);
  if (options.length === 0) return { refusal: 'it has no options' };
  if (new Set(options.map(({ name }) => name)).size < options.length)
    return { refusal: 'two of its options say the same' };
  if (correct.length > 1) return { refusal: 'more than one option is right' };
  const right = options.findIndex(({ name }) => name === correct[0]);
  if (right < 0) return { refusal: 'none of its options is right' };
  const feedback = options.flatMap(({ hint }, index) =>
    hint === undefined ? [] : [{ when: 'chosen', choices: [`choice_${index}`], text: hint }],
  );
  return {
    fields: {
      type: 'choice',
      choices: options.map(({ text }, index) => ({ id: `choice_${index}`, text })),
      correct: [`choice_${right}`],
      shuffle: false,
      several: false,
      ...(feedback.length > 0 && { feedback }),
    },
  };
}
