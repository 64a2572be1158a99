import { Choose, type Fields, rowsOf, TextArea, TextField, Tick } from '../ui/index.ts';
import { given, type ItemForm, linesOf } from './item-form.tsx';

const SPARE_ROWS = 2;

/** The usual way is not said. */
const matchOf = (chosen: string | undefined) => (chosen === 'folded' ? undefined : given(chosen));

export const textEntryForm: ItemForm<'text_entry'> = {
  label: 'itemTextEntry',
  fill(item) {
    const blanks = item?.blanks ?? [];
    const fields: Fields = {};
    for (const [row, { id, accepted, caseSensitive, match = 'folded' }] of blanks.entries()) {
      Object.assign(fields, {
        [`blanks.${row}.id`]: id,
        [`blanks.${row}.accepted`]: accepted.join('\n'),
        [`blanks.${row}.match`]: match,
        ...(caseSensitive && { [`blanks.${row}.caseSensitive`]: 'on' }),
      });
    }
    const rows = Math.max(blanks.length, 1) + SPARE_ROWS;
    for (let row = blanks.length; row < rows; row++) fields[`blanks.${row}.id`] = '';
    return fields;
  },
  read(fields) {
    const rows = rowsOf(fields, 'blanks').filter(
      (row) => given(fields[`blanks.${row}.id`]) ?? given(fields[`blanks.${row}.accepted`]),
    );
    const controls: Record<string, string> = { '/blanks': 'blanks.0.id' };
    for (const [index, row] of rows.entries()) {
      controls[`/blanks/${index}`] = `blanks.${row}.id`;
      controls[`/blanks/${index}/accepted`] = `blanks.${row}.accepted`;
    }
    return {
      input: {
        blanks: rows.map((row) => ({
          id: fields[`blanks.${row}.id`]?.trim() ?? '',
          accepted: linesOf(fields[`blanks.${row}.accepted`]),
          caseSensitive: `blanks.${row}.caseSensitive` in fields,
          match: matchOf(fields[`blanks.${row}.match`]),
        })),
      },
      controls,
    };
  },
  carry({ feedback = [] }, input) {
    const ids = (input.blanks as { id: string }[]).map(({ id }) => id);
    const kept = feedback.filter(({ blank }) => ids.includes(blank));
    return { feedback: kept.length > 0 ? kept : undefined };
  },
  Body: (parts) => {
    const { fields, words } = parts;
    return (
      <>
        <p class="note">{words('itemBlankNote')}</p>
        {rowsOf(fields, 'blanks').map((row, index) => (
          <fieldset class="stack">
            <legend>{words('itemBlankNumber', { number: index + 1 })}</legend>
            <TextField {...parts} name={`blanks.${row}.id`} label={words('itemBlankName')} maxlength={64} />
            <TextArea {...parts} name={`blanks.${row}.accepted`} label={words('itemAccepted')} />
            <Choose
              {...parts}
              name={`blanks.${row}.match`}
              label={words('itemMatch')}
              options={[
                ['folded', words('itemMatchFolded')],
                ['exact', words('itemMatchExact')],
                ['pattern', words('itemMatchPattern')],
              ]}
            />
            <Tick {...parts} name={`blanks.${row}.caseSensitive`} label={words('itemCaseSensitive')} />
          </fieldset>
        ))}
        <p class="note">{words('itemSpareRows')}</p>
      </>
    );
  },
};
