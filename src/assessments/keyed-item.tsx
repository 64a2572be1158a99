import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { BLANK_MARK } from '../content/index.ts';
import type { Outcome, Score } from '../grading/index.ts';
import {
  type Item,
  type ItemOf,
  type ItemResponse,
  type ItemType,
  type Rendered,
  type ResponseOf,
} from '../items/index.ts';
import type { Words } from '../ui/index.ts';
import { FeedbackParts, showFigures, showNumber, showOutcome } from './pages/reviewed-question.tsx';

type Keyed<T extends ItemType> = {
  words: Words;
  item: ItemOf<T>;
  rendered: Rendered;
  /** As this paper showed them. */
  choiceOrder?: readonly string[] | undefined;
  /** Absent on a preview; null when no answer was given. */
  response?: ResponseOf[T] | null | undefined;
};

const Given = ({ words, children }: { words: Words; children?: Child }) => (
  <p>
    {words('keyGiven')}: <b>{children ?? words('answerNone')}</b>
  </p>
);

/** The key of an item beside what was answered. A new type does not compile until it is shown. */
const views: { [T in ItemType]: (keyed: Keyed<T>) => Child } = {
  choice({ words, item, rendered, choiceOrder, response }) {
    const order = choiceOrder ?? item.choices.map(({ id }) => id);
    return (
      <>
        <ul class="choices">
          {order.map((id) => {
            const isChosen = response?.selected.includes(id) ?? false;
            const marks = [
              ...(isChosen ? [`● ${words('keyChosen')}`] : []),
              ...(item.correct.includes(id) ? [`✓ ${words('resultKey')}`] : []),
            ];
            const misconception = rendered.misconceptions?.[id];
            return (
              <li class={marks.length > 0 ? 'marked' : undefined}>
                {raw(rendered.choices?.[id] ?? '')}
                {marks.length > 0 && <b> ({marks.join(', ')})</b>}
                {misconception !== undefined && (response === undefined || isChosen) && (
                  <small class="note">
                    <br />
                    {raw(misconception)}
                  </small>
                )}
              </li>
            );
          })}
        </ul>
        {response === null && <Given words={words} />}
      </>
    );
  },
  text_entry: ({ words, item, response }) =>
    item.blanks.map(({ id, accepted, caseSensitive }) => (
      <>
        {response !== undefined && (
          <Given words={words}>{response?.blanks[id] && `[${id}] ${response.blanks[id]}`}</Given>
        )}
        <p>
          {words('keyAccepted')}: <b>{`[${id}] ${accepted.join(` ${words('resultOr')} `)}`}</b>
          {caseSensitive && ` (${words('keyCase')})`}
        </p>
      </>
    )),
  numeric: ({ words, item, response }) => (
    <>
      {response !== undefined && <Given words={words}>{response?.value}</Given>}
      <p>
        {words('itemAnswer')}: <b>{showNumber(item, words)}</b>
      </p>
      {item.significantFigures !== undefined && <p>{showFigures(words, item.significantFigures)}</p>}
    </>
  ),
};

type Props = {
  words: Words;
  number: number;
  item: Item;
  rendered: Rendered;
  choiceOrder?: readonly string[] | undefined;
  response?: ItemResponse | null;
  judged?: { score: Score; outcome: Outcome };
  children?: Child;
};

/** An item with all that staff may know of it: key, misconceptions, hint, solution; and what was answered, if it was. */
export function KeyedItem({ words, number, item, rendered, choiceOrder, response, judged, children }: Props) {
  const { hint, solution } = rendered;
  const view = views[item.type] as (keyed: Keyed<ItemType>) => Child;
  const prompt = item.type === 'text_entry' ? rendered.prompt.replaceAll(BLANK_MARK, '<b>[$1]</b>') : rendered.prompt;
  return (
    <section class={judged ? `reviewed ${judged.outcome}` : 'reviewed'}>
      <h3>{words('keyNumber', { number, marks: item.maxScore })}</h3>
      {judged && (
        <p class="verdict">
          <strong>{showOutcome(words, judged.outcome, response ?? null)}</strong> {words('resultMarks', judged.score)}
        </p>
      )}
      <div>{raw(prompt)}</div>
      {view({ words, item, rendered, choiceOrder, response: response })}
      {(hint !== undefined || solution) && (
        <details open={judged === undefined}>
          <summary>{words('asmReviewFeedback')}</summary>
          <FeedbackParts
            words={words}
            feedback={{ ...(hint !== undefined && { hint }), ...(solution && { solution }) }}
          />
        </details>
      )}
      {children}
    </section>
  );
}
