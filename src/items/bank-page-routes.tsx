import { Hono } from 'hono';
import { listCourses } from '../courses/index.ts';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import { ConfirmPage, type Fields, fieldsOf, frameOf, type Problems, page, tryForm } from '../ui/index.ts';
import { BankListPage, BankPage } from './bank-pages.tsx';
import { listBanks, requireBank } from './banks.ts';
import { createBank } from './create-bank.ts';
import { deleteBank } from './delete-bank.ts';
import { CreateBankInput, ListBanksInput } from './input.ts';
import { fieldErrorsOf } from './item-form.tsx';
import { listItems } from './items.ts';

export const bankPages = new Hono<AppEnv>({ strict: false });

bankPages.use('/staff/banks/*', pageGuard, staffOnly);

const PAGE_SIZE = 50;

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

bankPages.get('/staff/banks', (c) => showBanks(c));

bankPages.post('/staff/banks', async (c) => {
  const { words } = frameOf(c);
  const fields = fieldsOf(await readForm(c));
  const { title, courseKey } = fields;
  const bank = await tryForm(['invalid', 'conflict'], () =>
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

bankPages.get('/staff/banks/:id', async (c) => {
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

bankPages.get('/staff/banks/:id/delete', async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { id, title } = await requireBank(pageCall(c), c.req.param('id'));
  return page(
    c,
    { title: words('bankDelete'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('bankDeleteAsk', { title })}
      yes={words('bankDelete')}
      no={words('itemKeep')}
      back={`/staff/banks/${id}`}
    >
      <p>{words('bankDeleteNote')}</p>
    </ConfirmPage>,
  );
});

bankPages.post('/staff/banks/:id/delete', async (c) => {
  await readForm(c);
  await deleteBank(pageCall(c), c.req.param('id'));
  return c.redirect('/staff/banks', 303);
});
