import type { Course, Edit } from './course.ts';
import { type Block, blockId, keysUnder, mayHold, nestedOf, type SettableField, type Tree } from './course-tree.ts';
import type { Platform } from './platform.ts';
import { hex, pick, type RandomSource } from './random-source.ts';

const nouns = [
  'Sets',
  'Surds',
  'Cells',
  'Graphs',
  'Mole',
  'Proof',
  'Essay',
  'Motion',
  'Kuchuluka',
  'Moyo & <moyo>',
  'Chichewa ŵ',
];
const partTypes = ['problem', 'problem', 'html', 'video', 'library_content'];

type RandomEditLimits = {
  /** The largest share of the live blocks that one deletion takes. */
  readonly maxRemovedShare?: number;
  /** Above so many blocks nothing is added. */
  readonly maxBlocks?: number;
};

/** Makes one random edit that the platform allows, and says which edits it took. */
export function randomEdit(
  platform: Platform,
  courseKey: string,
  random: RandomSource,
  { maxRemovedShare = 0.25, maxBlocks = 160 }: RandomEditLimits = {},
): Edit[] {
  const course = platform.courses.get(courseKey);
  if (!course) throw new Error(`There is no course ${courseKey}`);
  for (let tries = 0; tries < 200; tries += 1) {
    const edits = pick(random, kinds)?.(course, random, { maxRemovedShare, maxBlocks });
    if (!edits) continue;
    for (const edit of edits) platform.edit(courseKey, edit);
    return edits;
  }
  throw new Error('No edit is possible');
}

type Kind = (course: Course, random: RandomSource, limits: Required<RandomEditLimits>) => Edit[] | undefined;

const blocksOf = (tree: Tree, ...types: string[]) =>
  [...tree.values()].filter(({ type }) => types.length === 0 || types.includes(type));

const some = (course: Course, random: RandomSource, ...types: string[]): Block | undefined =>
  pick(random, blocksOf(course.draft, ...types));

const name = (random: RandomSource) => `${pick(random, nouns)} ${Math.floor(random() * 1000)}`;

const holders = (course: Course, { id, type }: Block): Block[] => {
  const inside = keysUnder(course.draft, id);
  return blocksOf(course.draft).filter((block) => mayHold(block.type, type) && !inside.includes(block.id));
};

const isSmall = (course: Course, ids: readonly string[], share: number) =>
  ids.flatMap((id) => keysUnder(course.draft, id)).length <= course.draft.size * share;

const rename: Kind = (course, random) => {
  const block = some(course, random);
  return block && [{ kind: 'rename', id: block.id, name: name(random) }];
};

const publish: Kind = (course, random) => {
  const block = some(course, random, 'course', 'chapter', 'sequential', 'vertical');
  return block && [{ kind: 'publish', id: block.id }];
};

const add: Kind = (course, random, { maxBlocks }) => {
  const parent = some(course, random, 'course', 'chapter', 'sequential', 'vertical', 'library_content');
  if (!parent || course.draft.size >= maxBlocks) return undefined;
  const type = pick(
    random,
    ['chapter', 'sequential', 'vertical', ...partTypes].filter((one) => mayHold(parent.type, one)),
  );
  const index = Math.floor(random() * (parent.children.length + 1));
  return type ? [{ kind: 'add', parent: parent.id, type, name: name(random), index }] : undefined;
};

/** A chapter with a subsection, a unit and a problem in it, published. */
const addDeep: Kind = (course, random, { maxBlocks }) => {
  if (course.draft.size >= maxBlocks) return undefined;
  const mark = hex(random, 12);
  const steps: [type: string, parent: string][] = [
    ['chapter', blockId(course.root)],
    ['sequential', `chapter_${mark}`],
    ['vertical', `sequential_${mark}`],
    ['problem', `vertical_${mark}`],
  ];
  const edits = steps.map(
    ([type, parent]): Edit => ({ kind: 'add', type, parent, name: name(random), blockId: `${type}_${mark}` }),
  );
  return [...edits, { kind: 'publish', id: `chapter_${mark}` }];
};

const remove: Kind = (course, random, { maxRemovedShare }) => {
  const block = some(course, random, 'chapter', 'sequential', 'vertical', 'problem', 'html');
  return block && isSmall(course, [block.id], maxRemovedShare) ? [{ kind: 'remove', id: block.id }] : undefined;
};

const restore: Kind = (course, random) => {
  const possible = [...course.removed].filter(
    ([, { parent, draft }]) => course.draft.has(parent) && ![...draft.keys()].some((id) => course.draft.has(id)),
  );
  const [id] = pick(random, possible) ?? [];
  return id ? [{ kind: 'restore', id }] : undefined;
};

const move: Kind = (course, random) => {
  const block = some(course, random, 'sequential', 'sequential', 'vertical', 'problem', 'html');
  const parent = block && pick(random, holders(course, block));
  if (!block || !parent) return undefined;
  return [
    { kind: 'move', id: block.id, parent: parent.id, index: Math.floor(random() * (parent.children.length + 1)) },
  ];
};

/** A subsection goes to another chapter, and its old chapter is deleted. */
const moveOut: Kind = (course, random, { maxRemovedShare }) => {
  const old = pick(
    random,
    blocksOf(course.draft, 'chapter').filter(({ children }) => children.length > 0),
  );
  const other = pick(
    random,
    blocksOf(course.draft, 'chapter').filter(({ id }) => id !== old?.id),
  );
  const moved = old && pick(random, old.children);
  if (!old || !other || !moved) return undefined;
  const rest = old.children.filter((id) => id !== moved);
  if (!isSmall(course, rest, maxRemovedShare)) return undefined;
  return [
    { kind: 'move', id: moved, parent: other.id, index: Math.floor(random() * (other.children.length + 1)) },
    { kind: 'remove', id: old.id },
  ];
};

const reorder: Kind = (course, random) => {
  const parent = pick(
    random,
    blocksOf(course.draft).filter(({ children }) => children.length > 1),
  );
  if (!parent) return undefined;
  const drawn = parent.children.map((id) => [random(), id] as const);
  const children = drawn.sort(([a], [b]) => a - b).map(([, id]) => id);
  return [{ kind: 'reorder', parent: parent.id, children }];
};

const setField: Kind = (course, random) => {
  const block = some(course, random, 'chapter', 'sequential', 'vertical', 'problem');
  if (!block) return undefined;
  const day = String(1 + Math.floor(random() * 28)).padStart(2, '0');
  const isPart = block.type === 'problem';
  const isListed = block.type === 'chapter' || block.type === 'sequential';
  const fields: [SettableField, string | number | boolean][] = [
    ['due', `2026-06-${day}T21:59:00Z`],
    ['start', `2026-02-${day}T00:00:00Z`],
    ['graded', random() < 0.5],
    ['format', random() < 0.5 ? 'Topic quiz' : 'Term exam'],
    isPart ? ['weight', 1 + Math.floor(random() * 5)] : ['visible_to_staff_only', true],
    ...(isListed ? [['hide_from_toc', true] satisfies [SettableField, boolean]] : []),
  ];
  const [field, value] = pick(random, fields) ?? ['graded', true];
  const isSet = block[field] !== undefined;
  return [{ kind: 'set', id: block.id, field, value: isSet && random() < 0.6 ? null : value }];
};

const unpublish: Kind = (course, random) => {
  const live = course.history.at(-1)?.tree;
  const unit = pick(
    random,
    blocksOf(course.draft, 'vertical').filter(({ id }) => live?.has(id)),
  );
  return unit && [{ kind: 'unpublish', id: unit.id }];
};

/** An import of an export: everything as its authors see it, published at once. */
const importCourse: Kind = (course, random) =>
  random() < 0.3 ? [{ kind: 'import', course: nestedOf(course.draft, course.root) }] : undefined;

const kinds: readonly Kind[] = [
  ...[rename, rename, rename, add, add, add, addDeep, remove, remove, remove, restore, restore, restore],
  ...[move, move, move, moveOut, reorder, reorder, reorder, setField, setField, setField],
  ...[publish, publish, publish, publish, unpublish, importCourse],
];
