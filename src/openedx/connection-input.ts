import * as z from 'zod';
import { PageQuery } from '../lib/paging.ts';

const name = z.string().trim().min(1).max(100);
const url = z.string().min(1).max(255);
const clientId = z.string().trim().min(1).max(255);
const clientSecret = z.string().min(1).max(1000);

/** CONTRACT "Open edX". The client for signing in is only given where it is another than that of the service user. */
export const CreateConnectionInput = z.strictObject({
  name,
  lmsUrl: url,
  studioUrl: url.optional(),
  clientId,
  clientSecret,
  signInClientId: clientId.optional(),
  signInClientSecret: clientSecret.optional(),
});
export type CreateConnectionInput = z.output<typeof CreateConnectionInput>;

/** What is left out stays. `vanishLimit` is in percent. */
export const UpdateConnectionInput = z.strictObject({
  name: name.optional(),
  lmsUrl: url.optional(),
  studioUrl: url.nullable().optional(),
  clientId: clientId.optional(),
  clientSecret: clientSecret.optional(),
  signInClientId: clientId.nullable().optional(),
  signInClientSecret: clientSecret.nullable().optional(),
  requireSignature: z.boolean().optional(),
  allowSignIn: z.boolean().optional(),
  debounceSeconds: z.int().min(1).max(600).optional(),
  vanishLimit: z.int().min(1).max(100).optional(),
});
export type UpdateConnectionInput = z.output<typeof UpdateConnectionInput>;

export const ListConnectionsInput = PageQuery;
export type ListConnectionsInput = PageQuery;

export const TestConnectionInput = z.strictObject({ courseKey: z.string().min(1).max(255).optional() });
export type TestConnectionInput = z.output<typeof TestConnectionInput>;

export const WebhookSecretParams = z.strictObject({ id: z.string(), secretId: z.string() });
