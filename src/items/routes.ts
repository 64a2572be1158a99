import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, readingAtOnce, writing } from '../http/index.ts';
import { PageQuery, pageAnswer, pageOf } from '../lib/paging.ts';
import { addItems } from './add-items.ts';
import { type Bank, listBanks, requireBank } from './banks.ts';
import { createBank } from './create-bank.ts';
import { deleteBank } from './delete-bank.ts';
import { deleteItem } from './delete-item.ts';
import { AddItemsInput, CreateBankInput, ImportQuery, ListBanksInput, UpdateBankInput } from './input.ts';
import { ItemInput, itemTypes } from './item.ts';
import { listItems, requireItem, type StaffItem } from './items.ts';
import { importOlx } from './olx/import-olx.ts';
import { uploads } from './olx/uploads.ts';
import { replaceItem } from './replace-item.ts';
import { bankSharing } from './share-bank.ts';
import { shareEndpoints } from './share-routes.ts';
import { updateBank } from './update-bank.ts';

const BankAnswer = z.object({ id: z.string(), title: z.string(), version: z.int(), courseKey: z.string().optional() });
const ListedBankAnswer = BankAnswer.extend({ itemCount: z.int() });

const bankAnswer = ({ id, title, version, courseKey }: Bank) => ({
  id,
  title,
  version,
  ...(courseKey !== null && { courseKey }),
});

const kept = { id: z.string(), version: z.int() };
const StaffItemAnswer = z.union(Object.values(itemTypes).map((type): z.ZodType => type.safeExtend(kept)));

const ImportAnswer = z.object({
  items: z.array(z.object({ ...kept, source: z.string(), notes: z.array(z.string()).optional() })),
  skipped: z.array(z.object({ source: z.string(), reason: z.string() })),
});

const itemAnswer = ({ id, version, item }: StaffItem) => ({ id, version, ...item });

export const itemsEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/banks',
    tag: 'Banks and items',
    summary: 'Your banks and those of your courses; admins see all',
    access: readingAtOnce('items:read'),
    query: ListBanksInput,
    answers: { 200: pageOf(ListedBankAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listBanks(call, query);
      const banks = results.map((one) => ({ ...bankAnswer(one), itemCount: one.itemCount }));
      return { status: 200, body: pageAnswer(url, query, { count, results: banks }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/banks',
    tag: 'Banks and items',
    summary: 'Make an empty bank',
    access: writing('items:write'),
    body: CreateBankInput,
    answers: { 201: BankAnswer },
    creates: true,
    async run({ call, body }) {
      return { status: 201, body: bankAnswer(await createBank(call, body)) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/banks/{id}',
    tag: 'Banks and items',
    summary: 'One bank',
    access: readingAtOnce('items:read'),
    params: IdParams,
    answers: { 200: BankAnswer },
    async run({ call, params }) {
      return { status: 200, body: bankAnswer(await requireBank(call, params.id)) };
    },
  }),
  endpoint({
    method: 'patch',
    path: '/api/v1/banks/{id}',
    tag: 'Banks and items',
    summary: 'Change title or course of a bank',
    access: writing('items:write'),
    params: IdParams,
    body: UpdateBankInput,
    answers: { 200: BankAnswer },
    refusals: ['conflict'],
    async run({ call, params, body }) {
      return { status: 200, body: bankAnswer(await updateBank(call, { id: params.id, ...body })) };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/banks/{id}',
    tag: 'Banks and items',
    summary: 'Delete a bank; attempts that run keep their items',
    access: writing('items:write'),
    params: IdParams,
    answers: { 204: null },
    refusals: ['conflict'],
    async run({ call, params }) {
      await deleteBank(call, params.id);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/banks/{id}/items',
    tag: 'Banks and items',
    summary: 'The items of a bank, with their keys',
    access: readingAtOnce('items:read'),
    params: IdParams,
    query: PageQuery,
    answers: { 200: pageOf(StaffItemAnswer) },
    async run({ call, params, query, url }) {
      const { count, results } = await listItems(call, params.id, query);
      return { status: 200, body: pageAnswer(url, query, { count, results: results.map(itemAnswer) }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/banks/{id}/items',
    tag: 'Banks and items',
    summary: 'Add up to 500 items, all or nothing',
    access: writing('items:write'),
    params: IdParams,
    body: AddItemsInput,
    answers: { 201: z.object({ created: z.int(), items: z.array(z.object(kept)) }) },
    refusals: ['conflict'],
    creates: true,
    async run({ call, params, body }) {
      const items = await addItems(call, { bankId: params.id, ...body });
      return { status: 201, body: { created: items.length, items } };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/banks/{id}/import',
    tag: 'Banks and items',
    summary:
      'Import problems of Open edX (OLX): one problem, a course export, or a library; the same again makes new versions',
    access: writing('items:write'),
    params: IdParams,
    query: ImportQuery,
    raw: uploads,
    answers: { 200: ImportAnswer, 201: ImportAnswer },
    refusals: ['conflict'],
    creates: true,
    async run({ call, params, bytes, headers, env }) {
      const kind = uploads.kindOf(headers.get('content-type'));
      const imported = await importOlx(call, { bankId: params.id, kind, bytes }, { media: env.MEDIA });
      return { status: imported.items.length > 0 ? 201 : 200, body: imported };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/items/{id}',
    tag: 'Banks and items',
    summary: 'One item, with its key',
    access: readingAtOnce('items:read'),
    params: IdParams,
    answers: { 200: StaffItemAnswer },
    async run({ call, params }) {
      return { status: 200, body: itemAnswer(await requireItem(call, params.id)) };
    },
  }),
  endpoint({
    method: 'put',
    path: '/api/v1/items/{id}',
    tag: 'Banks and items',
    summary: 'Write the next version of an item',
    access: writing('items:write'),
    params: IdParams,
    body: ItemInput,
    answers: { 200: StaffItemAnswer },
    refusals: ['conflict'],
    async run({ call, params, body }) {
      return { status: 200, body: itemAnswer(await replaceItem(call, { id: params.id, source: body })) };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/items/{id}',
    tag: 'Banks and items',
    summary: 'Delete an item; attempts that run keep it',
    access: writing('items:write'),
    params: IdParams,
    answers: { 204: null },
    refusals: ['conflict'],
    async run({ call, params }) {
      await deleteItem(call, params.id);
      return { status: 204 };
    },
  }),
  ...shareEndpoints(
    { at: '/api/v1/banks', tag: 'Banks and items', what: 'a bank', permission: 'items:write' },
    bankSharing,
  ),
];
