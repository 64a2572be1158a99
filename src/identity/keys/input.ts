import * as z from 'zod';
import type { Permission } from '../../lib/permissions.ts';
import { keyScopes } from './key-scopes.ts';

const scopes = keyScopes as [Permission, ...Permission[]];

export const CreateKeyInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z
    .array(z.enum(scopes))
    .min(1)
    .max(scopes.length)
    .refine((list) => new Set(list).size === list.length, 'names one twice'),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
export type CreateKeyInput = z.output<typeof CreateKeyInput>;
