import { isResponse } from './layout.ts';
import { type Gathered, toMarkdown } from './to-markdown.ts';
import { childrenNamed, type Element, elementsOf, everyElement, findAll, isElement, type Node } from './xml.ts';

/** The hints on demand of a problem as one, numbered when there are several. */
export function hintOf(problem: Element, gathered: Gathered): string | undefined {
  const hints = findAll(problem, 'demandhint')
    .flatMap((one) => childrenNamed(one, 'hint'))
    .map((hint) => toMarkdown(hint.children, gathered))
    .filter((text) => text !== '');
  if (hints.length <= 1) return hints[0];
  return hints.map((text, index) => `${index + 1}. ${text.replaceAll('\n', '\n   ')}`).join('\n');
}

const isHeading = (node: Node): boolean =>
  isElement(node) && /^(?:p|h\d)$/.test(node.name) && /^\s*(?:Explanation|Solution):?\s*$/i.test(node.text);

function solutionText(solution: Element, gathered: Gathered): string {
  const [only] = elementsOf(solution);
  const isWrapped = only?.name === 'div' && elementsOf(solution).length === 1;
  return toMarkdown(
    (isWrapped ? only : solution).children.filter((node) => !isHeading(node)),
    gathered,
  );
}

/**
 * The explanation inside a response is its own. Of several beside the responses each belongs to the response before it; one
 * alone is everybody's.
 */
export function explanationFor(problem: Element, response: Element, gathered: Gathered): string | undefined {
  let latest: Element | undefined;
  const solutions: { solution: Element; of: Element | undefined; isInside: boolean }[] = [];
  for (const element of everyElement(problem)) {
    if (isResponse(element)) latest = element;
    if (element.name !== 'solution') continue;
    const isInside = latest !== undefined && findAll(latest, 'solution').includes(element);
    solutions.push({ solution: element, of: latest, isInside });
  }
  const isAlone = solutions.filter(({ isInside }) => !isInside).length === 1;
  const texts = solutions
    .filter(({ of, isInside }) => of === response || (!isInside && isAlone))
    .map(({ solution }) => solutionText(solution, gathered))
    .filter((text) => text !== '');
  return texts.length === 0 ? undefined : texts.join('\n\n');
}
