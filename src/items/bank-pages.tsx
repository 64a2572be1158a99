import { raw } from 'hono/html';
import {
  Choose,
  CsrfField,
  FileField,
  type FormParts,
  Neighbours,
  ProblemSummary,
  TextField,
  type Words,
} from '../ui/index.ts';
import type { Bank, ListedBank } from './banks.ts';
import { difficultyWords, itemForms } from './item-forms.ts';
import type { StaffItem } from './items.ts';
import type { Imported } from './olx/import-olx.ts';

type Paged<T> = { results: T[]; previous: string | null; next: string | null };

type BankList = FormParts & {
  csrf: string;
  once: string;
  banks: Paged<ListedBank>;
  search: string;
  courses: readonly { courseKey: string; title: string }[];
};

export function BankListPage({ csrf, once, banks, search, courses, ...parts }: BankList) {
  const { words } = parts;
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
            <a href={`/staff/banks/${id}`}>{title}</a>{' '}
            <small>{itemCount === 1 ? words('bankItemCountOne') : words('bankItemCount', { count: itemCount })}</small>
          </li>
        ))}
      </ul>
      <Neighbours words={words} previous={banks.previous} next={banks.next} />
      <h2>{words('bankNew')}</h2>
      <form method="post" action="/staff/banks" class="stack">
        <CsrfField csrf={csrf} />
        <input type="hidden" name="once" value={once} />
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

/** `isOwn`: whether the reader may share and delete it. */
type BankPageProps = FormParts & { csrf: string; bank: Bank; isOwn: boolean; items: Paged<StaffItem> };

export function BankPage({ csrf, bank, isOwn, items, ...parts }: BankPageProps) {
  const { words } = parts;
  return (
    <>
      <h1>{bank.title}</h1>
      <ProblemSummary {...parts} />
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
      <h2 id="import">{words('importTitle')}</h2>
      <form method="post" action={`/staff/banks/${bank.id}/import`} enctype="multipart/form-data" class="stack">
        <CsrfField csrf={csrf} />
        <FileField
          {...parts}
          name="file"
          label={words('importFile')}
          note={words('importNote')}
          accept=".xml,.gz,.zip"
        />
        <button type="submit">{words('importGo')}</button>
      </form>
      <h2>{words('bankItems')}</h2>
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
      {isOwn && (
        <>
          <p>
            <a href={`/staff/banks/${bank.id}/shares`}>{words('shareTitle')}</a>
          </p>
          <p>
            <a href={`/staff/banks/${bank.id}/delete`}>{words('bankDelete')}</a>
          </p>
        </>
      )}
      <p>
        <a href="/staff/banks">{words('banks')}</a>
      </p>
    </>
  );
}

/** What an import brought, and what it left out and why. */
export function ImportedPage({ words, bankId, imported }: { words: Words; bankId: string; imported: Imported }) {
  const { items, skipped } = imported;
  return (
    <>
      <h1>{words('importTitle')}</h1>
      <p role="status">{words('importDone', { items: items.length, skipped: skipped.length })}</p>
      {items.length > 0 && <h2>{words('importItems')}</h2>}
      <ul>
        {items.map(({ id, version, source, notes = [] }) => (
          <li>
            <a href={`/staff/items/${id}`}>{source}</a> <small>{words('bankVersion', { version })}</small>
            {notes.map((note) => (
              <p class="note">{note}</p>
            ))}
          </li>
        ))}
      </ul>
      {skipped.length > 0 && <h2>{words('importSkipped')}</h2>}
      <ul>
        {skipped.map(({ source, reason }) => (
          <li>
            {source}: {reason}
          </li>
        ))}
      </ul>
      <p>
        <a href={`/staff/banks/${bankId}`}>{words('bankBack')}</a>
      </p>
    </>
  );
}
