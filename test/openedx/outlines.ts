import fc from 'fast-check';
import type { NodeKind } from '../../src/courses/index.ts';
import type { OutlineNode } from '../../src/openedx/outline.ts';
import type { KeptNode } from '../../src/openedx/patch.ts';

const rootKey = 'block-v1:Ve+Law+1+type@course+block@course';

const under: Record<string, { type: string; kind: NodeKind }> = {
  course: { type: 'chapter', kind: 'topic' },
  chapter: { type: 'sequential', kind: 'subtopic' },
  sequential: { type: 'vertical', kind: 'objective' },
  vertical: { type: 'problem', kind: 'resource' },
};

type Seed = { block: number; title: string; due: string | null; graded: boolean; parent: number };

/** Builds a whole outline from any list of seeds: each block hangs under some block that may hold it. */
function outlineFrom(seeds: readonly Seed[]): Map<string, OutlineNode> {
  const root: OutlineNode = {
    ...{ usageKey: rootKey, kind: 'course', type: 'course', parent: null, position: 0, title: 'Law' },
    ...{ start: null, due: null, graded: false, format: null, visibility: 'shown' },
  };
  const nodes = new Map<string, OutlineNode>([[rootKey, root]]);
  const taken = new Map<string, number>();
  for (const seed of seeds) {
    // The number of a block says its type for ever, as a usage key does.
    const type = ['chapter', 'sequential', 'vertical', 'problem'][seed.block % 4] ?? 'chapter';
    const usageKey = `block-v1:Ve+Law+1+type@${type}+block@${seed.block}`;
    const holders = [...nodes.values()].filter((one) => under[one.type]?.type === type);
    const parent = holders[seed.parent % Math.max(1, holders.length)];
    if (!parent || nodes.has(usageKey)) continue;
    const position = taken.get(parent.usageKey) ?? 0;
    taken.set(parent.usageKey, position + 1);
    nodes.set(usageKey, {
      ...{ usageKey, type, kind: under[parent.type]?.kind ?? 'topic', parent: parent.usageKey, position },
      ...{
        title: seed.title,
        start: null,
        due: seed.due,
        graded: seed.graded,
        format: null,
        visibility: 'shown' as const,
      },
    });
  }
  return inOrder(nodes);
}

/** Parents before children, siblings in their order. */
function inOrder(nodes: Map<string, OutlineNode>): Map<string, OutlineNode> {
  const sorted = new Map<string, OutlineNode>();
  const visit = (key: string) => {
    const node = nodes.get(key);
    if (!node) return;
    sorted.set(key, node);
    const children = [...nodes.values()].filter(({ parent }) => parent === key).sort((a, b) => a.position - b.position);
    for (const child of children) visit(child.usageKey);
  };
  visit(rootKey);
  return sorted;
}

/** Any outline of up to forty blocks, from a small stock of keys, so that two of them share many. */
export const anOutline = fc
  .array(
    fc.record({
      block: fc.nat(39),
      title: fc.constantFrom('Sets', 'Surds', 'Circles'),
      due: fc.constantFrom(null, '2026-05-29T21:59:00Z', '2026-06-01T00:00:00Z'),
      graded: fc.boolean(),
      parent: fc.nat(9),
    }),
    { maxLength: 60 },
  )
  .map(outlineFrom);

export const keptOf = (outline: ReadonlyMap<string, OutlineNode>): Map<string, KeptNode> =>
  new Map([...outline].map(([key, node]) => [key, { ...node, retiredAt: null }]));
