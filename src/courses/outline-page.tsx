import { showShortInstant, type Words } from '../ui/index.ts';
import type { Outline } from './outline.ts';

type Node = Outline['topics'][number]['subtopics'][number]['objectives'][number];

const titleOf = (words: Words, { title }: Node) => title.trim() || words('courseUntitled');

/** Staff may look too: they see what readers see. */
const shown = <N extends Node>(nodes: readonly N[]): N[] => nodes.filter(({ visibility }) => visibility === undefined);

/** When a node is due; nothing where the date cannot be read. */
const Due = ({ words, node }: { words: Words; node: Node }) => {
  const at = Date.parse(node.due ?? '');
  if (Number.isNaN(at)) return null;
  return <small>{words('courseDue', { at: showShortInstant(at) })}</small>;
};

type Props = { words: Words; outline: Outline; staffPath: string | undefined };

/** The outline of a course as its readers see it. */
export function OutlinePage({ words, outline: { course, topics }, staffPath }: Props) {
  const seen = shown(topics);
  return (
    <>
      <h1>{course.title}</h1>
      <p>{[course.examinationLevel, course.academicClass].filter(Boolean).join(' · ')}</p>
      {seen.length === 0 && <p>{words('courseEmpty')}</p>}
      <ol class="outline">
        {seen.map((topic) => (
          <li>
            <h2>{titleOf(words, topic)}</h2> <Due words={words} node={topic} />
            <ol>
              {shown(topic.subtopics).map((subtopic) => (
                <li>
                  <h3>{titleOf(words, subtopic)}</h3> <Due words={words} node={subtopic} />
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
      <p>
        <a href={staffPath ?? '/'}>{words(staffPath ? 'courseStaffPage' : 'home')}</a>
      </p>
    </>
  );
}
