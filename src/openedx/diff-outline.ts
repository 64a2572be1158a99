import type { InheritedField, Outline, OutlineNode } from './outline.ts';
import { childrenOf, inheritedFields } from './outline.ts';

/**
 * What staff read of a sync, one for each thing an author did (CONTRACT "Open edX"). `added` and `removed` name the topmost
 * node and count the whole subtree; an inherited field is told of its topmost node; `reordered` tells of the children that
 * stayed under their parent.
 */
export type Change =
  | {
      op: 'added' | 'removed';
      usageKey: string;
      type: string;
      title: string;
      parent: string | null;
      position: number;
      nodes: number;
    }
  | { op: 'renamed'; usageKey: string; type: string; title: string; from: string; to: string }
  | {
      op: 'moved';
      usageKey: string;
      type: string;
      title: string;
      fromParent: string | null;
      toParent: string | null;
      fromPosition: number;
      toPosition: number;
    }
  | { op: 'reordered'; usageKey: string; type: string; title: string; parent: string; from: string[]; to: string[] }
  | {
      op: 'field';
      usageKey: string;
      type: string;
      title: string;
      field: InheritedField;
      from: string | boolean | null;
      to: string | boolean | null;
    };

export const changeOps = [
  'added',
  'removed',
  'renamed',
  'moved',
  'reordered',
  'field',
] as const satisfies Change['op'][];
export type Counts = Record<Change['op'], number>;

/** How many changes there are of each kind. */
export function countChanges(changes: readonly Change[]): Counts {
  const counts: Counts = { added: 0, removed: 0, renamed: 0, moved: 0, reordered: 0, field: 0 };
  for (const { op } of changes) counts[op] += 1;
  return counts;
}

/** Of the nodes only in `outline`, those whose parent is in both, each with the size of what is missing with it. */
function lonely(outline: Outline, other: Outline): { node: OutlineNode; nodes: number }[] {
  const found: { node: OutlineNode; nodes: number }[] = [];
  const topOf = new Map<string, { node: OutlineNode; nodes: number }>();
  for (const node of outline.values()) {
    if (other.has(node.usageKey)) continue;
    let top = node.parent === null ? undefined : topOf.get(node.parent);
    if (!top) {
      top = { node, nodes: 0 };
      found.push(top);
    }
    top.nodes += 1;
    topOf.set(node.usageKey, top);
  }
  return found;
}

/** The children that stay under the same parent from `before` to `after`, in the order of each. */
function reorderings(before: Outline, after: Outline): Extract<Change, { op: 'reordered' }>[] {
  const [was, is] = [childrenOf(before), childrenOf(after)];
  const changes: Extract<Change, { op: 'reordered' }>[] = [];
  for (const { usageKey, type, title } of after.values()) {
    const from = (was.get(usageKey) ?? []).filter((key) => after.get(key)?.parent === usageKey);
    const to = (is.get(usageKey) ?? []).filter((key) => before.get(key)?.parent === usageKey);
    if (from.some((key, index) => key !== to[index]))
      changes.push({ op: 'reordered', usageKey, type, title, parent: usageKey, from, to });
  }
  return changes;
}

/** A field that went from the same to the same value on the parent came from there. */
function fieldChanges(before: Outline, after: Outline): Extract<Change, { op: 'field' }>[] {
  const changed = (field: InheritedField, key: string | null) => {
    const [was, is] = key === null ? [] : [before.get(key), after.get(key)];
    return was && is && was[field] !== is[field] ? { from: was[field], to: is[field] } : undefined;
  };
  return [...after.values()].flatMap(({ usageKey, type, title, parent }) =>
    inheritedFields.flatMap((field) => {
      const mine = changed(field, usageKey);
      if (!mine) return [];
      const above = changed(field, parent);
      const isInherited = above && above.from === mine.from && above.to === mine.to;
      return isInherited ? [] : [{ op: 'field' as const, usageKey, type, title, field, ...mine }];
    }),
  );
}

/** What changed from one outline to another, by usage key. Pure; of an outline with itself: nothing. */
export function diffOutline(before: Outline, after: Outline): Change[] {
  const kept = [...after.values()].flatMap((is) => {
    const was = before.get(is.usageKey);
    return was ? [{ was, is }] : [];
  });
  const told =
    (op: 'added' | 'removed') =>
    ({ node: { usageKey, type, title, parent, position }, nodes }: { node: OutlineNode; nodes: number }): Change => ({
      op,
      usageKey,
      type,
      title,
      parent,
      position,
      nodes,
    });
  return [
    ...lonely(after, before).map(told('added')),
    ...lonely(before, after).map(told('removed')),
    ...kept.flatMap(({ was, is: { usageKey, type, title } }): Change[] =>
      was.title === title ? [] : [{ op: 'renamed', usageKey, type, title, from: was.title, to: title }],
    ),
    ...kept.flatMap(({ was, is }): Change[] => {
      if (was.parent === is.parent) return [];
      const { usageKey, type, title } = is;
      const places = {
        fromParent: was.parent,
        toParent: is.parent,
        fromPosition: was.position,
        toPosition: is.position,
      };
      return [{ op: 'moved', usageKey, type, title, ...places }];
    }),
    ...reorderings(before, after),
    ...fieldChanges(before, after),
  ];
}
