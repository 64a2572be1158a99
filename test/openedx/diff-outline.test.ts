import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countChanges, diffOutline } from '../../src/openedx/diff-outline.ts';
import { flaws, invert, liveOutline, patched, patchesBetween } from '../../src/openedx/patch.ts';
import { BlocksAnswer } from '../../src/openedx/platform-answers.ts';
import { readBlocks } from '../../src/openedx/read-blocks.ts';
import blocksV1 from '../fixtures/openedx/outline/blocks-v1.json';
import blocksV2 from '../fixtures/openedx/outline/blocks-v2.json';
import expected from '../fixtures/openedx/outline/expected-diff-v1-v2.json';
import { anOutline, keptOf } from './outlines.ts';

function outlineOf(answer: unknown) {
  const read = readBlocks(BlocksAnswer.parse(answer));
  if (!read) throw new Error('no course at the root');
  return read;
}

const [v1, v2] = [outlineOf(blocksV1).outline, outlineOf(blocksV2).outline];
const changes = diffOutline(v1, v2);
const of = <O extends (typeof changes)[number]['op']>(op: O) =>
  changes.filter((one): one is Extract<(typeof changes)[number], { op: O }> => one.op === op);

const byKey = <T extends { id: string }>(list: T[]) => list.toSorted((a, b) => a.id.localeCompare(b.id));

describe('the two versions of the fixture course', () => {
  it('hold every block of the platform', () => {
    expect([v1.size, v2.size]).toEqual([expected.counts.v1, expected.counts.v2]);
    expect(outlineOf(blocksV1)).toMatchObject({ skipped: [], partial: [] });
  });

  it('differ by what was added and removed, told by the topmost block', () => {
    expect(
      of('added')
        .map(({ usageKey }) => usageKey)
        .toSorted(),
    ).toEqual(expected.added_roots.toSorted());
    expect(of('removed').map(({ usageKey }) => usageKey)).toEqual(expected.removed_roots);
    const sum = (list: { nodes: number }[]) => list.reduce((total, { nodes }) => total + nodes, 0);
    expect(sum(of('added'))).toBe(expected.added.length);
    expect(sum(of('removed'))).toBe(expected.removed.length);
  });

  it('differ by the names, the places and the orders that changed, and no others', () => {
    const renamed = of('renamed').map(({ usageKey: id, type, from, to }) => ({ id, type, from, to }));
    expect(byKey(renamed)).toEqual(byKey(expected.renamed));
    expect(
      of('moved').map((one) => ({
        ...{ id: one.usageKey, type: one.type, from_parent: one.fromParent, to_parent: one.toParent },
        ...{ from_position: one.fromPosition, to_position: one.toPosition },
      })),
    ).toEqual(expected.moved);
    expect(of('reordered').map(({ parent, type, from, to }) => ({ parent, type, from, to }))).toEqual(
      expected.reordered,
    );
  });

  it('differ by an inherited field once, on its topmost block', () => {
    const topmost = expected.fields_changed.filter(
      (one) => !expected.fields_changed.some(({ id }) => id === v2.get(one.id)?.parent),
    );
    const told = of('field').map(({ usageKey: id, type, field, from, to }) => ({ id, type, field, from, to }));
    expect(told).toEqual(topmost);
    expect(told).toHaveLength(1);
  });

  it('are counted by kind', () => {
    expect(countChanges(changes)).toEqual({ added: 2, removed: 1, renamed: 2, moved: 1, reordered: 2, field: 1 });
  });

  it('leave the name and the parent of every other block as they were', () => {
    const touched = new Set([...of('renamed'), ...of('moved')].map(({ usageKey }) => usageKey));
    const untouched = [...v1.keys()].filter((key) => v2.has(key) && !touched.has(key));
    expect(untouched).toHaveLength(expected.unchanged_count);
  });
});

const NOW = 1_800_000_000_000;

describe('the laws of diffs', () => {
  it('an outline does not differ from itself', () => {
    fc.assert(fc.property(anOutline, (one) => diffOutline(one, one).length === 0));
  });

  it('a diff is empty exactly when nothing is to be written', () => {
    fc.assert(
      fc.property(anOutline, anOutline, (before, after) => {
        const patches = patchesBetween(keptOf(before), after, NOW);
        expect(diffOutline(before, after).length === 0).toBe(patches.length === 0);
      }),
    );
  });

  it('diff then apply gives the new outline, whole and in order', () => {
    fc.assert(
      fc.property(anOutline, anOutline, (before, after) => {
        const kept = patched(keptOf(before), patchesBetween(keptOf(before), after, NOW));
        expect([...liveOutline(kept)]).toEqual([...after]);
        expect(flaws(kept)).toEqual(new Map());
      }),
    );
  });

  it('apply then undo restores every row, its place included; what was made is retired', () => {
    fc.assert(
      fc.property(anOutline, anOutline, anOutline, (first, before, after) => {
        // With retired rows from an earlier sync too.
        const kept = patched(keptOf(first), patchesBetween(keptOf(first), before, NOW - 1));
        const patches = patchesBetween(kept, after, NOW);
        const undone = patched(
          patched(kept, patches),
          patches.map((patch) => invert(patch, NOW + 1)),
        );
        for (const [key, node] of undone) {
          const was = kept.get(key);
          if (was) expect(node).toEqual(was);
          else expect(node.retiredAt).toBe(NOW + 1);
        }
        expect([...liveOutline(undone)]).toEqual([...before]);
      }),
    );
  });

  it('what comes back after its removal is the same row', () => {
    fc.assert(
      fc.property(anOutline, anOutline, (one, other) => {
        const away = patched(keptOf(one), patchesBetween(keptOf(one), other, NOW));
        const patches = patchesBetween(away, one, NOW + 1);
        const made = patches.filter((patch) => 'made' in patch).map(({ usageKey }) => usageKey);
        expect(made.filter((key) => away.has(key))).toEqual([]);
        expect([...liveOutline(patched(away, patches))]).toEqual([...one]);
      }),
    );
  });

  it('a move is neither a removal nor an addition', () => {
    fc.assert(
      fc.property(anOutline, anOutline, (before, after) => {
        for (const change of diffOutline(before, after)) {
          if (change.op === 'added') expect(before.has(change.usageKey)).toBe(false);
          if (change.op === 'removed') expect(after.has(change.usageKey)).toBe(false);
          if (change.op === 'moved') expect(before.has(change.usageKey) && after.has(change.usageKey)).toBe(true);
        }
      }),
    );
  });
});
