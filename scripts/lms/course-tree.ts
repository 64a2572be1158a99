/** A block as authors keep it: own values only, named as the platform names them. */
export type Block = {
  readonly id: string;
  readonly type: string;
  readonly display_name: string;
  readonly children: readonly string[];
  readonly start?: string;
  readonly due?: string;
  readonly graded?: boolean;
  readonly format?: string;
  readonly visible_to_staff_only?: boolean;
  readonly hide_from_toc?: boolean;
  readonly weight?: number;
};

/** Blocks by usage key. Blocks are never changed in place, so a copy of the map is a version of the course. */
export type Tree = ReadonlyMap<string, Block>;

/** A block with what is under it, as seeds and imports write it; `id` is the last part of the usage key. */
export type NestedBlock = Omit<Block, 'children'> & { readonly children?: readonly NestedBlock[] };

/** What a block may be given besides its name and its children. */
export const settableFields = [
  'start',
  'due',
  'graded',
  'format',
  'visible_to_staff_only',
  'hide_from_toc',
  'weight',
] as const;
export type SettableField = (typeof settableFields)[number];

/** These publish themselves at every change; everything below waits for somebody to press Publish. */
export const publishesItself = (type: string) => type === 'course' || type === 'chapter' || type === 'sequential';

const containers: Record<string, string> = { course: 'chapter', chapter: 'sequential', sequential: 'vertical' };

/** May a block of this type stand under one of that type? */
export function mayHold(parent: string, child: string): boolean {
  if (parent in containers) return containers[parent] === child;
  const isPart = child !== 'course' && child !== 'chapter' && child !== 'sequential' && child !== 'vertical';
  return isPart && (parent === 'vertical' || parent === 'library_content');
}

/** What is added under a block when nothing else is said. */
export const childType = (parent: string) => containers[parent] ?? 'problem';

export const usageKey = (courseKey: string, type: string, id: string) =>
  `${courseKey.replace(/^course-v1:/, 'block-v1:')}+type@${type}+block@${id}`;

export const blockId = (usage: string) => usage.slice(usage.lastIndexOf('+block@') + '+block@'.length);

/** The tree of a nested seed, children before parents. */
export function treeOf(courseKey: string, root: NestedBlock): Map<string, Block> {
  const tree = new Map<string, Block>();
  const add = ({ children = [], ...own }: NestedBlock): string => {
    const id = usageKey(courseKey, own.type, own.id);
    const keys = children.map(add);
    if (tree.has(id)) throw new Error(`${id} is there twice`);
    tree.set(id, { ...own, id, children: keys });
    return id;
  };
  add(root);
  return tree;
}

/** A tree as a nested seed again. */
export function nestedOf(tree: Tree, id: string): NestedBlock {
  const { children, ...own } = blockOf(tree, id);
  const inside = children.map((child) => nestedOf(tree, child));
  return { ...own, id: blockId(id), ...(inside.length > 0 && { children: inside }) };
}

export function blockOf(tree: Tree, id: string): Block {
  const block = tree.get(id);
  if (!block) throw new Error(`There is no block ${id}`);
  return block;
}

export const parentOf = (tree: Tree, id: string): Block | undefined => {
  for (const block of tree.values()) if (block.children.includes(id)) return block;
  return undefined;
};

/** The keys of a block and of all under it, children before parents: the order in which the platform lists blocks. */
export function keysUnder(tree: Tree, id: string): string[] {
  const block = tree.get(id);
  return block ? [...block.children.flatMap((child) => keysUnder(tree, child)), id] : [];
}

/** From the course down to the block, both included. */
export function pathTo(tree: Tree, id: string): Block[] {
  const parent = parentOf(tree, id);
  return [...(parent ? pathTo(tree, parent.id) : []), blockOf(tree, id)];
}
