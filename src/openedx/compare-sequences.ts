import { childrenOf, type Outline, type OutlineNode } from './outline.ts';
import type { CourseOutline } from './platform.ts';

const MAX_TOLD = 20;

type Shape = { usageKey: string; title: string; children: { usageKey: string; title: string }[] }[];

const isShown = (node: OutlineNode | undefined) => node?.visibility === 'shown';

/** The chapters and sequentials of both answers, without what the Blocks answer calls staff-only or hidden. */
function shapesOf(outline: Outline, { outline: { sections, sequences } }: CourseOutline): [Shape, Shape] {
  const children = childrenOf(outline);
  const [root] = outline.keys();
  const under = (key: string | undefined) =>
    (children.get(key ?? null) ?? []).flatMap((one) => {
      const node = outline.get(one);
      return node && isShown(node) ? [node] : [];
    });
  const ours = under(root).map(({ usageKey, title }) => ({
    usageKey,
    title,
    children: under(usageKey).map(({ usageKey, title }) => ({ usageKey, title })),
  }));
  const isLeftOut = (key: string) => outline.has(key) && !isShown(outline.get(key));
  const theirs = sections
    .filter(({ id }) => !isLeftOut(id))
    .map(({ id, title, sequence_ids }) => ({
      usageKey: id,
      title,
      children: sequence_ids
        .filter((key) => !isLeftOut(key))
        .map((key) => ({ usageKey: key, title: sequences[key]?.title ?? '' })),
    }));
  return [ours, theirs];
}

/**
 * Where the chapters and sequentials of a Blocks answer are not those of learning_sequences at the same version: others, in
 * another place or order, or of another name. Then one of the two is stale or was filtered. Sentences; none when they agree.
 */
export function compareSequences(outline: Outline, sequences: CourseOutline): string[] {
  const [ours, theirs] = shapesOf(outline, sequences);
  const flat = (shape: Shape) =>
    shape.flatMap(({ usageKey, title, children }) => [
      { usageKey, title, parent: '' },
      ...children.map((child) => ({ ...child, parent: usageKey })),
    ]);
  const [blocks, named] = [flat(ours), flat(theirs)];
  const inBlocks = new Map(blocks.map((one) => [one.usageKey, one]));
  const inSequences = new Map(named.map((one) => [one.usageKey, one]));
  const found = [
    ...named
      .filter(({ usageKey }) => !inBlocks.has(usageKey))
      .map(({ usageKey }) => `${usageKey} is missing from Blocks`),
    ...blocks
      .filter(({ usageKey }) => !inSequences.has(usageKey))
      .map(({ usageKey }) => `${usageKey} is missing from learning_sequences`),
    ...blocks.flatMap(({ usageKey, title, parent }) => {
      const other = inSequences.get(usageKey);
      if (!other) return [];
      if (other.parent !== parent) return [`${usageKey} lies elsewhere in learning_sequences`];
      return other.title === title ? [] : [`${usageKey} has another name in learning_sequences`];
    }),
  ];
  const orderDiffers = blocks.some(({ usageKey }, index) => named[index]?.usageKey !== usageKey);
  if (found.length === 0 && orderDiffers) found.push('the order differs');
  return found.slice(0, MAX_TOLD);
}
