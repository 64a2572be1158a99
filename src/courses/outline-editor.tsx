import { Choose, CsrfField, type FormParts, ProblemSummary, TextField, type Words } from '../ui/index.ts';
import type { Outline } from './outline.ts';
import { staffCoursePath } from './paths.ts';

type Kind = 'topic' | 'subtopic' | 'objective';

/** By what one sending of a form is told from another. */
const OnceField = ({ once }: { once: string }) => <input type="hidden" name="once" value={once} />;

const addWords = { topic: 'crsAddTopic', subtopic: 'crsAddSubtopic', objective: 'crsAddObjective' } as const;

type Add = FormParts & { csrf: string; once: string; path: string; kind: Kind };

const AddForm = ({ csrf, once, path, kind, ...parts }: Add) => (
  <form method="post" action={path} class="stack">
    <CsrfField csrf={csrf} />
    <OnceField once={once} />
    <TextField {...parts} name="title" label={parts.words(addWords[kind])} maxlength={200} autocomplete="off" />
    <button type="submit">{parts.words('crsAdd')}</button>
  </form>
);

type Props = FormParts & { csrf: string; once: string; outline: Outline };

/** The outline of a course that was made here, each line a link to where it is changed. */
export function OutlineEditorPage({ csrf, once, outline: { course, topics }, ...parts }: Props) {
  const { words } = parts;
  const path = `${staffCoursePath(course.courseKey)}/outline`;
  const link = ({ id, title }: { id: string; title: string }) => <a href={`${path}/${id}`}>{title}</a>;
  return (
    <>
      <p>
        <a href={staffCoursePath(course.courseKey)}>{course.title}</a>
      </p>
      <h1>{words('crsEditOutline')}</h1>
      <ProblemSummary {...parts} />
      <p>{words(topics.length === 0 ? 'crsOutlineEmpty' : 'crsOutlineNote')}</p>
      <ol class="outline">
        {topics.map((topic) => (
          <li>
            {link(topic)}
            <ol>
              {topic.subtopics.map((subtopic) => (
                <li>
                  {link(subtopic)}
                  <ol>
                    {subtopic.objectives.map((objective) => (
                      <li>{link(objective)}</li>
                    ))}
                  </ol>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ol>
      <AddForm {...parts} csrf={csrf} once={once} path={path} kind="topic" />
    </>
  );
}

type Node = { id: string; title: string };
/** A node among its siblings. `parents`: where it can stand instead, for all but topics. */
export type Place = {
  kind: Kind;
  node: Node;
  parentId: string;
  position: number;
  siblings: number;
  parents: readonly Node[];
  children: readonly Node[];
};

/** Where a node stands in an outline; undefined where it does not. Pure. */
export function placeIn({ course, topics }: Outline, id: string): Place | undefined {
  for (const [position, topic] of topics.entries()) {
    if (topic.id === id)
      return {
        ...{ kind: 'topic', node: topic, parentId: course.id, position, siblings: topics.length },
        ...{ parents: [], children: topic.subtopics },
      };
    for (const [position, subtopic] of topic.subtopics.entries()) {
      if (subtopic.id === id)
        return {
          ...{ kind: 'subtopic', node: subtopic, parentId: topic.id, position, siblings: topic.subtopics.length },
          ...{ parents: topics, children: subtopic.objectives },
        };
      const at = subtopic.objectives.findIndex((one) => one.id === id);
      const node = subtopic.objectives[at];
      if (node)
        return {
          ...{ kind: 'objective', node, parentId: subtopic.id, position: at, siblings: subtopic.objectives.length },
          ...{ parents: topics.flatMap((one) => one.subtopics), children: [] },
        };
    }
  }
  return undefined;
}

const Move = ({
  words,
  csrf,
  path,
  to,
  way,
}: {
  words: Words;
  csrf: string;
  path: string;
  to: number;
  way: 'Up' | 'Down';
}) => (
  <form method="post" action={path}>
    <CsrfField csrf={csrf} />
    <input type="hidden" name="position" value={String(to)} />
    <button type="submit" class="quiet">
      {words(`crsMove${way}`)}
    </button>
  </form>
);

type NodeProps = FormParts & { csrf: string; once: string; outline: Outline; place: Place };

/** One topic, subtopic or objective: its name, its place, what is under it. */
export function NodePage({ csrf, once, outline: { course }, place, ...parts }: NodeProps) {
  const { words } = parts;
  const { kind, node, position, siblings, parents, children } = place;
  const above = `${staffCoursePath(course.courseKey)}/outline`;
  const path = `${above}/${node.id}`;
  return (
    <>
      <p>
        <a href={above}>{words('crsEditOutline')}</a>
      </p>
      <h1>{node.title}</h1>
      <ProblemSummary {...parts} />
      <form method="post" action={path} class="stack">
        <CsrfField csrf={csrf} />
        <TextField {...parts} name="title" label={words('syncTitle')} maxlength={200} autocomplete="off" />
        {parents.length > 1 && (
          <Choose
            {...parts}
            name="parentId"
            label={words('crsUnder')}
            options={parents.map(({ id, title }) => [id, title] as const)}
          />
        )}
        <button type="submit">{words('save')}</button>
      </form>
      {position > 0 && <Move words={words} csrf={csrf} path={path} to={position - 1} way="Up" />}
      {position < siblings - 1 && <Move words={words} csrf={csrf} path={path} to={position + 1} way="Down" />}
      {kind !== 'objective' && (
        <>
          <h2>{words(kind === 'topic' ? 'crsSubtopics' : 'crsObjectives')}</h2>
          <ol>
            {children.map(({ id, title }) => (
              <li>
                <a href={`${above}/${id}`}>{title}</a>
              </li>
            ))}
          </ol>
          <form method="post" action={`${path}/add`} class="stack">
            <CsrfField csrf={csrf} />
            <OnceField once={once} />
            <label for="add">{words(kind === 'topic' ? 'crsAddSubtopic' : 'crsAddObjective')}</label>
            <input id="add" name="title" maxlength={200} autocomplete="off" />
            <button type="submit">{words('crsAdd')}</button>
          </form>
        </>
      )}
      <p>
        <a href={`${path}/retire`}>{words('crsRetire')}</a>
      </p>
    </>
  );
}
