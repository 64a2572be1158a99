import type { NodeKind } from '../courses/index.ts';
import type { OutlineNode } from './outline.ts';
import type { Block, BlocksAnswer } from './platform.ts';

/** A block of the platform that has no place in our outline. `usageKey` names the topmost. */
export type Skipped = { usageKey: string; reason: string };

/**
 * `outline` in document order; what was left out of it; and what shows that the answer is not whole: a child that is named but
 * absent, a block that was denied.
 */
export type ReadBlocks = { outline: Map<string, OutlineNode>; skipped: Skipped[]; partial: string[] };

/** course → topic (chapter) → subtopic (sequential) → objective (vertical). */
const levels: Record<string, { kind: NodeKind; child: string | null }> = {
  course: { kind: 'course', child: 'chapter' },
  chapter: { kind: 'topic', child: 'sequential' },
  sequential: { kind: 'subtopic', child: 'vertical' },
  vertical: { kind: 'objective', child: null },
};

const resourceTypes = new Set(['html', 'video', 'pdf', 'problem']);

/** An article is enough for a reader: "a chapter", "an html". */
const a = (type: string) => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;

/**
 * Reads an answer of the Blocks API, `all_blocks=true&depth=all` (FORMATS "Blocks API"), as an outline. Only `children` give the
 * order. Undefined when there is no course at its root. A block under two parents stays with the first. What lies deeper than an
 * objective is kept as its resource; a container there is passed through.
 */
export function readBlocks({ root, blocks }: BlocksAnswer): ReadBlocks | undefined {
  if (blocks[root]?.type !== 'course') return undefined;
  const outline = new Map<string, OutlineNode>();
  const skipped: Skipped[] = [];
  const partial: string[] = [];
  const seen = new Set<string>();

  const add = (usageKey: string, block: Block, kind: NodeKind, parent: string | null, position: number) =>
    outline.set(usageKey, {
      usageKey,
      kind,
      type: block.type,
      parent,
      position,
      title: block.display_name,
      start: block.start ?? null,
      due: block.due ?? null,
      graded: block.graded ?? false,
      format: block.format ?? null,
      visibility: block.visible_to_staff_only ? 'staff' : block.hide_from_toc ? 'hidden' : 'shown',
    });

  /** The child as a block, if it has not had its place yet. */
  const take = (usageKey: string): Block | undefined => {
    const block = blocks[usageKey];
    if (!block) partial.push(`${usageKey} is named but absent`);
    else if (seen.has(usageKey)) skipped.push({ usageKey, reason: 'it has a place already' });
    else {
      seen.add(usageKey);
      if (block.authorization_denial_reason)
        partial.push(`${usageKey} was denied: ${block.authorization_denial_reason}`);
      return block;
    }
    return undefined;
  };

  /** Everything under a block that has no place has none either. */
  const passOver = (children: readonly string[]) => {
    const waiting = [...children];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      if (seen.has(key)) continue;
      seen.add(key);
      waiting.push(...(blocks[key]?.children ?? []));
    }
  };

  /** The resources of an objective, however deep they lie. */
  const addResources = (objective: string, children: readonly string[]) => {
    let position = 0;
    const waiting = [...children];
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      const block = take(key);
      if (!block) continue;
      const under = block.children ?? [];
      if (resourceTypes.has(block.type)) {
        add(key, block, 'resource', objective, position);
        position += 1;
      } else {
        const what = under.length > 0 ? 'what is in it is kept with the objective' : 'no resource of ours';
        skipped.push({ usageKey: key, reason: `${a(block.type)}: ${what}` });
      }
      waiting.unshift(...under);
    }
  };

  const walk = (usageKey: string, block: Block, parent: string | null, position: number) => {
    const level = levels[block.type];
    if (!level) return;
    add(usageKey, block, level.kind, parent, position);
    const children = block.children ?? [];
    if (level.child === null) {
      addResources(usageKey, children);
      return;
    }
    let at = 0;
    for (const key of children) {
      const child = take(key);
      if (!child) continue;
      if (child.type === level.child) {
        walk(key, child, usageKey, at);
        at += 1;
      } else {
        skipped.push({ usageKey: key, reason: `${a(child.type)} right under ${a(block.type)}` });
        passOver(child.children ?? []);
      }
    }
  };

  seen.add(root);
  walk(root, blocks[root], null, 0);
  for (const usageKey of Object.keys(blocks)) {
    if (!seen.has(usageKey)) {
      skipped.push({ usageKey, reason: 'nothing above it names it' });
    }
  }
  return { outline, skipped, partial };
}
