import * as z from 'zod';
import { PageQuery } from '../lib/paging.ts';
import { NOT_VISIBLE, VISIBLE } from '../lib/plain-text.ts';
import { ItemInput } from './item.ts';

const title = z.string().max(200).regex(VISIBLE, NOT_VISIBLE);
const courseKey = z.string().min(1).max(255);

export const CreateBankInput = z.strictObject({ title, courseKey: courseKey.optional() });
export type CreateBankInput = z.output<typeof CreateBankInput>;

/** `courseKey: null` takes the bank out of its course. */
export const UpdateBankInput = z.strictObject({ title: title.optional(), courseKey: courseKey.nullable().optional() });
export type UpdateBankInput = z.output<typeof UpdateBankInput>;

export const ListBanksInput = PageQuery.extend({ search: z.string().max(200).optional() });
export type ListBanksInput = z.output<typeof ListBanksInput>;

export const AddItemsInput = z.strictObject({ items: z.array(ItemInput).min(1).max(500) });
export type AddItemsInput = z.output<typeof AddItemsInput>;

export const ImportQuery = z.strictObject({ format: z.literal('olx') });
