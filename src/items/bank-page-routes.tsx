import { Hono } from 'hono';
import { listTaughtCourses } from '../courses/index.ts';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { doOnce, newOnce, pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import { ConfirmPage, type Fields, fieldsOf, frameOf, type Problems, page, tryForm } from '../ui/index.ts';
import { BankListPage, BankPage, ImportedPage } from './bank-pages.tsx';
import { listBanks, requireBank } from './banks.ts';
import { createBank } from './create-bank.ts';
import { deleteBank } from './delete-bank.ts';
import { CreateBankInput, ListBanksInput } from './input.ts';
import { fieldErrorsOf } from './item-form.tsx';
import { listItems } from './items.ts';
import { importOlx } from './olx/import-olx.ts';
import { uploads } from './olx/uploads.ts';
import { bankSharing } from './share-bank.ts';
import { sharePages } from './share-pages.tsx';

export const bankPages = new Hono<AppEnv>({ strict: false });

bankPages.use('/staff/banks/*', pageGuard, staffOnly);

const PAGE_SIZE = 50;

async function showBanks(c: AppContext, fields: Fields = {}, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const url = new URL(c.req.url);
  const { page: number = '1', search = '' } = Object.fromEntries(url.searchParams);
  const query = validate(ListBanksInput, { page: number, pageSize: PAGE_SIZE, search }, '/query');
  const call = pageCall(c);
  const [found, courses] = await Promise.all([
    listBanks(call, query),
    listTaughtCourses(call, { page: 1, pageSize: 100 }),
  ]);
  const status = Object.keys(problems).length > 0 ? 400 : 200;
  return page(
    c,
    { title: words('banks'), viewer, status },
    <BankListPage
      words={words}
      csrf={csrf}
      once={fields.once ?? newOnce()}
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
  const made = await tryForm(['invalid', 'conflict'], () =>
    doOnce(c, fields, {
      meanwhile: '/staff/banks',
      async run() {
        const input = validate(CreateBankInput, { title, ...(courseKey && { courseKey }) });
        return `/staff/banks/${(await createBank(pageCall(c), input)).id}`;
      },
    }),
  );
  if (!(made instanceof DomainError)) return c.redirect(made, 303);
  const isCourse = fieldErrorsOf(made)[0]?.pointer === '/courseKey';
  return await showBanks(
    c,
    fields,
    isCourse ? { courseKey: words('bankCourseBad') } : { title: words('bankTitleBad') },
  );
});

async function showBank(c: AppContext, id: string, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const url = new URL(c.req.url);
  const query = validate(ListBanksInput, { page: c.req.query('page') ?? '1', pageSize: PAGE_SIZE }, '/query');
  const { bank, isOwn, ...items } = await listItems(pageCall(c), id, query);
  const status = Object.keys(problems).length > 0 ? 400 : 200;
  return page(
    c,
    { title: bank.title, viewer, status },
    <BankPage
      words={words}
      csrf={csrf}
      bank={bank}
      isOwn={isOwn}
      items={pageAnswer(url, query, items)}
      fields={{}}
      problems={problems}
    />,
  );
}

bankPages.get('/staff/banks/:id', (c) => showBank(c, c.req.param('id')));

/** Beside the file a form holds only its token and its own dividing lines. */
const MAX_IMPORT_BYTES = uploads.limit + 64 * 1024;

bankPages.get('/staff/banks/:id/import', (c) => c.redirect(`/staff/banks/${c.req.param('id')}#import`, 303));

bankPages.post('/staff/banks/:id/import', async (c) => {
  const { words, viewer } = frameOf(c);
  const id = c.req.param('id');
  const form = await readForm(c, MAX_IMPORT_BYTES);
  const file: unknown = form.get('file');
  if (!(file instanceof File) || file.size === 0) return await showBank(c, id, { file: words('importNoFile') });
  const bytes = new Uint8Array(await file.arrayBuffer());
  const imported = await tryForm(['invalid', 'malformed', 'too_large', 'conflict'], () =>
    importOlx(pageCall(c), { bankId: id, kind: uploads.kindIn(bytes), bytes }, { media: c.env.MEDIA }),
  );
  if (imported instanceof DomainError) return await showBank(c, id, { file: imported.message });
  return page(
    c,
    { title: words('importTitle'), viewer },
    <ImportedPage words={words} bankId={id} imported={imported} />,
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

bankPages.route(
  '/',
  sharePages({ at: '/staff/banks', titleOf: async (call, { id }) => (await requireBank(call, id)).title }, bankSharing),
);
