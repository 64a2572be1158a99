import { Hono } from 'hono';
import { listCourses, listObjectives } from '../courses/index.ts';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import { addItems } from './add-items.ts';
import { listBanks, requireBank } from './banks.ts';
import { createBank } from './create-bank.ts';
import { deleteBank } from './delete-bank.ts';
import { deleteItem } from './delete-item.ts';
import { CreateBankInput, ListBanksInput } from './input.ts';
import { ItemInput, type ItemType } from './item.ts';
import { type Fields, fieldErrorsOf, type Problems } from './item-form.tsx';
import { fillForm, isItemType, readItemForm } from './item-forms.ts';
import { listItems, requireItem } from './items.ts';
import { BankListPage, BankPage, ConfirmPage, ItemPage } from './pages.tsx';
import { replaceItem } from './replace-item.ts';

export const itemsPages = new Hono<AppEnv>({ strict: false });

itemsPages.use('/staff/banks/*', pageGuard, staffOnly);
itemsPages.use('/staff/items/*', pageGuard, staffOnly);

const PAGE_SIZE = 50;

function frameOf(c: AppContext) {
  const { viewer } = c.var;
  return { words: wordsFor(localeOf(c)), viewer, csrf: viewer?.csrf ?? '' };
}

/** The controls of a posted form: texts only, line ends as everywhere else. */
const fieldsOf = (form: FormData): Fields =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value.replaceAll('\r\n', '\n')] as const] : [],
    ),
  );

/** Runs a verb for a form. A refusal that the person can mend comes back as it is; any other goes on. */
async function tryForm<T>(run: () => Promise<T>): Promise<T | DomainError> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof DomainError && (error.code === 'invalid' || error.code === 'conflict')) return error;
    throw error;
  }
}

async function showBanks(c: AppContext, fields: Fields = {}, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const url = new URL(c.req.url);
  const { page: number = '1', search = '' } = Object.fromEntries(url.searchParams);
  const query = validate(ListBanksInput, { page: number, pageSize: PAGE_SIZE, search }, '/query');
  const call = pageCall(c);
  const [found, courses] = await Promise.all([listBanks(call, query), listCourses(call, { page: 1, pageSize: 100 })]);
  const status = Object.keys(problems).length > 0 ? 400 : 200;
  return page(
    c,
    { title: words('banks'), viewer, status },
    <BankListPage
      words={words}
      csrf={csrf}
      banks={pageAnswer(url, query, found)}
      search={search}
      courses={courses.results}
      fields={fields}
      problems={problems}
    />,
  );
}

itemsPages.get('/staff/banks', (c) => showBanks(c));

itemsPages.post('/staff/banks', async (c) => {
  const { words } = frameOf(c);
  const fields = fieldsOf(await readForm(c));
  const { title, courseKey } = fields;
  const bank = await tryForm(() =>
    createBank(pageCall(c), validate(CreateBankInput, { title, ...(courseKey && { courseKey }) })),
  );
  if (!(bank instanceof DomainError)) return c.redirect(`/staff/banks/${bank.id}`, 303);
  const isCourse = fieldErrorsOf(bank)[0]?.pointer === '/courseKey';
  return await showBanks(
    c,
    fields,
    isCourse ? { courseKey: words('bankCourseBad') } : { title: words('bankTitleBad') },
  );
});

itemsPages.get('/staff/banks/:id', async (c) => {
  const { words, viewer } = frameOf(c);
  const url = new URL(c.req.url);
  const query = validate(ListBanksInput, { page: c.req.query('page') ?? '1', pageSize: PAGE_SIZE }, '/query');
  const { bank, ...items } = await listItems(pageCall(c), c.req.param('id'), query);
  return page(
    c,
    { title: bank.title, viewer },
    <BankPage words={words} bank={bank} items={pageAnswer(url, query, items)} />,
  );
});

itemsPages.get('/staff/banks/:id/delete', async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { id, title } = await requireBank(pageCall(c), c.req.param('id'));
  return page(
    c,
    { title: words('bankDelete'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('bankDeleteAsk', { title })}
      note={words('bankDeleteNote')}
      yes={words('bankDelete')}
      no={words('itemKeep')}
      back={`/staff/banks/${id}`}
    />,
  );
});

itemsPages.post('/staff/banks/:id/delete', async (c) => {
  await readForm(c);
  await deleteBank(pageCall(c), c.req.param('id'));
  return c.redirect('/staff/banks', 303);
});

const typeOf = (c: AppContext): ItemType => {
  const type = c.req.query('type');
  if (!isItemType(type)) throw new DomainError('not_found');
  return type;
};

async function showNewItem(c: AppContext, bankId: string, fields: Fields, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const bank = await requireBank(call, bankId);
  const objectives = bank.courseId === null ? [] : await listObjectives(call.db, bank.courseId);
  const status = Object.keys(problems).length > 0 ? 400 : 200;
  return page(
    c,
    { title: words('bankAddItem'), viewer, status },
    <ItemPage
      words={words}
      csrf={csrf}
      type={typeOf(c)}
      bank={bank}
      objectives={objectives}
      fields={fields}
      problems={problems}
    />,
  );
}

itemsPages.get('/staff/banks/:id/items/new', (c) => showNewItem(c, c.req.param('id'), fillForm(typeOf(c))));

itemsPages.post('/staff/banks/:id/items/new', async (c) => {
  const bankId = c.req.param('id');
  const fields = fieldsOf(await readForm(c));
  const { input, problems } = readItemForm(typeOf(c), fields);
  const added = await tryForm(() => addItems(pageCall(c), { bankId, items: [validate(ItemInput, input)] }));
  if (added instanceof DomainError) return await showNewItem(c, bankId, fields, problems(added));
  return c.redirect(`/staff/items/${added[0]?.id}?saved`, 303);
});

async function showItem(c: AppContext, id: string, fields?: Fields, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const kept = await requireItem(call, id);
  const objectives = kept.courseId === null ? [] : await listObjectives(call.db, kept.courseId);
  const status = Object.keys(problems).length > 0 ? 400 : 200;
  return page(
    c,
    { title: words('itemEdit'), viewer, status },
    <ItemPage
      words={words}
      csrf={csrf}
      type={kept.item.type}
      bank={{ id: kept.bankId, title: kept.bankTitle }}
      objectives={objectives}
      kept={kept}
      fields={fields ?? fillForm(kept.item.type, kept.item)}
      problems={problems}
      notice={c.req.query('saved') === undefined ? undefined : words('itemSaved', { version: kept.version })}
    />,
  );
}

itemsPages.get('/staff/items/:id', (c) => showItem(c, c.req.param('id')));

itemsPages.post('/staff/items/:id', async (c) => {
  const { words } = frameOf(c);
  const id = c.req.param('id');
  const fields = fieldsOf(await readForm(c));
  const { item } = await requireItem(pageCall(c), id);
  const { input, problems } = readItemForm(item.type, fields);
  const seenVersion = Number(fields.seenVersion);
  const saved = await tryForm(() => replaceItem(pageCall(c), { id, source: validate(ItemInput, input), seenVersion }));
  if (!(saved instanceof DomainError)) return c.redirect(`/staff/items/${id}?saved`, 303);
  if (saved.code !== 'conflict') return await showItem(c, id, fields, problems(saved));
  // Saving once more is a decision made with this warning in sight.
  const { seenVersion: _, ...text } = fields;
  return await showItem(c, id, text, { prompt: words('itemChangedMeanwhile') });
});

itemsPages.get('/staff/items/:id/delete', async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { id, rendered } = await requireItem(pageCall(c), c.req.param('id'));
  return page(
    c,
    { title: words('itemDelete'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('itemDeleteAsk')}
      note={words('itemDeleteNote')}
      yes={words('itemDelete')}
      no={words('itemKeep')}
      back={`/staff/items/${id}`}
      html={rendered.prompt}
    />,
  );
});

itemsPages.post('/staff/items/:id/delete', async (c) => {
  await readForm(c);
  const call = pageCall(c);
  const { bankId } = await requireItem(call, c.req.param('id'));
  await deleteItem(call, c.req.param('id'));
  return c.redirect(`/staff/banks/${bankId}`, 303);
});
