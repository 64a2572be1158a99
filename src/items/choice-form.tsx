import { Choose, type Fields, rowsOf, TextArea, Tick } from '../ui/index.ts';
import { given, type ItemForm } from './item-form.tsx';

const SPARE_ROWS = 2;

const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz');

/** Ids of choices are ours to give: those kept in the form, and the first free letters for new rows. */
function idsFor(fields: Fields, rows: readonly number[]): string[] {
  const taken = new Set(rows.flatMap((row) => given(fields[`choices.${row}.id`]) ?? []));
  const free = [...LETTERS, ...rows.map((row) => `row${row}`)].filter((id) => !taken.has(id));
  return rows.map((row) => given(fields[`choices.${row}.id`]) ?? free.shift() ?? '');
}

export const choiceForm: ItemForm<'choice'> = {
  label: 'itemChoice',
  fill(item) {
    const { choices = [], correct = [], shuffle = true, scoring = 'all_or_nothing' } = item ?? {};
    const fields: Fields = { scoring, ...(shuffle && { shuffle: 'on' }) };
    for (const [row, { id, text, misconception = '' }] of choices.entries()) {
      Object.assign(fields, {
        [`choices.${row}.id`]: id,
        [`choices.${row}.text`]: text,
        [`choices.${row}.misconception`]: misconception,
        ...(correct.includes(id) && { [`choices.${row}.correct`]: 'on' }),
      });
    }
    const rows = Math.max(choices.length, 2) + SPARE_ROWS;
    for (let row = choices.length; row < rows; row++) fields[`choices.${row}.text`] = '';
    return fields;
  },
  read(fields) {
    const of = (row: number, what: string) => fields[`choices.${row}.${what}`];
    const rows = rowsOf(fields, 'choices').filter(
      (row) => given(of(row, 'text')) ?? given(of(row, 'misconception')) ?? of(row, 'correct'),
    );
    const ids = idsFor(fields, rows);
    const controls: Record<string, string> = { '/choices': 'choices.0.text', '/correct': 'choices.0.correct' };
    for (const [index, row] of rows.entries()) {
      controls[`/choices/${index}`] = `choices.${row}.text`;
      controls[`/choices/${index}/misconception`] = `choices.${row}.misconception`;
    }
    return {
      input: {
        choices: rows.map((row, index) => ({
          id: ids[index],
          text: of(row, 'text') ?? '',
          misconception: given(of(row, 'misconception')),
        })),
        correct: ids.filter((_, index) => of(rows[index] ?? -1, 'correct') !== undefined),
        shuffle: 'shuffle' in fields,
        scoring: fields.scoring,
      },
      controls: { ...controls, '/scoring': 'scoring', '/shuffle': 'shuffle' },
    };
  },
  carry({ choices, several, feedback = [] }, input) {
    const shares = new Map(choices.map(({ id, share }) => [id, share]));
    const rows = input.choices as { id: string }[];
    const ids = rows.map(({ id }) => id);
    const kept = feedback.filter((remark) => remark.choices.every((id) => ids.includes(id)));
    return {
      choices: rows.map((row) => ({ ...row, share: shares.get(row.id) })),
      several,
      feedback: kept.length > 0 ? kept : undefined,
    };
  },
  Body: (parts) => {
    const { fields, words } = parts;
    return (
      <>
        {rowsOf(fields, 'choices').map((row, index) => (
          <fieldset class="stack">
            <legend>{words('itemChoiceNumber', { number: index + 1 })}</legend>
            <input type="hidden" name={`choices.${row}.id`} value={fields[`choices.${row}.id`] ?? ''} />
            <TextArea {...parts} name={`choices.${row}.text`} label={words('itemChoiceText')} />
            <Tick {...parts} name={`choices.${row}.correct`} label={words('itemChoiceRight')} />
            <TextArea {...parts} name={`choices.${row}.misconception`} label={words('itemMisconception')} />
          </fieldset>
        ))}
        <p class="note">{words('itemSpareRows')}</p>
        <Choose
          {...parts}
          name="scoring"
          label={words('itemScoring')}
          options={[
            ['all_or_nothing', words('itemAllOrNothing')],
            ['sum', words('itemSum')],
            ['right_minus_wrong', words('itemRightMinusWrong')],
            ['edc', words('itemEdc')],
            ['halves', words('itemHalves')],
            ['points', words('itemPoints')],
          ]}
        />
        <Tick {...parts} name="shuffle" label={words('itemShuffle')} />
      </>
    );
  },
};
