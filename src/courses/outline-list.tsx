import { showShortInstant, type Words } from '../ui/index.ts';
import type { Outline } from './outline.ts';

type Node = Outline['topics'][number]['subtopics'][number]['objectives'][number];

const titleOf = (words: Words, { title }: Node) => title.trim() || words('courseUntitled');

/** Staff may look too: they see what readers see. */
export const shown = <N extends Node>(nodes: readonly N[]): N[] =>
  nodes.filter(({ visibility }) => visibility === undefined);

/** When a node is due; nothing where the date cannot be read. */
const Due = ({ words, node }: { words: Words; node: Node }) => {
  const at = Date.parse(node.due ?? '');
  if (Number.isNaN(at)) return null;
  return <small>{words('courseDue', { at: showShortInstant(at) })}</small>;
};

/** The outline of a course as its readers see it, under a heading of the page. */
export function OutlineList({ words, topics }: { words: Words; topics: Outline['topics'] }) {
  const seen = shown(topics);
  if (seen.length === 0) return <p>{words('courseEmpty')}</p>;
  return (
    <ol class="outline">
      {seen.map((topic) => (
        <li>
          <h3>{titleOf(words, topic)}</h3> <Due words={words} node={topic} />
          <ol>
            {shown(topic.subtopics).map((subtopic) => (
              <li>
                <h4>{titleOf(words, subtopic)}</h4> <Due words={words} node={subtopic} />
                <ol>
                  {shown(subtopic.objectives).map((objective) => (
                    <li>
                      {titleOf(words, objective)} <Due words={words} node={objective} />
                    </li>
                  ))}
                </ol>
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}
