import type { Child } from 'hono/jsx';
import { showShortInstant, type Words } from '../ui/index.ts';
import type { Change } from './diff-outline.ts';
import type { InheritedField } from './outline.ts';

type Key = Parameters<Words>[0];
type FieldChange = Extract<Change, { op: 'field' }>;
export type Titles = ReadonlyMap<string, string>;

/** The usage keys whose titles the line of a change needs, beside its own. */
export function keysNamed(change: Change): string[] {
  if (change.op === 'added') return [change.parent].filter((key) => key !== null);
  if (change.op === 'moved') return [change.fromParent, change.toParent].filter((key) => key !== null);
  return change.op === 'reordered' ? [...change.from, ...change.to] : [];
}

const levels: Partial<Record<string, Key>> = {
  course: 'syncCourse',
  chapter: 'syncTopic',
  sequential: 'syncSubtopic',
  vertical: 'syncObjective',
};

/** What a block is called here; a resource goes by the word of Open edX. */
function typeOf(words: Words, type: string): string {
  const level = levels[type];
  return level ? words(level) : type;
}

const fieldWords: Record<InheritedField, Key> = {
  start: 'syncFieldStart',
  due: 'syncFieldDue',
  graded: 'syncFieldGraded',
  format: 'syncFieldFormat',
  visibility: 'syncFieldVisibility',
};
const visibilityWords: Partial<Record<string, Key>> = {
  shown: 'syncShown',
  hidden: 'syncHidden',
  staff: 'syncStaffOnly',
};

/** A date as the platform wrote it, in the school's time; what is none stays as it is. */
export function showPlatformDate(written: string): string {
  const at = Date.parse(written);
  return Number.isNaN(at) ? written : showShortInstant(at);
}

function showValue(words: Words, field: InheritedField, value: FieldChange['from']): string {
  if (value === null || value === '') return words('syncNothing');
  if (typeof value === 'boolean') return words(value ? 'syncYes' : 'syncNo');
  if (field === 'start' || field === 'due') return showPlatformDate(value);
  const visibility = field === 'visibility' ? visibilityWords[value] : undefined;
  return visibility ? words(visibility) : value;
}

type Props = { words: Words; change: Change; titles: Titles };

/** A node by its title; one that nobody knows any more by its key. */
function nameOf({ words, titles }: Props, key: string | null): string {
  if (key === null) return words('syncNothing');
  return (titles.get(key) ?? key).trim() || words('courseUntitled');
}

/** "topic “Surds” with 3 nodes under it" */
function thingOf({ words, change }: Props): string {
  const title = change.title.trim() || words('courseUntitled');
  const type = typeOf(words, change.type);
  const under = 'nodes' in change ? change.nodes - 1 : 0;
  if (under === 0) return words('syncThing', { type, title });
  return under === 1
    ? words('syncThingWithOne', { type, title })
    : words('syncThingWith', { type, title, count: under });
}

function sentence(props: Props): string {
  const { words, change } = props;
  const thing = thingOf(props);
  switch (change.op) {
    case 'added':
      return change.parent === null
        ? words('syncAddedTop', { thing })
        : words('syncAdded', { thing, parent: nameOf(props, change.parent), place: change.position + 1 });
    case 'removed':
      return words('syncRemoved', { thing });
    case 'renamed':
      return words('syncRenamed', { type: typeOf(words, change.type), from: change.from, to: change.to });
    case 'moved':
      return words('syncMoved', {
        thing,
        from: nameOf(props, change.fromParent),
        fromPlace: change.fromPosition + 1,
        to: nameOf(props, change.toParent),
        toPlace: change.toPosition + 1,
      });
    case 'reordered':
      return words('syncReordered', { thing });
    case 'field':
      return words('syncField', {
        field: words(fieldWords[change.field]),
        thing,
        from: showValue(words, change.field, change.from),
        to: showValue(words, change.field, change.to),
      });
  }
}

/** A usage key in small print: for whoever has to find the block on the platform. */
export const UsageKey = ({ children }: { children?: Child }) => (
  <small>
    <code>{children}</code>
  </small>
);

const Order = ({ keys, ...props }: Props & { keys: readonly string[] }) => (
  <ol>
    {keys.map((key) => (
      <li>{nameOf(props, key)}</li>
    ))}
  </ol>
);

/** One change as staff read it: by titles, what it was and what it is. */
export const ChangeLine = (props: Props) => {
  const { words, change } = props;
  return (
    <li>
      {sentence(props)}
      {change.op === 'reordered' && (
        <>
          <Order {...props} keys={change.to} />
          <details>
            <summary>{words('syncOrderBefore')}</summary>
            <Order {...props} keys={change.from} />
          </details>
        </>
      )}
      <div>
        <UsageKey>{change.usageKey}</UsageKey>
      </div>
    </li>
  );
};
