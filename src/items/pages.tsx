import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { CsrfField, type Words } from '../ui/index.ts';
import type { Bank, ListedBank } from './banks.ts';
import { BLANK_MARK, type Item, type ItemType } from './item.ts';
import { Choose, type Fields, type FormParts, type Problems, TextArea, TextField } from './item-form.tsx';
import { itemForms } from './item-forms.ts';
import type { StaffItem } from './items.ts';
import type { Rendered } from './rendered.ts';

export type Paged<T> = { results: T[]; previous: string | null; next: string | null };

const Neighbours = ({ words, previous, next }: { words: Words; previous: string | null; next: string | null }) =>
  (previous ?? next) && (
    <p>
      {previous && <a href={previous}>{words('pagePrevious')}</a>} {next && <a href={next}>{words('pageNext')}</a>}
    </p>
  );

type BankList = {
  words: Words;
  csrf: string;
  banks: Paged<ListedBank>;
  search: string;
  courses: readonly { courseKey: string; title: string }[];
  fields: Fields;
  problems: Problems;
};

export function BankListPage({ words, csrf, banks, search, courses, fields, problems }: BankList) {
  const parts = { words, fields, problems };
  return (
    <>
      <h1>{words('banks')}</h1>
      <ProblemSummary {...parts} />
      <search>
        <form method="get" class="stack">
          <label for="search">{words('bankSearch')}</label>
          <input id="search" name="search" type="search" value={search} maxlength={200} />
          <button type="submit">{words('bankSearchGo')}</button>
        </form>
      </search>
      {banks.results.length === 0 && <p>{words(search === '' ? 'bankNone' : 'bankNoneFound')}</p>}
      <ul>
        {banks.results.map(({ id, title, itemCount }) => (
          <li>
            <a href={`/staff/banks/${id}`}>{title}</a> <small>{words('bankItemCount', { count: itemCount })}</small>
          </li>
        ))}
      </ul>
      <Neighbours words={words} previous={banks.previous} next={banks.next} />
      <h2>{words('bankNew')}</h2>
      <form method="post" action="/staff/banks" class="stack">
        <CsrfField csrf={csrf} />
        <TextField {...parts} name="title" label={words('bankTitle')} maxlength={200} />
        <Choose
          {...parts}
          name="courseKey"
          label={words('bankCourse')}
          options={[['', words('bankNoCourse')], ...courses.map(({ courseKey, title }) => [courseKey, title] as const)]}
        />
        <button type="submit">{words('bankNew')}</button>
      </form>
    </>
  );
}

export function BankPage({ words, bank, items }: { words: Words; bank: Bank; items: Paged<StaffItem> }) {
  return (
    <>
      <h1>{bank.title}</h1>
      <p>
        {words('bankVersion', { version: bank.version })}
        {bank.courseKey !== null && ` · ${bank.courseKey}`}
      </p>
      <h2>{words('bankAddItem')}</h2>
      <ul>
        {Object.entries(itemForms).map(([type, { label }]) => (
          <li>
            <a href={`/staff/banks/${bank.id}/items/new?type=${type}`}>{words('itemNew', { type: words(label) })}</a>
          </li>
        ))}
      </ul>
      {items.results.length === 0 && <p>{words('bankEmpty')}</p>}
      <ol class="items">
        {items.results.map(({ id, version, item, rendered }) => (
          <li>
            <div>{raw(rendered.prompt)}</div>
            <p>
              <a href={`/staff/items/${id}`}>{words('itemEdit')}</a>{' '}
              <small>
                {words(itemForms[item.type].label)} · {words(difficultyWords[item.difficulty])} ·{' '}
                {words('bankVersion', { version })}
              </small>
            </p>
          </li>
        ))}
      </ol>
      <Neighbours words={words} previous={items.previous} next={items.next} />
      <p>
        <a href={`/staff/banks/${bank.id}/delete`}>{words('bankDelete')}</a>
      </p>
      <p>
        <a href="/staff/banks">{words('banks')}</a>
      </p>
    </>
  );
}

const difficultyWords = { easy: 'itemEasy', medium: 'itemMedium', hard: 'itemHard' } as const;

/** What is wrong, with links to where it is mended. */
const ProblemSummary = ({ words, problems }: FormParts) =>
  Object.keys(problems).length > 0 && (
    <div role="alert" class="problem">
      <p>{words('itemProblems')}</p>
      <ul>
        {Object.entries(problems).map(([name, message]) => (
          <li>
            <a href={`#${name}`}>{message}</a>
          </li>
        ))}
      </ul>
    </div>
  );

type ItemPageProps = FormParts & {
  csrf: string;
  type: ItemType;
  bank: { id: string; title: string };
  objectives: readonly { id: string; title: string; topic: string }[];
  /** The item as it is kept; none while it is new. */
  kept?: StaffItem | undefined;
  notice?: string | undefined;
};

export function ItemPage({ csrf, type, bank, objectives, kept, notice, ...parts }: ItemPageProps) {
  const { words, fields } = parts;
  const { label, Body } = itemForms[type];
  return (
    <>
      <p>
        <a href={`/staff/banks/${bank.id}`}>{bank.title}</a>
      </p>
      <h1>{kept ? words('itemEdit') : words('itemNew', { type: words(label) })}</h1>
      {notice && <p role="status">{notice}</p>}
      <ProblemSummary {...parts} />
      {kept && <Preview words={words} item={kept.item} rendered={kept.rendered} />}
      <form method="post" class="stack">
        <CsrfField csrf={csrf} />
        {kept && <input type="hidden" name="seenVersion" value={fields.seenVersion ?? String(kept.version)} />}
        <TextArea {...parts} name="prompt" label={words('itemPrompt')} note={words('itemPromptNote')} rows={5} />
        <Body {...parts} />
        <TextField {...parts} name="maxScore" label={words('itemMaxScore')} inputmode="decimal" />
        <Choose
          {...parts}
          name="difficulty"
          label={words('itemDifficulty')}
          options={Object.entries(difficultyWords).map(([value, key]) => [value, words(key)] as const)}
        />
        <ObjectiveChoice {...parts} objectives={objectives} />
        <TextField {...parts} name="tags" label={words('itemTags')} note={words('itemTagsNote')} />
        <TextArea {...parts} name="hint" label={words('itemHint')} />
        <TextArea {...parts} name="explanation" label={words('itemExplanation')} rows={4} />
        <TextArea {...parts} name="steps" label={words('itemSteps')} note={words('itemStepsNote')} rows={4} />
        <button type="submit">{words('itemSave')}</button>
      </form>
      {kept && (
        <p>
          <a href={`/staff/items/${kept.id}/delete`}>{words('itemDelete')}</a>
        </p>
      )}
    </>
  );
}

/** Objectives of the bank's course. One that is not among them (retired, or of a bank without course) can be kept. */
function ObjectiveChoice({ objectives, ...parts }: FormParts & Pick<ItemPageProps, 'objectives'>) {
  const { words, fields } = parts;
  const chosen = fields.objectiveId ?? '';
  const isOther = chosen !== '' && !objectives.some(({ id }) => id === chosen);
  if (objectives.length === 0 && !isOther) return null;
  return (
    <Choose
      {...parts}
      name="objectiveId"
      label={words('itemObjective')}
      options={[
        ['', words('itemObjectiveNone')],
        ...(isOther ? [[chosen, words('itemObjectiveOther')] as const] : []),
        ...objectives.map(({ id, title, topic }) => [id, `${topic}: ${title}`] as const),
      ]}
    />
  );
}

/** The kept version with everything a learner may come to see of it. Texts are sanitised HTML. */
function Preview({ words, item, rendered }: { words: Words; item: Item; rendered: Rendered }) {
  const { hint, solution, misconceptions = {} } = rendered;
  const prompt =
    item.type === 'text_entry' ? rendered.prompt.replaceAll(BLANK_MARK, '<strong>[$1]</strong>') : rendered.prompt;
  return (
    <section aria-labelledby="preview" class="preview">
      <h2 id="preview">{words('itemPreview')}</h2>
      <div>{raw(prompt)}</div>
      {item.type === 'choice' && (
        <ol>
          {item.choices.map(({ id }) => (
            <li>
              {raw(rendered.choices?.[id] ?? '')}{' '}
              {item.correct.includes(id) && <strong>({words('itemChoiceRight')})</strong>}
              {id in misconceptions && <small> {raw(misconceptions[id] ?? '')}</small>}
            </li>
          ))}
        </ol>
      )}
      {hint !== undefined && <Labelled label={words('itemHint')}>{raw(hint)}</Labelled>}
      {solution && (
        <Labelled label={words('itemExplanation')}>
          {raw(solution.explanation)}
          {solution.steps && (
            <ol>
              {solution.steps.map((step) => (
                <li>{raw(step)}</li>
              ))}
            </ol>
          )}
        </Labelled>
      )}
    </section>
  );
}

const Labelled = ({ label, children }: { label: string; children?: Child }) => (
  <>
    <h3>{label}</h3>
    <div>{children}</div>
  </>
);

type Confirm = { csrf: string; question: string; note: string; yes: string; no: string; back: string; html?: string };

/** Asks before something is taken away; without JavaScript a page of its own. */
export const ConfirmPage = ({ csrf, question, note, yes, no, back, html = '' }: Confirm) => (
  <>
    <h1>{question}</h1>
    <div>{raw(html)}</div>
    <p>{note}</p>
    <form method="post" class="stack">
      <CsrfField csrf={csrf} />
      <button type="submit">{yes}</button>
    </form>
    <p>
      <a href={back}>{no}</a>
    </p>
  </>
);
