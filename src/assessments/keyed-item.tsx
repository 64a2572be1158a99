import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { Outcome, Score } from '../grading/index.ts';
import { BLANK_MARK, type Item, type ItemOf, type ItemResponse, type ItemType, type Rendered, type ResponseOf } from '../items/index.ts';
import type { Words } from '../ui/index.ts';

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
    {words('keyGiven')}: <strong>{children ?? words('keyNone')}</strong>
  </p>
);

function numericKey(words: Words, { answer, unit, tolerance, significantFigures }: ItemOf<'numeric'>): string {
  const span = tolerance && {
    absolute: words('keyAbsolute', { value: tolerance.value }),
    relative: words('keyRelative', { value: Math.round(tolerance.value * 1e6) / 1e4 }),
    geometric: words('keyGeometric', { value: 1 + tolerance.value }),
  }[tolerance.kind];
  const figures = significantFigures !== undefined && words('keyFigures', { count: significantFigures });
  return [[answer, unit].filter((part) => part !== undefined).join(' '), span, figures].filter(Boolean).join(', ');
}

/** The key of an item beside what was answered. A new type does not compile until it is shown. */
const views: { [T in ItemType]: (keyed: Keyed<T>) => Child } = {
  choice({ words, item, rendered, choiceOrder, response }) {
    const order = choiceOrder ?? item.choices.map(({ id }) => id);
    return (
      <>
        <ul>
          {order.map((id) => {
            const isRight = item.correct.includes(id);
            const isChosen = response?.selected.includes(id) ?? false;
            const misconception = rendered.misconceptions?.[id];
            return (
              <li>
                {raw(rendered.choices?.[id] ?? '')} {isRight && <strong>✓ {words('keyRight')}</strong>}{' '}
                {isChosen && <strong>• {words('keyChosen')}</strong>}
                {misconception !== undefined && (response === undefined || isChosen) && (
                  <small class="note">{raw(misconception)}</small>
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
          <Given words={words}>{response?.blanks[id] === undefined ? undefined : `[${id}] ${response.blanks[id]}`}</Given>
        )}
        <p>
          {words('keyAccepted')} [{id}]: <strong>{accepted.join(' / ')}</strong>
          {caseSensitive && ` (${words('keyCase')})`}
        </p>
      </>
    )),
  numeric: ({ words, item, response }) => (
    <>
      {response !== undefined && <Given words={words}>{response?.value}</Given>}
      <p>
        {words('itemAnswer')}: <strong>{numericKey(words, item)}</strong>
      </p>
    </>
  ),
};

export const outcomeWords = {
  right: 'outRight',
  partial: 'outPartial',
  wrong: 'outWrong',
  unscorable: 'outUnscorable',
} as const satisfies Record<Outcome, Parameters<Words>[0]>;

const outcomeMarks: Record<Outcome, string> = { right: '✓', partial: '◐', wrong: '✗', unscorable: '–' };

type Props = {
  words: Words;
  number: number;
  item: Item;
  rendered: Rendered;
  choiceOrder?: readonly string[] | undefined;
  response?: ItemResponse | null;
  judged?: { score: Score; outcome: Outcome };
};

/** An item with all that staff may know of it: key, misconceptions, hint, solution; and what was answered, if it was. */
export function KeyedItem({ words, number, item, rendered, choiceOrder, response, judged }: Props) {
  const { hint, solution } = rendered;
  const view = views[item.type] as (keyed: Keyed<ItemType>) => Child;
  const prompt =
    item.type === 'text_entry' ? rendered.prompt.replaceAll(BLANK_MARK, '<strong>[$1]</strong>') : rendered.prompt;
  return (
    <article>
      <h2>
        {words('keyNumber', { number })} <small>{words('keyMarks', { marks: item.maxScore })}</small>
      </h2>
      {judged && (
        <p>
          <strong>
            {outcomeMarks[judged.outcome]} {words(outcomeWords[judged.outcome])}
          </strong>
          , {judged.score.given} / {judged.score.maximum}
        </p>
      )}
      <div>{raw(prompt)}</div>
      {view({ words, item, rendered, choiceOrder, response: response as ResponseOf[ItemType] | null | undefined })}
      {(hint !== undefined || solution) && (
        <details open={judged === undefined}>
          <summary>{words('asmReviewFeedback')}</summary>
          {hint !== undefined && <div>{raw(hint)}</div>}
          {solution && <div>{raw(solution.explanation)}</div>}
          {solution?.steps && (
            <ol>
              {solution.steps.map((step) => (
                <li>{raw(step)}</li>
              ))}
            </ol>
          )}
        </details>
      )}
    </article>
  );
}
