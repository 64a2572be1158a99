import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { ItemResponse, ItemType, PublicItem, PublicItemOf, ResponseOf } from '../../items/index.ts';
import type { Words } from '../../ui/index.ts';

const texts: { [T in ItemType]: (item: PublicItemOf<T>, response: ResponseOf[T]) => Child } = {
  choice: ({ choices }, { selected }) =>
    choices
      .filter(({ id }) => selected.includes(id))
      .map(({ text }, index) => (
        <>
          {index > 0 && '; '}
          {raw(text)}
        </>
      )),
  text_entry: ({ blanks }, response) => blanks.map(({ id }) => response.blanks[id] || '–').join('; '),
  numeric: (_item, { value }) => value,
};

/** A response in words. */
export function AnswerText({
  words,
  item,
  response,
}: {
  words: Words;
  item: PublicItem;
  response: ItemResponse | null;
}) {
  if (response === null) return <em>{words('answerNone')}</em>;
  const text = texts[item.type] as (item: PublicItem, response: ItemResponse) => Child;
  return <b>{text(item, response)}</b>;
}
