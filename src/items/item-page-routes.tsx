import { Hono } from 'hono';
import { raw } from 'hono/html';
import { listObjectives } from '../courses/index.ts';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { doOnce, newOnce, pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { ConfirmPage, type Fields, fieldsOf, frameOf, type Problems, page, tryForm } from '../ui/index.ts';
import { addItems } from './add-items.ts';
import { bankPages } from './bank-page-routes.tsx';
import { requireBank } from './banks.ts';
import { deleteItem } from './delete-item.ts';
import { ItemInput, type ItemType } from './item.ts';
import { fillForm, isItemType, readItemForm } from './item-forms.ts';
import { ItemPage } from './item-pages.tsx';
import { requireItem } from './items.ts';
import { replaceItem } from './replace-item.ts';

/** Every page of this room: those of banks, and here those of items. */
export const itemsPages = new Hono<AppEnv>({ strict: false });

itemsPages.route('/', bankPages);
itemsPages.use('/staff/items/*', pageGuard, staffOnly);

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
      once={fields.once ?? newOnce()}
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
  const added = await tryForm(['invalid', 'conflict'], () =>
    doOnce(c, fields, {
      meanwhile: `/staff/banks/${bankId}`,
      async run() {
        const [one] = await addItems(pageCall(c), { bankId, items: [validate(ItemInput, input)] });
        return `/staff/items/${one?.id}?saved`;
      },
    }),
  );
  if (added instanceof DomainError) return await showNewItem(c, bankId, fields, problems(frameOf(c).words, added));
  return c.redirect(added, 303);
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
  const { input, problems } = readItemForm(item.type, fields, item);
  const seenVersion = Number(fields.seenVersion);
  const saved = await tryForm(['invalid', 'conflict'], () =>
    replaceItem(pageCall(c), { id, source: validate(ItemInput, input), seenVersion }),
  );
  if (!(saved instanceof DomainError)) return c.redirect(`/staff/items/${id}?saved`, 303);
  if (saved.code !== 'conflict') return await showItem(c, id, fields, problems(words, saved));
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
      yes={words('itemDelete')}
      no={words('itemKeep')}
      back={`/staff/items/${id}`}
    >
      <div>{raw(rendered.prompt)}</div>
      <p>{words('itemDeleteNote')}</p>
    </ConfirmPage>,
  );
});

itemsPages.post('/staff/items/:id/delete', async (c) => {
  await readForm(c);
  const call = pageCall(c);
  const { bankId } = await requireItem(call, c.req.param('id'));
  await deleteItem(call, c.req.param('id'));
  return c.redirect(`/staff/banks/${bankId}`, 303);
});
