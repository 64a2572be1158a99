import {
  type Block,
  blockOf,
  childType,
  keysUnder,
  mayHold,
  type NestedBlock,
  parentOf,
  pathTo,
  publishesItself,
  type SettableField,
  settableFields,
  type Tree,
  treeOf,
  usageKey,
} from './course-tree.ts';

/** A course as it was published once. */
type Version = { readonly version: string; readonly at: number; readonly tree: Tree };

/** When a block was last touched and last published, in ms. */
type Stamps = { edited: number; published: number | undefined };

type Removed = {
  parent: string;
  index: number;
  draft: Map<string, Block>;
  live: Map<string, Block>;
  stamps: Map<string, Stamps>;
};

export type Course = {
  readonly key: string;
  readonly root: string;
  readonly shortDescription: string;
  readonly overview: string;
  /** What authors see. */
  draft: Map<string, Block>;
  /** What was published, newest last; never empty. */
  readonly history: Version[];
  readonly stamps: Map<string, Stamps>;
  /** What was deleted and may be brought back under its old key. */
  readonly removed: Map<string, Removed>;
  /** Users who are staff of this course. */
  readonly staff: Set<string>;
};

export type CourseSeed = {
  readonly key: string;
  readonly published_version: string;
  readonly published_at: string;
  readonly short_description?: string;
  readonly overview?: string;
  readonly course: NestedBlock;
};

/** One thing an author does. Blocks are named by usage key, or by the last part of one. */
export type Edit =
  | { kind: 'rename'; id: string; name: string }
  | { kind: 'add'; parent: string; name: string; type?: string; index?: number; blockId?: string }
  | { kind: 'remove'; id: string }
  | { kind: 'restore'; id: string }
  | { kind: 'move'; id: string; parent: string; index?: number }
  | { kind: 'reorder'; parent: string; children: readonly string[] }
  | { kind: 'set'; id: string; field: SettableField; value: string | number | boolean | null }
  | { kind: 'publish'; id?: string }
  | { kind: 'unpublish'; id: string }
  | { kind: 'import'; course: NestedBlock };

/** A signal Studio sends about a block; the course-level one follows by itself when the course was published. */
export type BlockSignal = { action: 'created' | 'updated' | 'published' | 'deleted'; block: Block };

export type Edited = { id: string; signals: BlockSignal[]; isPublished: boolean; isImported: boolean };

/** An edit the platform would not let anybody make. */
export class EditRefused extends Error {}

export function courseOf(seed: CourseSeed): Course {
  const draft = treeOf(seed.key, seed.course);
  const at = Date.parse(seed.published_at);
  return {
    key: seed.key,
    root: usageKey(seed.key, 'course', seed.course.id),
    shortDescription: seed.short_description ?? '',
    overview: seed.overview ?? '',
    draft,
    history: [{ version: seed.published_version, at, tree: new Map(draft) }],
    stamps: new Map([...draft.keys()].map((id) => [id, { edited: at, published: at }])),
    removed: new Map(),
    staff: new Set(),
  };
}

export function latest({ history }: Course): Version {
  const version = history.at(-1);
  if (!version) throw new Error('A course without a version');
  return version;
}

/** What readers saw at an instant; the first version is as old as need be. */
export function publishedAt({ history }: Course, at: number): Version {
  const version = history.findLast((one) => one.at <= at) ?? history[0];
  if (!version) throw new Error('A course without a version');
  return version;
}

/** Has the block itself changed since it was last published? */
export function isChanged(course: Course, id: string): boolean {
  const draft = course.draft.get(id);
  const live = latest(course).tree.get(id);
  return draft !== live && JSON.stringify(draft) !== JSON.stringify(live);
}

const refuse = (reason: string): never => {
  throw new EditRefused(reason);
};

function insert(children: readonly string[], id: string, index = children.length): string[] {
  const others = children.filter((child) => child !== id);
  if (!Number.isInteger(index) || index < 0) refuse(`${index} is not a position`);
  return others.toSpliced(Math.min(index, others.length), 0, id);
}

/** The tree when what publishes itself has done so, and these units were published; other units stay as they were read. */
function settledTree(course: Course, live: Tree, units: ReadonlySet<string>): Map<string, Block> {
  const tree = new Map<string, Block>();
  // A part moved into a unit being published has left the unit it was read in.
  const taken = new Set([...units].flatMap((id) => keysUnder(course.draft, id)));
  const put = (block: Block, children: readonly string[]) =>
    tree.set(block.id, sameChildren(block, children) ? block : { ...block, children });
  const copy = (id: string, from: Tree): boolean => {
    const block = from.get(id);
    if (!block || tree.has(id) || (from === live && taken.has(id))) return false;
    const children = block.children.filter((child) => copy(child, from));
    put(block, children);
    return true;
  };
  const settle = (id: string): boolean => {
    const block = blockOf(course.draft, id);
    if (!publishesItself(block.type)) return copy(id, units.has(id) ? course.draft : live);
    const children = block.children.filter(settle);
    put(block, children);
    return true;
  };
  settle(course.root);
  return tree;
}

const sameChildren = (block: Block, children: readonly string[]) =>
  block.children.length === children.length && block.children.every((child, at) => child === children[at]);

/** What an edit needs from outside: the time, and names for what is new. */
type Desk = { now: () => number; newVersion: () => string; newBlockId: () => string };

/** Makes one edit in the draft and publishes what publishes itself. Throws `EditRefused` and changes nothing when it cannot be. */
export function applyEdit(course: Course, edit: Edit, desk: Desk): Edited {
  const { draft } = course;
  const at = desk.now();
  const signals: BlockSignal[] = [];
  const published = new Set<string>();
  let withdrawn: string | undefined;
  let live: Tree = latest(course).tree;
  let isPublished = false;
  let isImported = false;

  const find = (name: string): Block => {
    const block = draft.get(name) ?? [...draft.values()].find(({ id }) => id.endsWith(`+block@${name}`));
    return block ?? refuse(`There is no block ${name}`);
  };
  const parentBlock = (id: string): Block => parentOf(draft, id) ?? refuse('The course itself stays where it is');
  const write = (block: Block) => {
    draft.set(block.id, block);
    course.stamps.set(block.id, { edited: at, published: course.stamps.get(block.id)?.published });
    if (publishesItself(block.type)) isPublished = true;
    return block;
  };
  const update = (block: Block) => signals.push({ action: 'updated', block: write(block) });

  const run = (): string => {
    switch (edit.kind) {
      case 'rename': {
        const block = find(edit.id);
        update({ ...block, display_name: edit.name });
        return block.id;
      }
      case 'set': {
        const block = find(edit.id);
        if (!settableFields.includes(edit.field)) refuse(`${edit.field} is not a field to set`);
        const { [edit.field]: _, ...others } = block;
        update(edit.value === null ? others : { ...block, [edit.field]: edit.value });
        return block.id;
      }
      case 'add': {
        const parent = find(edit.parent);
        const type = edit.type ?? childType(parent.type);
        if (!mayHold(parent.type, type)) refuse(`A ${type} cannot stand in a ${parent.type}`);
        const id = usageKey(course.key, type, edit.blockId ?? desk.newBlockId());
        if (draft.has(id)) refuse(`${id} is there already`);
        const children = insert(parent.children, id, edit.index);
        const block = write({ id, type, display_name: edit.name, children: [] });
        write({ ...parent, children });
        signals.push({ action: 'created', block });
        return id;
      }
      case 'remove': {
        const block = find(edit.id);
        const parent = parentBlock(block.id);
        const keys = keysUnder(draft, block.id);
        const pick = <Value>(from: ReadonlyMap<string, Value>, wanted: string[]) =>
          new Map(wanted.flatMap((key) => (from.has(key) ? [[key, from.get(key) as Value]] : [])));
        course.removed.set(block.id, {
          parent: parent.id,
          index: parent.children.indexOf(block.id),
          draft: pick(draft, keys),
          live: pick(live, [...new Set([...keys, ...keysUnder(live, block.id)])]),
          stamps: pick(course.stamps, keys),
        });
        for (const key of keys) {
          draft.delete(key);
          course.stamps.delete(key);
        }
        write({ ...parent, children: parent.children.filter((child) => child !== block.id) });
        signals.push({ action: 'deleted', block });
        return block.id;
      }
      case 'restore': {
        const id = [...course.removed.keys()].find((key) => key === edit.id || key.endsWith(`+block@${edit.id}`));
        const kept = (id && course.removed.get(id)) || refuse(`${edit.id} was not deleted`);
        const key = id as string;
        const parent = draft.get(kept.parent) ?? refuse('The place it stood in is deleted too');
        for (const one of kept.draft.keys()) if (draft.has(one)) refuse(`${one} is there already`);
        for (const [one, block] of kept.draft) draft.set(one, block);
        for (const [one, stamps] of kept.stamps) course.stamps.set(one, stamps);
        live = new Map([...live, ...[...kept.live].filter(([one]) => !live.has(one))]);
        write({ ...parent, children: insert(parent.children, key, kept.index) });
        const block = blockOf(draft, key);
        if (publishesItself(block.type)) write(block);
        signals.push({ action: 'created', block });
        course.removed.delete(key);
        return key;
      }
      case 'move': {
        const block = find(edit.id);
        const from = parentBlock(block.id);
        const to = find(edit.parent);
        if (!mayHold(to.type, block.type)) refuse(`A ${block.type} cannot stand in a ${to.type}`);
        if (keysUnder(draft, block.id).includes(to.id)) refuse('A block cannot stand in itself');
        const children = insert(to.children, block.id, edit.index);
        if (from.id !== to.id) update({ ...from, children: from.children.filter((child) => child !== block.id) });
        update({ ...to, children });
        return block.id;
      }
      case 'reorder': {
        const parent = find(edit.parent);
        const children = edit.children.map((child) => find(child).id);
        if (children.toSorted().join() !== parent.children.toSorted().join())
          refuse('Reordering names exactly the children that are there');
        update({ ...parent, children });
        return parent.id;
      }
      case 'publish': {
        const block = find(edit.id ?? course.root);
        const path = pathTo(draft, block.id);
        const unit = path.find(({ type }) => !publishesItself(type));
        const top = unit ?? block;
        for (const key of keysUnder(draft, top.id)) if (blockOf(draft, key).type === 'vertical') published.add(key);
        signals.push({ action: 'published', block: top });
        isPublished = true;
        return top.id;
      }
      case 'unpublish': {
        const block = find(edit.id);
        if (block.type !== 'vertical') refuse('Only a unit can be unpublished');
        if (!live.has(block.id)) refuse('It is not published');
        withdrawn = block.id;
        isPublished = true;
        return block.id;
      }
      case 'import': {
        const tree = treeOf(course.key, edit.course);
        if (!tree.has(course.root)) refuse('An import has the same course at its root');
        course.draft = tree;
        course.stamps.clear();
        for (const key of tree.keys()) course.stamps.set(key, { edited: at, published: at });
        for (const { id, type } of tree.values()) if (type === 'vertical') published.add(id);
        isPublished = true;
        isImported = true;
        return course.root;
      }
    }
  };

  const id = run();
  if (isPublished) {
    const before = new Map(live);
    if (withdrawn) before.delete(withdrawn);
    const tree = settledTree(course, before, published);
    for (const key of tree.keys()) {
      const stamps = course.stamps.get(key);
      const isNew = published.has(key) || tree.get(key) !== before.get(key);
      if (stamps && isNew) stamps.published = at;
    }
    const root = course.stamps.get(course.root);
    if (root) Object.assign(root, { edited: at, published: at });
    course.history.push({ version: desk.newVersion(), at, tree });
  }
  return { id, signals, isPublished, isImported };
}
