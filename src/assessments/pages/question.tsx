import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { BLANK_MARK } from '../../content/index.ts';
import { type ItemType, type PublicItemOf } from '../../items/index.ts';
import type { Words } from '../../ui/index.ts';
import { blankOf, type Fields, fieldOf, type Question } from '../form-responses.ts';

/*
 * One question as a student answers it. Forty of these are one page over 2G, so an attribute is there only if something
 * would be worse without it. Each label has a line of its own in a text browser too.
 */

type Parts<T extends ItemType> = {
  item: PublicItemOf<T>;
  number: number;
  fields: Fields;
  words: Words;
};

/** The field of a text keeps to itself whatever the phone would add: suggestions give answers away, capitals change them. */
const asTyped = { autocomplete: 'off', autocapitalize: 'none', spellcheck: false, maxlength: 10_000 } as const;

const textField = (name: string, fields: Fields, more: Record<string, string>) => (
  <input name={name} value={fields[name]?.[0] ?? ''} {...asTyped} {...more} />
);

const bodies: { [T in ItemType]: (parts: Parts<T>) => Child } = {
  choice({ item, number, fields, words }) {
    const name = fieldOf(number);
    const type = item.multiple ? 'checkbox' : 'radio';
    const chosen = fields[name] ?? [];
    return (
      <>
        <div id={`p${number}`}>{raw(item.prompt)}</div>
        {item.multiple && <p>{words('paperSeveral')}</p>}
        {item.choices.map(({ text }, place) => (
          <div>
            <label>
              <input type={type} name={name} value={place} checked={chosen.includes(String(place))} />
              {raw(text)}
            </label>
          </div>
        ))}
        {!item.multiple && (
          <div>
            <label class="none">
              {/* Chosen from the start: a text browser would choose the first of a group where nothing is. */}
              <input type="radio" name={name} value="" checked={chosen.every((place) => place === '')} />
              {words('paperNoAnswer')}
            </label>
          </div>
        )}
      </>
    );
  },
  text_entry({ item, number, fields, words }) {
    const places = new Map(item.blanks.map(({ id }, place) => [id, place]));
    // Split at its marks, every other piece is the id of a blank.
    const pieces = item.prompt.split(BLANK_MARK).map((piece, index) => {
      const place = index % 2 === 1 ? places.get(piece) : undefined;
      if (place === undefined) return raw(piece);
      const label = words('paperBlank', { blank: place + 1, number });
      return textField(blankOf(number, place), fields, { 'aria-label': label });
    });
    return <div id={`p${number}`}>{pieces}</div>;
  },
  numeric({ item, number, fields, words }) {
    return (
      <>
        <div id={`p${number}`}>{raw(item.prompt)}</div>
        <div>
          <label class="text">
            {words('paperAnswer')} {textField(fieldOf(number), fields, {})}
            {item.unit !== undefined && <small> {words('paperUnit', { unit: item.unit })}</small>}
            {item.reading === 'expression' && <small> {words('paperExpression')}</small>}
          </label>
        </div>
      </>
    );
  },
};

const bodyOf = <T extends ItemType>(parts: Parts<T>) => (bodies[parts.item.type] as (parts: Parts<T>) => Child)(parts);

/** "Question 3 of 20 (2 marks)" */
export const legendOf = (words: Words, { number, item }: Question, count: number) =>
  words(item.maxScore === 1 ? 'paperQuestionOneMark' : 'paperQuestion', { number, count, marks: item.maxScore });

type QuestionField = {
  words: Words;
  question: Question;
  count: number;
  fields: Fields;
  problem?: string | undefined;
  children?: Child;
};

/** A question with its fields. `children` stand below them. */
export function QuestionField({ words, question, count, fields, problem, children }: QuestionField) {
  const { number, item } = question;
  return (
    <fieldset id={`q${number}`} aria-describedby={problem ? `p${number} e${number}` : `p${number}`}>
      <legend>{legendOf(words, question, count)}</legend>
      {problem && (
        <p class="problem" id={`e${number}`}>
          {problem}
        </p>
      )}
      {bodyOf({ item, number, fields, words })}
      {children}
    </fieldset>
  );
}
