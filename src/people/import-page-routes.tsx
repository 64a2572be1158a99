import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/index.ts';
import { newOnce, pageCall, pageGuard, readForm, showOnce, staffOnly } from '../identity/index.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { scopeOf } from '../lib/permissions.ts';
import { type Fields, fieldsOf, frameOf, type Problems, page, submitForm, tryForm } from '../ui/index.ts';
import { createAccount } from './create-account.ts';
import { type Imported, importAccounts } from './import-accounts.ts';
import { ImportedPage, ImportPage, type ImportReport, NewPersonPage, SlipPage } from './import-pages.tsx';
import { CreateUserInput } from './input.ts';
import { rolesToMake } from './may-change.ts';
import { problemsOf } from './page-routes.tsx';
import { MAX_IMPORT_BYTES } from './read-import.ts';
import { slipOf } from './slip-of.ts';

/** `/staff/people/new` and `/staff/people/import`: accounts that staff make, and the slips that go with them. */
export const newPeoplePages = new Hono<AppEnv>({ strict: false });

for (const path of ['/staff/people/new', '/staff/people/import'])
  newPeoplePages.use(path, pageGuard, staffOnly, async (c, next) => {
    if (scopeOf(pageCall(c).actor, 'users:create') === undefined) throw new DomainError('forbidden');
    await next();
  });

function showNew(c: AppContext, fields: Fields = {}, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const status = Object.keys(problems).length > 0 ? 400 : 200;
  return page(
    c,
    { title: words('pplNew'), viewer, status },
    <NewPersonPage words={words} csrf={csrf} once={fields.once ?? newOnce()} fields={fields} problems={problems} />,
  );
}

newPeoplePages.get('/staff/people/new', (c) => showNew(c));

newPeoplePages.post('/staff/people/new', async (c) => {
  const { words, viewer } = frameOf(c);
  const fields = fieldsOf(await readForm(c));
  const tried = await submitForm(
    {
      ...{ words, schema: CreateUserInput, codes: ['email_taken', 'username_taken'] },
      fieldWords: { name: 'pplNameBad', email: 'pplEmailBad', username: 'pplUsernameBad' },
      given: {
        name: fields.name,
        ...(fields.email?.trim() && { email: fields.email }),
        ...(fields.username?.trim() && { username: fields.username }),
      },
      problemsOf: (refused) => problemsOf(words, refused),
    },
    (input) => showOnce(c, fields, async () => slipOf(await createAccount(pageCall(c), input, c.env.PASSWORD_PEPPER))),
  );
  if ('problems' in tried) return showNew(c, fields, tried.problems);
  const { id, slip } = tried.done;
  const origin = c.var.settings.publicOrigin;
  return page(
    c,
    { title: words('pplSlips'), viewer },
    <SlipPage words={words} origin={origin} slip={slip} back={`/staff/people/${id}`} />,
  );
});

function showImport(c: AppContext, problem?: string) {
  const { words, viewer, csrf } = frameOf(c);
  const problems: Problems = problem === undefined ? {} : { file: problem };
  return page(
    c,
    { title: words('pplImport'), viewer, status: problem === undefined ? 200 : 400 },
    <ImportPage {...{ words, csrf, problems }} fields={{}} once={newOnce()} roles={rolesToMake(pageCall(c).actor)} />,
  );
}

newPeoplePages.get('/staff/people/import', (c) => showImport(c));

/** Without what no page shows: it is kept for whoever sends the form again. */
const reportOf = ({ rows, ...counts }: Imported): ImportReport => ({
  ...counts,
  others: rows.filter(({ status }) => status !== 'created'),
});

newPeoplePages.post('/staff/people/import', async (c) => {
  const { words, viewer } = frameOf(c);
  // Beside the file a form holds only its token and its own dividing lines.
  const form = await readForm(c, MAX_IMPORT_BYTES + 64 * 1024);
  const file: unknown = form.get('file');
  if (!(file instanceof File) || file.size === 0) return showImport(c, words('pplNoFile'));
  const bytes = new Uint8Array(await file.arrayBuffer());
  const fields = { ...fieldsOf(form), file: await sha256(bytes) };
  const imported = await tryForm(['malformed'], () =>
    showOnce(c, fields, async () => reportOf(await importAccounts(pageCall(c), bytes, c.env.PASSWORD_PEPPER))),
  );
  if (imported instanceof DomainError) return showImport(c, imported.message);
  return page(
    c,
    { title: words('pplImport'), viewer },
    <ImportedPage words={words} origin={c.var.settings.publicOrigin} imported={imported} />,
  );
});
