import { type Course, isChanged, latest } from './course.ts';
import { type Block, blockId, blockOf, childType, keysUnder, mayHold, publishesItself } from './course-tree.ts';
import { document } from './page.tsx';

const typeNames: Record<string, string> = {
  course: 'course',
  chapter: 'chapter',
  sequential: 'subsection',
  vertical: 'unit',
};

const typeName = (type: string) => typeNames[type] ?? type;

const action = (course: Course) => `/author/${encodeURIComponent(course.key)}`;

type Props = { course: Course; block: Block };

const Press = ({ course, block, kind, label }: Props & { kind: string; label: string }) => (
  <form method="post" action={action(course)}>
    <input type="hidden" name="id" value={block.id} />
    <button type="submit" name="kind" value={kind} aria-label={`${label} ${block.display_name}`}>
      {label}
    </button>{' '}
  </form>
);

/** What is said of a block behind its name. */
function stateOf(course: Course, block: Block): string {
  const { tree } = latest(course);
  const parts = [
    !tree.has(block.id) && 'not published',
    tree.has(block.id) && !publishesItself(block.type) && isChanged(course, block.id) && 'changed since published',
    block.graded && 'graded',
    block.format,
    block.start && `from ${block.start}`,
    block.due && `due ${block.due}`,
    block.weight !== undefined && `weight ${block.weight}`,
    block.visible_to_staff_only && 'staff only',
    block.hide_from_toc && 'hidden',
  ];
  return parts.filter(Boolean).join(', ');
}

/** The fields that do not fit on the line; their ids hold the block's own. */
function MoreForms({ course, block }: Props) {
  const short = blockId(block.id);
  const inside = keysUnder(course.draft, block.id);
  const parents = [...course.draft.values()].filter(
    ({ id, type }) => mayHold(type, block.type) && !inside.includes(id),
  );
  const addable = mayHold(block.type, childType(block.type));
  const field = (name: string, label: string, value: string, note: string) => (
    <form method="post" action={action(course)}>
      <input type="hidden" name="kind" value="set" />
      <input type="hidden" name="id" value={block.id} />
      <input type="hidden" name="field" value={name} />
      <label for={`${name}-${short}`}>
        {label} <small>({note})</small>
      </label>{' '}
      <input id={`${name}-${short}`} name="value" value={value} />{' '}
      <button type="submit" aria-label={`Set ${label} of ${block.display_name}`}>
        Set
      </button>
    </form>
  );
  return (
    <details>
      <summary>More about {block.display_name}</summary>
      {addable && (
        <form method="post" action={action(course)}>
          <input type="hidden" name="kind" value="add" />
          <input type="hidden" name="parent" value={block.id} />
          <label for={`add-${short}`}>New {typeName(childType(block.type))}</label>{' '}
          <input id={`add-${short}`} name="name" required />{' '}
          {block.type === 'vertical' && (
            <select name="type" aria-label={`Type of what is added to ${block.display_name}`}>
              {['problem', 'html', 'video', 'library_content'].map((type) => (
                <option>{type}</option>
              ))}
            </select>
          )}{' '}
          <button type="submit">Add</button>
        </form>
      )}
      {parents.length > 0 && (
        <form method="post" action={action(course)}>
          <input type="hidden" name="kind" value="move" />
          <input type="hidden" name="id" value={block.id} />
          <label for={`move-${short}`}>Move to</label>{' '}
          <select id={`move-${short}`} name="parent">
            {parents.map(({ id, display_name, children }) => (
              <option value={id} selected={children.includes(block.id)}>
                {display_name}
              </option>
            ))}
          </select>{' '}
          <label for={`index-${short}`}>place (from 0)</label>{' '}
          <input id={`index-${short}`} name="index" inputmode="numeric" size={3} /> <button type="submit">Move</button>
        </form>
      )}
      {field('due', 'due date', block.due ?? '', 'such as 2026-05-29T21:59, empty: none')}
      {field('start', 'start date', block.start ?? '', 'the same')}
      {field('format', 'assignment type', block.format ?? '', 'such as Topic quiz')}
      {field('graded', 'graded', block.graded ? 'yes' : '', 'yes, no or empty')}
      {field('visible_to_staff_only', 'staff only', block.visible_to_staff_only ? 'yes' : '', 'yes or empty')}
      {(block.type === 'chapter' || block.type === 'sequential') &&
        field('hide_from_toc', 'hidden from the contents', block.hide_from_toc ? 'yes' : '', 'yes or empty')}
      {block.type === 'problem' && field('weight', 'weight', String(block.weight ?? ''), 'a number or empty')}
      {block.type === 'vertical' && <Press course={course} block={block} kind="unpublish" label="Unpublish" />}
    </details>
  );
}

function Item({ course, block }: Props) {
  const state = stateOf(course, block);
  const isRoot = block.id === course.root;
  const short = blockId(block.id);
  const isDraft = state.startsWith('not published') || state.startsWith('changed');
  return (
    <li id={block.id} class={isDraft ? 'draft' : undefined}>
      <form method="post" action={action(course)}>
        <input type="hidden" name="kind" value="rename" />
        <input type="hidden" name="id" value={block.id} />
        <label for={`name-${short}`}>{typeName(block.type)}</label>{' '}
        <input id={`name-${short}`} name="name" value={block.display_name} required size={36} />{' '}
        <button type="submit" aria-label={`Rename ${block.display_name}`}>
          Rename
        </button>{' '}
      </form>
      {!isRoot && (
        <>
          <Press course={course} block={block} kind="up" label="Up" />
          <Press course={course} block={block} kind="down" label="Down" />
          <Press course={course} block={block} kind="remove" label="Delete" />
        </>
      )}
      <Press course={course} block={block} kind="publish" label="Publish" />
      {state && <small>{state}</small>}
      <MoreForms course={course} block={block} />
      {block.children.length > 0 && (
        <ul>
          {block.children.map((id) => (
            <Item course={course} block={blockOf(course.draft, id)} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** A course as its author sees it: the draft, each block with its forms. */
export function coursePage(course: Course, refusal?: string) {
  const root = blockOf(course.draft, course.root);
  const { version, at } = latest(course);
  return document(
    root.display_name,
    <>
      {refusal !== undefined && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <p>
        <code>{course.key}</code>, published {new Date(at).toISOString()}, version <code>{version}</code>. Chapters and
        subsections publish themselves; units and what is in them wait for Publish.
      </p>
      {course.removed.size > 0 && (
        <>
          <h2>Deleted</h2>
          <ul>
            {[...course.removed].map(([id, { draft }]) => (
              <li>
                {draft.get(id)?.display_name}{' '}
                <form method="post" action={action(course)}>
                  <input type="hidden" name="id" value={id} />
                  <button
                    type="submit"
                    name="kind"
                    value="restore"
                    aria-label={`Bring back ${draft.get(id)?.display_name ?? id}`}
                  >
                    Bring back
                  </button>
                </form>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>Outline</h2>
      <ul>
        <Item course={course} block={root} />
      </ul>
    </>,
  );
}
