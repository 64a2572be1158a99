import * as z from 'zod';
import { csvAnswer, type Endpoint, endpoint, readingAtOnce } from '../../http/index.ts';
import { iso } from '../../lib/instant.ts';
import { pageAnswer, pageOf } from '../../lib/paging.ts';
import { ExportAuditInput, ListAuditInput } from './input.ts';
import { type AuditEntry, exportAudit, listAudit } from './list-audit.ts';

const tag = 'Audit';
const AuditAnswer = z.object({
  id: z.string(),
  at: z.string(),
  actorId: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()).describe('What was before and after, without secrets'),
  address: z.string().nullable().describe('Where from'),
  requestId: z.string(),
});

const entryAnswer = ({ id, at, actorId, action, subject, detail, address, requestId }: AuditEntry) => ({
  ...{ id, at: iso(at), actorId, action, subject, detail, address, requestId },
});

export const auditEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/audit',
    tag,
    summary: 'Who signed in, and what staff changed; the newest first',
    access: readingAtOnce('audit:read'),
    query: ListAuditInput,
    answers: { 200: pageOf(AuditAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listAudit(call, query);
      return { status: 200, body: pageAnswer(url, query, { count, results: results.map(entryAnswer) }) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/audit.csv',
    tag,
    summary: 'The same as a table, the newest 10,000',
    access: readingAtOnce('audit:read'),
    query: ExportAuditInput,
    answers: { 200: z.string() },
    produces: 'text/csv',
    run: async ({ call, query }) => csvAnswer('audit.csv', await exportAudit(call, query)),
  }),
];
