import type { NodeState, Outline, OutlineNode } from './outline.ts';

/** A node as we keep it: a retired one too, which is how removal leaves it. */
export type KeptNode = OutlineNode & { retiredAt: number | null };
export type KeptOutline = ReadonlyMap<string, KeptNode>;

type Field = keyof NodeState | 'retiredAt';
const fields = [
  ...['parent', 'position', 'title', 'start', 'due', 'graded', 'format', 'visibility', 'retiredAt'],
] as Field[];

/** What a run does to one node: makes it, or takes some of its fields from one value to another. */
export type NodePatch =
  | { usageKey: string; made: OutlineNode }
  | { usageKey: string; set: { [F in Field]?: [from: KeptNode[F], to: KeptNode[F]] } };

function setBetween(was: KeptNode, is: KeptNode): NodePatch[] {
  const differing = fields.filter((field) => was[field] !== is[field]);
  if (differing.length === 0) return [];
  return [
    { usageKey: was.usageKey, set: Object.fromEntries(differing.map((field) => [field, [was[field], is[field]]])) },
  ];
}

/** What makes `kept` show exactly `wanted`, as of `now` in ms. Nothing is deleted: what is not wanted retires and keeps its place. */
export function patchesBetween(kept: KeptOutline, wanted: Outline, now: number): NodePatch[] {
  const patches: NodePatch[] = [];
  for (const node of wanted.values()) {
    const was = kept.get(node.usageKey);
    if (was) patches.push(...setBetween(was, { ...node, retiredAt: null }));
    else patches.push({ usageKey: node.usageKey, made: node });
  }
  for (const was of kept.values()) {
    if (was.retiredAt === null && !wanted.has(was.usageKey))
      patches.push(...setBetween(was, { ...was, retiredAt: now }));
  }
  return patches;
}

/** The patch that takes back what another did. What was made retires: something may hang on it by now. */
export function invert(patch: NodePatch, now: number): NodePatch {
  if ('made' in patch) return { usageKey: patch.usageKey, set: { retiredAt: [null, now] } };
  const set = Object.fromEntries(Object.entries(patch.set).map(([field, [from, to]]) => [field, [to, from]]));
  return { usageKey: patch.usageKey, set };
}

/** The outline after the patches. */
export function patched(kept: KeptOutline, patches: readonly NodePatch[]): Map<string, KeptNode> {
  const nodes = new Map(kept);
  for (const patch of patches) {
    if ('made' in patch) {
      nodes.set(patch.usageKey, { ...patch.made, retiredAt: null });
      continue;
    }
    const was = nodes.get(patch.usageKey);
    if (!was) throw new Error(`a patch of ${patch.usageKey}, which is not there`);
    const to = Object.fromEntries(Object.entries(patch.set).map(([field, [, value]]) => [field, value]));
    nodes.set(patch.usageKey, { ...was, ...to });
  }
  return nodes;
}

/** The nodes that are shown, root first, parents before children, siblings in their order. */
export function liveOutline(kept: KeptOutline): Map<string, OutlineNode> {
  const byParent = Map.groupBy(
    [...kept.values()].filter((one) => one.retiredAt === null),
    ({ parent }) => parent,
  );
  const live = new Map<string, OutlineNode>();
  const waiting = [...(byParent.get(null) ?? [])];
  for (let node = waiting.shift(); node; node = waiting.shift()) {
    const { retiredAt: _, ...shown } = node;
    live.set(node.usageKey, shown);
    waiting.unshift(...(byParent.get(node.usageKey) ?? []).toSorted((a, b) => a.position - b.position));
  }
  return live;
}

/** What would be wrong with an outline, by usage key: a node without its parent, or siblings whose places do not count from 0. */
export function flaws(kept: KeptOutline): Map<string, string> {
  const found = new Map<string, string>();
  const byParent = new Map<string | null, KeptNode[]>();
  for (const node of kept.values()) {
    if (node.retiredAt !== null) continue;
    const parent = node.parent === null ? undefined : kept.get(node.parent);
    if (node.parent !== null && (!parent || parent.retiredAt !== null))
      found.set(node.usageKey, 'its parent is not there');
    const siblings = byParent.get(node.parent);
    if (siblings) siblings.push(node);
    else byParent.set(node.parent, [node]);
  }
  for (const siblings of byParent.values()) {
    siblings.sort((a, b) => a.position - b.position);
    siblings.forEach(({ usageKey, position }, index) => {
      if (position !== index) found.set(usageKey, 'its place is taken');
    });
  }
  return found;
}
