import { Hono } from 'hono';
import { type AppEnv, csvHeaders } from '../../http/index.ts';
import { DomainError } from '../../lib/errors.ts';
import { pageAnswer } from '../../lib/paging.ts';
import { scopeOf } from '../../lib/permissions.ts';
import { type Fields, frameOf, fromLocalField, type Problems, page } from '../../ui/index.ts';
import { pageCall, pageGuard } from '../page-guard.ts';
import { ExportAuditInput, ListAuditInput } from './input.ts';
import { exportAudit, listAudit } from './list-audit.ts';
import { AuditPage } from './pages.tsx';

/** `/staff/audit`: the audit log, with filters, and as a file. */
export const auditPages = new Hono<AppEnv>({ strict: false });

auditPages.use('/staff/audit/*', pageGuard, async (c, next) => {
  if (scopeOf(pageCall(c).actor, 'audit:read') === undefined) throw new DomainError('forbidden');
  await next();
});

/** What the form asks for, as the API takes it. Its times are those of the school. */
function askedBy(query: Record<string, string>): { given: Fields; problems: Problems } {
  const problems: Problems = {};
  const given: Fields = {};
  for (const name of ['actor', 'subject', 'action', 'from', 'to']) {
    const text = query[name]?.trim() ?? '';
    if (text === '') continue;
    if (name !== 'from' && name !== 'to') {
      given[name] = text;
      continue;
    }
    const at = fromLocalField(text);
    if (at === undefined) problems[name] = 'audBad';
    else given[name] = new Date(at).toISOString();
  }
  return { given, problems };
}

auditPages.get('/staff/audit', async (c) => {
  const { words, viewer } = frameOf(c);
  const fields = c.req.query();
  const { given, problems } = askedBy(fields);
  const asked = ListAuditInput.safeParse({ ...given, page: fields.page ?? '1', pageSize: 50 });
  if (!asked.success) throw new DomainError('not_found');
  const url = new URL(c.req.url);
  const listed = pageAnswer(url, asked.data, await listAudit(pageCall(c), asked.data));
  return page(
    c,
    { title: words('audTitle'), viewer, status: Object.keys(problems).length > 0 ? 400 : 200 },
    <AuditPage
      words={words}
      fields={fields}
      problems={Object.fromEntries(Object.keys(problems).map((name) => [name, words('audBad')]))}
      listed={listed}
      csv={`/staff/audit/audit.csv${url.search}`}
    />,
  );
});

auditPages.get('/staff/audit/audit.csv', async (c) => {
  const asked = ExportAuditInput.safeParse(askedBy(c.req.query()).given);
  if (!asked.success) throw new DomainError('not_found');
  const text = await exportAudit(pageCall(c), asked.data);
  return c.body(text, 200, { ...csvHeaders('audit.csv'), 'cache-control': 'private, no-store' });
});
