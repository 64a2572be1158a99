import * as z from 'zod';
import { Instant } from '../../lib/instant.ts';
import { PageQuery } from '../../lib/paging.ts';

/** `from` and `to` are instants, `to` no longer counts. */
const filters = {
  actor: z.string().max(64).optional(),
  subject: z.string().max(255).optional(),
  action: z.string().max(64).optional(),
  from: Instant.optional(),
  to: Instant.optional(),
};

export const ListAuditInput = PageQuery.extend(filters);
export type ListAuditInput = z.output<typeof ListAuditInput>;

export const ExportAuditInput = z.strictObject(filters);
export type AuditFilter = z.output<typeof ExportAuditInput>;
