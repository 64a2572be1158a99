import { describe, expect, it } from 'vitest';
import { compareSequences } from '../../src/openedx/compare-sequences.ts';
import { BlocksAnswer, CourseOutline } from '../../src/openedx/platform-answers.ts';
import { readBlocks } from '../../src/openedx/read-blocks.ts';
import blocksV1 from '../fixtures/openedx/outline/blocks-v1.json';
import blocksV2 from '../fixtures/openedx/outline/blocks-v2.json';
import sequencesV1 from '../fixtures/openedx/outline/learning-sequences-v1.json';
import sequencesV2 from '../fixtures/openedx/outline/learning-sequences-v2.json';

const key = (type: string, name: string) => `block-v1:Ve+Read+1+type@${type}+block@${name}`;
const root = key('course', 'course');

type Given = Record<string, { type?: string; children?: string[]; [field: string]: unknown }>;

/** Blocks by short names: `chapter.a` is a chapter named a. */
function answer(given: Given) {
  const long = (short: string) => (short === 'root' ? root : key(...(short.split('.') as [string, string])));
  const blocks = Object.entries(given).map(([short, { children = [], ...rest }]) => {
    const type = short === 'root' ? 'course' : (short.split('.')[0] ?? '');
    return [long(short), { id: long(short), type, display_name: short, ...rest, children: children.map(long) }];
  });
  return BlocksAnswer.parse({ root, blocks: Object.fromEntries(blocks) });
}

function read(given: Given) {
  const found = readBlocks(answer(given));
  if (!found) throw new Error('no course at the root');
  const short = (usageKey: string) =>
    usageKey === root ? 'root' : usageKey.replace(/^.*type@(\w+)\+block@(\w+)$/, '$1.$2');
  return {
    tree: [...found.outline.values()].map(({ usageKey, parent, position }) => [
      short(usageKey),
      parent === null ? null : short(parent),
      position,
    ]),
    skipped: found.skipped.map(({ usageKey, reason }) => [short(usageKey), reason]),
    partial: found.partial.map((text) => text.replaceAll(/block-v1\S*@(\w+)\+block@(\w+)/g, '$1.$2')),
  };
}

const whole = { root: { children: ['chapter.a'] }, 'chapter.a': { children: ['sequential.b'] } };

describe('a tree of blocks', () => {
  it('is course, topic, subtopic, objective and resource, in document order', () => {
    const { tree, skipped } = read({
      ...whole,
      'sequential.b': { children: ['vertical.c', 'vertical.d'] },
      'vertical.d': { children: ['problem.f', 'html.e'] },
      'vertical.c': {},
      'html.e': {},
      'problem.f': {},
    });
    expect(tree).toEqual([
      ['root', null, 0],
      ['chapter.a', 'root', 0],
      ['sequential.b', 'chapter.a', 0],
      ['vertical.c', 'sequential.b', 0],
      ['vertical.d', 'sequential.b', 1],
      ['problem.f', 'vertical.d', 0],
      ['html.e', 'vertical.d', 1],
    ]);
    expect(skipped).toEqual([]);
  });

  it('may be shallower: an empty course, an empty topic', () => {
    expect(read({ root: {} }).tree).toEqual([['root', null, 0]]);
    expect(read({ root: { children: ['chapter.a'] }, 'chapter.a': {} }).tree).toHaveLength(2);
  });

  it('may be deeper: what lies in a container is a resource of the objective, and the container is told', () => {
    const { tree, skipped } = read({
      ...whole,
      'sequential.b': { children: ['vertical.c'] },
      'vertical.c': { children: ['html.x', 'library_content.l', 'html.z'] },
      'library_content.l': { children: ['problem.p', 'problem.q'] },
      'html.x': {},
      'html.z': {},
      'problem.p': {},
      'problem.q': {},
    });
    expect(tree.slice(4)).toEqual([
      ['html.x', 'vertical.c', 0],
      ['problem.p', 'vertical.c', 1],
      ['problem.q', 'vertical.c', 2],
      ['html.z', 'vertical.c', 3],
    ]);
    expect(skipped).toEqual([['library_content.l', 'a library_content: what is in it is kept with the objective']]);
  });

  it('may have blocks without a place: they are passed over with what is under them, and told', () => {
    const { tree, skipped } = read({
      root: { children: ['vertical.lost', 'chapter.a'] },
      'vertical.lost': { children: ['html.under'] },
      'html.under': {},
      'chapter.a': { children: ['problem.high', 'sequential.b'] },
      'problem.high': {},
      'sequential.b': { children: ['discussion.d'] },
      'discussion.d': {},
      'chapter.orphan': { children: ['sequential.o'] },
      'sequential.o': {},
    });
    expect(tree.map(([name]) => name)).toEqual(['root', 'chapter.a', 'sequential.b']);
    expect(tree.at(-1)).toEqual(['sequential.b', 'chapter.a', 0]);
    expect(skipped).toEqual([
      ['vertical.lost', 'a vertical right under a course'],
      ['problem.high', 'a problem right under a chapter'],
      ['discussion.d', 'a discussion right under a sequential'],
      ['chapter.orphan', 'nothing above it names it'],
      ['sequential.o', 'nothing above it names it'],
    ]);
  });

  it('that goes round in a circle, or names a block twice, ends', () => {
    const { tree, skipped } = read({
      root: { children: ['chapter.a', 'chapter.a'] },
      'chapter.a': { children: ['sequential.b'] },
      'sequential.b': { children: ['vertical.c'] },
      'vertical.c': { children: ['html.x', 'vertical.c'] },
      'html.x': { children: ['vertical.c'] },
    });
    expect(tree.map(([name]) => name)).toEqual(['root', 'chapter.a', 'sequential.b', 'vertical.c', 'html.x']);
    expect(skipped.map(([name]) => name)).toEqual(['vertical.c', 'vertical.c', 'chapter.a']);
  });

  it('that names an absent child, or denies a block, is partial', () => {
    expect(read({ root: { children: ['chapter.gone'] } }).partial).toEqual(['chapter.gone is named but absent']);
    expect(read({ ...whole, 'sequential.b': { authorization_denial_reason: 'audit' } }).partial).toEqual([
      'sequential.b was denied: audit',
    ]);
  });

  it('keeps dates as they are written, and who may see a block', () => {
    const found = readBlocks(
      answer({
        root: { children: ['chapter.a', 'chapter.b', 'chapter.c'] },
        'chapter.a': { start: '2026-01-12T00:00:00Z', due: null, graded: true, format: 'Test' },
        'chapter.b': { visible_to_staff_only: true, hide_from_toc: true },
        'chapter.c': { hide_from_toc: true },
      }),
    );
    const nodes = [...(found?.outline.values() ?? [])];
    expect(nodes[1]).toMatchObject({ start: '2026-01-12T00:00:00Z', due: null, graded: true, format: 'Test' });
    expect(nodes.map(({ visibility }) => visibility)).toEqual(['shown', 'shown', 'staff', 'hidden']);
  });

  it('without a course at its root is none', () => {
    expect(readBlocks(BlocksAnswer.parse({ root, blocks: {} }))).toBeUndefined();
    expect(readBlocks(answer({ root: { type: 'chapter' } }))).toBeUndefined();
  });
});

describe('Blocks beside learning_sequences', () => {
  const outlineOf = (blocks: unknown) => readBlocks(BlocksAnswer.parse(blocks))?.outline ?? new Map();
  const [v1, v2] = [CourseOutline.parse(sequencesV1), CourseOutline.parse(sequencesV2)];

  it('agree at the same version', () => {
    expect(compareSequences(outlineOf(blocksV1), v1)).toEqual([]);
    expect(compareSequences(outlineOf(blocksV2), v2)).toEqual([]);
  });

  it('disagree when one is stale', () => {
    expect(compareSequences(outlineOf(blocksV1), v2)).not.toEqual([]);
    expect(compareSequences(outlineOf(blocksV2), v1)).not.toEqual([]);
  });

  const sections = (given: Record<string, string[]>, titles: Record<string, string> = {}) =>
    CourseOutline.parse({
      ...{ course_key: 'c', title: 't', published_at: 'x', published_version: 'y' },
      outline: {
        sections: Object.entries(given).map(([name, under]) => ({
          id: key('chapter', name),
          title: titles[name] ?? `chapter.${name}`,
          sequence_ids: under.map((one) => key('sequential', one)),
        })),
        sequences: Object.fromEntries(
          Object.values(given)
            .flat()
            .map((one) => [
              key('sequential', one),
              { id: key('sequential', one), title: titles[one] ?? `sequential.${one}` },
            ]),
        ),
      },
    });
  const blocks = (extra: Given = {}) =>
    readBlocks(
      answer({
        root: { children: ['chapter.a', 'chapter.b'] },
        'chapter.a': { children: ['sequential.x', 'sequential.y'] },
        'chapter.b': {},
        'sequential.x': {},
        'sequential.y': {},
        ...extra,
      }),
    )?.outline ?? new Map();

  it.each([
    ['a missing sequential', sections({ a: ['x', 'y', 'z'], b: [] }), /z is missing from Blocks/],
    ['a missing chapter', sections({ a: ['x', 'y'], b: [], c: [] }), /c is missing from Blocks/],
    ['one too many', sections({ a: ['x'], b: [] }), /y is missing from learning_sequences/],
    ['another chapter', sections({ a: ['x'], b: ['y'] }), /y lies elsewhere/],
    ['another order', sections({ a: ['y', 'x'], b: [] }), /the order differs/],
    ['another name', sections({ a: ['x', 'y'], b: [] }, { a: 'Renamed' }), /a has another name/],
  ])('disagree about %s', (_, sequences, sentence) => {
    expect(compareSequences(blocks(), sequences).join()).toMatch(sentence);
  });

  it('are not compared where staff alone see, or nobody finds: either may show it', () => {
    const hidden = blocks({ 'chapter.b': { visible_to_staff_only: true }, 'sequential.y': { hide_from_toc: true } });
    for (const given of [{ a: ['x'] }, { a: ['x', 'y'], b: [] }, { a: ['x', 'y'] }] as Record<string, string[]>[]) {
      expect(compareSequences(hidden, sections(given))).toEqual([]);
    }
    expect(compareSequences(hidden, sections({ a: [] }))).not.toEqual([]);
  });
});
