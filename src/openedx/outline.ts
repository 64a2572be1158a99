import type { NodeKind, Visibility } from '../courses/index.ts';

/** What the platform says of a node and we keep. `start` and `due` as it wrote them. */
export type NodeState = {
  parent: string | null;
  position: number;
  title: string;
  start: string | null;
  due: string | null;
  graded: boolean;
  format: string | null;
  visibility: Visibility;
};

export type OutlineNode = NodeState & { usageKey: string; kind: NodeKind; type: string };

/** The nodes of an outline by usage key, root first, parents before children, siblings in their order. */
export type Outline = ReadonlyMap<string, OutlineNode>;

/** The fields Open edX hands down from a block to what is under it. */
export const inheritedFields = ['start', 'due', 'graded', 'format', 'visibility'] as const;
export type InheritedField = (typeof inheritedFields)[number];

/** The usage keys under each parent, in their order. */
export function childrenOf(outline: Outline): Map<string | null, string[]> {
  const children = new Map<string | null, string[]>();
  for (const { usageKey, parent } of outline.values()) {
    const siblings = children.get(parent);
    if (siblings) siblings.push(usageKey);
    else children.set(parent, [usageKey]);
  }
  return children;
}
