import { type Block, blockId, blockOf, keysUnder, pathTo, publishesItself, type Tree } from './course-tree.ts';
import { strikes } from './faults.ts';
import { pick } from './random-source.ts';
import type { World } from './world.ts';

export type BlocksQuery = {
  readonly root: string;
  readonly depth: number;
  readonly requested: readonly string[];
  readonly counted: readonly string[];
  /** Only these types, when there are any. */
  readonly types: readonly string[];
  readonly isLearnerView: boolean;
};

/** A value of the block's own, or of the nearest block above that has one. */
function inherited<Field extends 'start' | 'due' | 'format' | 'graded' | 'visible_to_staff_only'>(
  path: readonly Block[],
  field: Field,
): Block[Field] | undefined {
  return path.findLast((block) => block[field] !== undefined)?.[field];
}

const isMultiDevice = (type: string) => type !== 'vertical' && !publishesItself(type);

/** The tree without what is under a depth, and for learners without what they may not see. */
function prunedTree(world: World, tree: Tree, { root, depth, isLearnerView }: BlocksQuery): Map<string, Block> {
  const pruned = new Map<string, Block>();
  const now = new Date(world.now()).toISOString();
  const visit = (id: string, left: number): boolean => {
    const block = blockOf(tree, id);
    const isHidden = block.visible_to_staff_only || block.hide_from_toc || (block.start ?? '') > now;
    if (isLearnerView && isHidden) return false;
    const children = left > 0 ? block.children.filter((child) => visit(child, left - 1)) : [];
    pruned.set(id, { ...block, children });
    return true;
  };
  visit(root, depth);
  return pruned;
}

/** The body of an answer of Blocks. */
export function answeredBlocks(
  world: World,
  courseKey: string,
  tree: Tree,
  query: BlocksQuery,
  returnType: 'dict' | 'list',
) {
  const shown = prunedTree(world, tree, query);
  const { faults, random } = world;
  const root = shown.get(query.root);
  if (root && strikes(faults, 'missingChapter', random, 'blocks')) {
    const gone = pick(random, root.children);
    shown.set(root.id, { ...root, children: root.children.filter((child) => child !== gone) });
  }
  const keys = keysUnder(shown, query.root);
  const absent = strikes(faults, 'missingBlock', random, 'blocks')
    ? pick(
        random,
        keys.filter((key) => key !== query.root),
      )
    : undefined;

  const blocks = keys
    .filter((key) => key !== absent)
    .map((key) => serialised(world, courseKey, tree, blockOf(shown, key), query))
    .filter(({ type }) => query.types.length === 0 || query.types.includes(type));
  if (returnType === 'list') return blocks;
  return { root: query.root, blocks: Object.fromEntries(blocks.map((block) => [block.id, block])) };
}

function serialised({ origin }: World, courseKey: string, tree: Tree, block: Block, query: BlocksQuery) {
  const { id, type } = block;
  const path = pathTo(tree, id);
  const jump = `${origin}/courses/${courseKey}/jump_to/${id}`;
  const isInOutline = type === 'chapter' || type === 'sequential' || type === 'course';
  const fields: Record<string, unknown> = {
    graded: inherited(path, 'graded') ?? false,
    format: inherited(path, 'format'),
    start: inherited(path, 'start'),
    due: inherited(path, 'due'),
    has_score: type === 'problem',
    weight: block.weight,
    student_view_multi_device: isMultiDevice(type),
    visible_to_staff_only: inherited(path, 'visible_to_staff_only') ?? false,
    hide_from_toc: block.hide_from_toc ?? (isInOutline ? false : undefined),
  };
  const counts = () => {
    const types = keysUnder(tree, id).map((key) => blockOf(tree, key).type);
    return Object.fromEntries(query.counted.map((one) => [one, types.filter((its) => its === one).length]));
  };
  const wanted = Object.entries(fields).filter(
    ([name, value]) => value !== undefined && query.requested.includes(name),
  );
  return {
    id,
    block_id: blockId(id),
    lms_web_url: jump,
    legacy_web_url: `${jump}?experience=legacy`,
    student_view_url: `${origin}/xblock/${id}`,
    type,
    display_name: block.display_name,
    ...Object.fromEntries(wanted),
    ...(query.counted.length > 0 && { block_counts: counts() }),
    ...(query.requested.includes('children') && block.children.length > 0 && { children: block.children }),
  };
}
