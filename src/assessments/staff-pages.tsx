import type { Child } from 'hono/jsx';
import {
  Choose,
  CsrfField,
  type Fields,
  type FormParts,
  Neighbours,
  ProblemSummary,
  rowsOf,
  TextField,
  Tick,
  type Words,
} from '../ui/index.ts';
import { AssessmentTable } from './assessment-table.tsx';
import type { AssessmentRow } from './assessments.ts';
import { KeyedItem } from './keyed-item.tsx';
import type { StaffListed } from './list-for-staff.ts';
import type { PinnedItem } from './session-state.ts';

type Options = readonly (readonly [value: string, label: string])[];
type Paged<T> = { results: readonly T[]; previous: string | null; next: string | null };

/** A search by one text, sent by GET so that its answer has an address. */
export const SearchForm = ({ words, label, search }: { words: Words; label: string; search: string }) => (
  <search>
    <form method="get" class="stack">
      <label for="search">{label}</label>
      <input id="search" name="search" type="search" value={search} maxlength={200} />
      <button type="submit">{words('searchGo')}</button>
    </form>
  </search>
);

type ListProps = { words: Words; listed: Paged<StaffListed>; search: string };

export const AssessmentListPage = ({ words, listed, search }: ListProps) => (
  <>
    <p>
      <a href="/staff">{words('staffDesk')}</a>
    </p>
    <h1>{words('asmList')}</h1>
    <p>
      <a href="/staff/assessments/new">{words('asmNew')}</a>
    </p>
    <SearchForm words={words} label={words('asmSearch')} search={search} />
    {listed.results.length === 0 ? (
      <p>{words(search === '' ? 'asmNone' : 'asmNoneFound')}</p>
    ) : (
      <AssessmentTable words={words} label={words('asmList')} listed={listed.results} />
    )}
    <Neighbours words={words} {...listed} />
  </>
);

type NewProps = FormParts & { csrf: string; once: string; banks: Options; courses: Options };

export const NewAssessmentPage = ({ csrf, once, banks, courses, ...parts }: NewProps) => {
  const { words } = parts;
  return (
    <>
      <p>
        <a href="/staff/assessments">{words('asmList')}</a>
      </p>
      <h1>{words('asmNew')}</h1>
      <ProblemSummary {...parts} />
      <form method="post" class="stack">
        <CsrfField csrf={csrf} />
        <input type="hidden" name="once" value={once} />
        <Choose
          {...parts}
          name="behaviour"
          label={words('asmBehaviour')}
          options={[
            ['exam', words('asmExam')],
            ['practice', words('asmPractice')],
          ]}
        />
        <Choose
          {...parts}
          name="courseKey"
          label={words('asmCourse')}
          options={[['', words('asmNoCourse')], ...courses]}
        />
        <SettingsFields {...parts} banks={banks} />
        <button type="submit">{words('save')}</button>
      </form>
    </>
  );
};

type EditProps = FormParts & {
  csrf: string;
  kept: AssessmentRow;
  courseKey: string | null;
  banks: Options;
  canBeFilled: boolean;
  notice?: string | undefined;
};

export const AssessmentPage = ({ csrf, kept, courseKey, banks, canBeFilled, notice, ...parts }: EditProps) => {
  const { words } = parts;
  const path = `/staff/assessments/${kept.id}`;
  const isPublished = kept.publishedAt !== null;
  return (
    <>
      <p>
        <a href="/staff/assessments">{words('asmList')}</a>
      </p>
      <h1>{kept.title}</h1>
      {notice && <p role="status">{notice}</p>}
      <ProblemSummary {...parts} />
      <p>
        {words('asmFacts', {
          kind: words(kept.behaviour === 'exam' ? 'asmExam' : 'asmPractice'),
          course: courseKey ?? words('asmNoCourse'),
        })}
      </p>
      {!canBeFilled && <p class="problem">{words('asmCannotFillNow')}</p>}
      <nav aria-label={kept.title}>
        <ul>
          <li>
            <a href={`${path}/preview`}>{words('asmPreview')}</a>
          </li>
          <li>
            <a href={`${path}/attempts`}>{words('asmAttemptList')}</a>
          </li>
          <li>
            <a href={`${path}/students`}>{words('asmStudents')}</a>
          </li>
        </ul>
      </nav>
      <form method="post" action={`${path}/${isPublished ? 'unpublish' : 'publish'}`} class="stack">
        <CsrfField csrf={csrf} />
        <p>
          <strong>{words(isPublished ? 'asmPublishedNow' : 'asmDraftNow')}</strong>
        </p>
        <small>{words(isPublished ? 'asmUnpublishNote' : 'asmPublishNote')}</small>
        <button type="submit">{words(isPublished ? 'asmUnpublish' : 'asmPublish')}</button>
      </form>
      {isPublished && (
        <section aria-labelledby="reach">
          <h2 id="reach">{words('asmReach')}</h2>
          <ul>
            <li>{words('asmReachAtOnce')}</li>
            <li>{words('asmReachNew')}</li>
            <li>{words('asmReachMethod')}</li>
          </ul>
        </section>
      )}
      <form method="post" action={path} class="stack">
        <CsrfField csrf={csrf} />
        <SettingsFields {...parts} banks={banks} />
        <button type="submit">{words('save')}</button>
      </form>
    </>
  );
};

const SettingsFields = ({ banks, ...parts }: FormParts & { banks: Options }) => {
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

type PreviewProps = { words: Words; kept: AssessmentRow; items: readonly PinnedItem[]; another: string };

/** A paper with its key. */
export const PreviewPage = ({ words, kept, items, another }: PreviewProps) => (
  <PreviewFrame words={words} kept={kept}>
    <p>
      <a href={another}>{words('previewAnother')}</a>
    </p>
    <h2>
      {words('previewTotal', { items: items.length, marks: items.reduce((sum, { item }) => sum + item.maxScore, 0) })}
    </h2>
    {items.map(({ itemId, item, rendered, shown }, index) => (
      <KeyedItem
        words={words}
        number={index + 1}
        item={item}
        rendered={rendered}
        choiceOrder={shown.type === 'choice' ? shown.choices.map(({ id }) => id) : undefined}
      >
        <p>
          <a href={`/staff/items/${itemId}`} aria-label={words('keyEditNumber', { number: index + 1 })}>
            {words('keyEdit')}
          </a>
        </p>
      </KeyedItem>
    ))}
  </PreviewFrame>
);

type FrameProps = { words: Words; kept: Pick<AssessmentRow, 'id' | 'title'>; children?: Child };

export const PreviewFrame = ({ words, kept, children }: FrameProps) => (
  <>
    <p>
      <a href={`/staff/assessments/${kept.id}`}>{kept.title}</a>
    </p>
    <h1>{words('asmPreview')}</h1>
    <p class="note">{words('previewNote')}</p>
    {children}
  </>
);
