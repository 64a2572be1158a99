import { Choose, type Fields, type FormParts, rowsOf, TextField, Tick, type Words } from '../ui/index.ts';

export type Options = readonly (readonly [value: string, label: string])[];

/** The settings of an assessment, its sections among them. */
export const SettingsFields = ({ banks, ...parts }: FormParts & { banks: Options }) => {
  const { words, fields } = parts;
  const when: Options = [
    ['after_submit', words('asmAfterSubmit')],
    ['after_close', words('asmAfterClose')],
    ['never', words('asmReviewNever')],
  ];
  return (
    <>
      <TextField {...parts} name="title" label={words('asmTitle')} maxlength={200} />
      <TextField
        {...parts}
        name="minutes"
        label={words('asmMinutes')}
        note={words('asmMinutesNote')}
        inputmode="decimal"
      />
      <TextField
        {...parts}
        name="opensAt"
        label={words('asmOpensAt')}
        note={words('asmTimeNote')}
        type="datetime-local"
      />
      <TextField
        {...parts}
        name="closesAt"
        label={words('asmClosesAt')}
        note={words('asmTimeNote')}
        type="datetime-local"
      />
      <TextField
        {...parts}
        name="attemptsAllowed"
        label={words('asmAttempts')}
        note={words('asmAttemptsNote')}
        inputmode="numeric"
      />
      <Choose
        {...parts}
        name="gradingMethod"
        label={words('asmMethod')}
        options={[
          ['best', words('asmBest')],
          ['last', words('asmLast')],
          ['first', words('asmFirst')],
          ['average', words('asmAverage')],
        ]}
      />
      <TextField {...parts} name="passMark" label={words('asmPassMark')} inputmode="decimal" />
      <Tick {...parts} name="shuffleItems" label={words('asmShuffle')} />
      <fieldset class="stack">
        <legend>{words('asmReview')}</legend>
        <p class="note">{words('asmReviewNote')}</p>
        <Choose {...parts} name="review.score" label={words('asmReviewScore')} options={when} />
        <Choose {...parts} name="review.correctness" label={words('asmReviewCorrectness')} options={when} />
        <Choose {...parts} name="review.key" label={words('asmReviewKey')} options={when} />
        <Choose {...parts} name="review.feedback" label={words('asmReviewFeedback')} options={when} />
      </fieldset>
      <h2>{words('asmSections')}</h2>
      {rowsOf(fields, 'sections').map((row, index) => (
        <SectionFields {...parts} banks={banks} row={row} number={index + 1} />
      ))}
      <p class="note">{words('asmSpareRows')}</p>
    </>
  );
};

/** A bank that is deleted, or not the reader's, stays chosen: it is theirs to replace, not ours to drop. */
function bankOptions(words: Words, banks: Options, fields: Fields, name: string): Options {
  const chosen = fields[name] ?? '';
  const isOther = chosen !== '' && !banks.some(([id]) => id === chosen);
  return [
    ['', words('asmSectionNoBank')],
    ...(isOther ? [[chosen, words('asmSectionOtherBank')] as const] : []),
    ...banks,
  ];
}

const SectionFields = ({
  banks,
  row,
  number,
  ...parts
}: FormParts & { banks: Options; row: number; number: number }) => {
  const { words, fields } = parts;
  const name = (part: string) => `sections.${row}.${part}`;
  return (
    <fieldset class="stack">
      <legend>{words('asmSectionNumber', { number })}</legend>
      <TextField {...parts} name={name('title')} label={words('asmSectionTitle')} maxlength={200} />
      <Choose
        {...parts}
        name={name('bankId')}
        label={words('asmSectionBank')}
        options={bankOptions(words, banks, fields, name('bankId'))}
      />
      <TextField
        {...parts}
        name={name('count')}
        label={words('asmSectionCount')}
        note={words('asmSectionCountNote')}
        inputmode="numeric"
      />
      <TextField {...parts} name={name('easy')} label={words('asmSectionEasy')} inputmode="numeric" />
      <TextField {...parts} name={name('medium')} label={words('asmSectionMedium')} inputmode="numeric" />
      <TextField {...parts} name={name('hard')} label={words('asmSectionHard')} inputmode="numeric" />
      <TextField {...parts} name={name('tags')} label={words('asmSectionTags')} note={words('asmSectionTagsNote')} />
      {fields[name('bankId')] && <Tick {...parts} name={name('remove')} label={words('asmSectionRemove')} />}
    </fieldset>
  );
};
