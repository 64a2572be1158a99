import { type Gathered, inputTags, textToMarkdown, toMarkdown } from './to-markdown.ts';
import {
  attribute,
  childrenNamed,
  type Element,
  everyElement,
  findAll,
  isElement,
  isText,
  type Node,
  plainText,
} from './xml.ts';

/** A field of a response, `index` among its fields. */
export type Field = { response: Element; input: Element; index: number };

export const isResponse = ({ name }: Element): boolean => name.endsWith('response');

/** What is no part of a question's text: it says what is right, or comes later. */
const aside = new Set([
  ...[
    'solution',
    'solutionset',
    'demandhint',
    'targetedfeedbackset',
    'hintgroup',
    'responseparam',
    'label',
    'description',
  ],
  ...['additional_answer', 'correcthint', 'stringequalhint', 'regexphint', 'choicehint', 'compoundhint', 'optionhint'],
]);

type Piece = { kind: 'text'; node: Node } | { kind: 'response'; response: Element };

/** Texts and responses of a problem in their order, whatever the responses are wrapped in. */
function piecesOf(element: Element): Piece[] {
  return element.children.flatMap((node): Piece[] => {
    if (!isElement(node)) return [{ kind: 'text', node }];
    if (isResponse(node)) return [{ kind: 'response', response: node }];
    if (node.name !== 'label' && node.name !== 'description' && aside.has(node.name)) return [];
    const wrapsResponses = [...everyElement(node)].some(isResponse);
    return wrapsResponses ? piecesOf(node) : [{ kind: 'text', node }];
  });
}

type Placed = { response: Element; before: Node[]; after: Node[] };

/** Which of the texts before a response is its label: the last paragraph, unless it has a label of another wording. */
function labelBefore({ response, before }: Placed): number {
  const [element] = childrenNamed(response, 'label');
  const label = element
    ? plainText(element)
    : findAll(response, ...inputTags).flatMap((one) => attribute(one, 'label') ?? [])[0];
  const last = before.findLastIndex((node) => isElement(node) && ['p', 'label'].includes(node.name));
  const paragraph = before[last];
  const isSame = label === undefined || (paragraph && isElement(paragraph) && plainText(paragraph) === label.trim());
  return isSame ? last : -1;
}

/** Which texts stand with which response, and which are for all. */
export function placeResponses(problem: Element): { shared: Node[]; placed: Placed[] } {
  const placed: Placed[] = [];
  let texts: Node[] = [];
  for (const piece of piecesOf(problem)) {
    if (piece.kind === 'text') texts.push(piece.node);
    else {
      placed.push({ response: piece.response, before: texts, after: [] });
      texts = [];
    }
  }
  placed.at(-1)?.after.push(...texts);
  const first = placed[0];
  if (!first || placed.length === 1) return { shared: [], placed };
  // What stands before the first of several is meant for all, but for its own label where that is a paragraph before it.
  const own = labelBefore(first);
  const shared = own < 0 ? first.before : first.before.slice(0, own);
  first.before = own < 0 ? [] : first.before.slice(own);
  return { shared, placed };
}

/** The text beside a field, inside its response. */
function ownText({ response, input, index }: Field, siblings: number, gathered: Gathered): string {
  const nodes: Node[] = [];
  let place = 0;
  for (const node of response.children) {
    if (isElement(node) && inputTags.includes(node.name)) place += 1;
    else if (!isElement(node) || !aside.has(node.name)) {
      const holdsInputs = isElement(node) && findAll(node, ...inputTags).length > 0;
      if (place === index || holdsInputs || siblings === 1) nodes.push(node);
    }
  }
  const mark = (one: Element) => (one === input || siblings === 1 ? '**[ ? ]**' : '[ … ]');
  const labels = toMarkdown(childrenNamed(response, 'label', 'description'), gathered);
  return [labels, toMarkdown(nodes, { ...gathered, place: mark })].filter(Boolean).join('\n\n');
}

export type Layout = ReturnType<typeof placeResponses>;

/** What is asked at a field: what all fields share, what stands before and after its response, its labels. */
export function promptFor(
  problem: Element,
  field: Field,
  siblings: number,
  { shared, placed }: Layout,
  gathered: Gathered,
): string[] {
  const at = placed.findIndex(({ response }) => response === field.response);
  const { before = [], after = [] } = placed[at] ?? {};
  const parts: string[] = [
    toMarkdown(before, gathered),
    ownText(field, siblings, gathered),
    toMarkdown(after, gathered),
  ];
  const label = textToMarkdown(attribute(field.input, 'label')?.trim() ?? '');
  if (label !== '' && !parts.join('\n').includes(label)) parts.splice(1, 0, label);
  if (parts.join('') === '') {
    // A field in the same row of a table, say.
    const earlier = placed
      .slice(0, Math.max(at, 0))
      .findLast((one) => one.before.some((node) => !isText(node) || node.text.trim() !== ''));
    if (earlier) {
      gathered.notes.push('it has no question of its own; that of a field before it was taken');
      parts.push(toMarkdown(earlier.before, gathered));
    }
  }
  const texts = [...new Set([toMarkdown(shared, gathered), ...parts])].filter((text) => text !== '');
  return texts.length > 0 ? texts : [textToMarkdown(attribute(problem, 'display_name')?.trim() ?? '') || 'Question'];
}
