import { Hono } from 'hono';
import { type AppContext, type AppEnv, limitsOf, validate } from '../../http/index.ts';
import { DomainError } from '../../lib/errors.ts';
import { PageQuery, pageAnswer } from '../../lib/paging.ts';
import { type Fields, fieldsOf, frameOf, type Problems, page, submitForm } from '../../ui/index.ts';
import { limitKeys } from '../limit-sign-in.ts';
import { newOnce, showOnce } from '../once.ts';
import { pageCall, pageGuard } from '../page-guard.ts';
import { readForm } from '../read-form.ts';
import { requireConfirmed } from '../require-confirmed.ts';
import { createKey } from './create-key.ts';
import { CreateKeyInput } from './input.ts';
import { keyScopesOf } from './key-scopes.ts';
import { listKeys, revokeKey } from './own-keys.ts';
import { KeyListPage, MadeKeyPage, NewKeyPage } from './pages.tsx';

const HOME = '/profile/keys';
const DAY_MS = 24 * 3600 * 1000;

/** `/profile/keys`: one's own keys for machines. */
export const keyPages = new Hono<AppEnv>({ strict: false });

keyPages.get(HOME, pageGuard, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const query = validate(PageQuery, { page: c.req.query('page') ?? '1', pageSize: 20 }, '/query');
  const listed = pageAnswer(new URL(c.req.url), query, await listKeys(pageCall(c), query));
  const notice = c.req.query('notice') === 'revoked' ? words('keyGone') : undefined;
  return page(
    c,
    { title: words('keyTitle'), viewer },
    <KeyListPage words={words} csrf={csrf} listed={listed} now={c.var.now} notice={notice} />,
  );
});

function showNew(c: AppContext, fields: Fields, chosen: ReadonlySet<string> = new Set(), problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const status = Object.keys(problems).length > 0 ? 400 : 200;
  return page(
    c,
    { title: words('keyMake'), viewer, status },
    <NewKeyPage
      words={words}
      csrf={csrf}
      once={fields.once ?? newOnce()}
      scopes={keyScopesOf(pageCall(c).actor.role)}
      chosen={chosen}
      fields={fields}
      problems={problems}
    />,
  );
}

// Who has to show who they are does so before they have typed anything.
keyPages.get(`${HOME}/new`, pageGuard, async (c) => {
  const call = pageCall(c);
  if (call.actor.isHeld) throw new DomainError('forbidden');
  await requireConfirmed(call);
  return showNew(c, { days: '90' });
});

/** The end of a key that lives so many days; what is no number of days is no instant either. */
function expiryOf(days: string | undefined, now: number): string {
  const count = /^\d{1,3}$/.test(days ?? '') ? Number(days) : 0;
  return count >= 1 && count <= 365 ? new Date(now + count * DAY_MS).toISOString() : '';
}

keyPages.post(`${HOME}/new`, pageGuard, async (c) => {
  const { words, viewer } = frameOf(c);
  const form = await readForm(c);
  const fields = fieldsOf(form);
  const scopes = form.getAll('scopes').map(String);
  const call = pageCall(c);
  const tried = await submitForm(
    {
      ...{ words, schema: CreateKeyInput, codes: ['invalid', 'too_many_requests'] },
      fieldWords: { name: 'keyNameBad', scopes: 'keyScopesBad', expiresAt: 'keyDaysBad' },
      given: { name: fields.name, scopes, expiresAt: expiryOf(fields.days, call.now) },
      problemsOf: ({ code }): Problems =>
        code === 'invalid' ? { scopes: words('keyScopesBad') } : { name: words('keyTooMany') },
    },
    async (input) =>
      await showOnce(c, { ...fields, scopes: scopes.join(' ') }, async () => {
        await limitKeys(limitsOf(c), call.actor.userId);
        return await createKey(call, input);
      }),
  );
  if ('problems' in tried) {
    const { expiresAt, ...problems } = tried.problems;
    return showNew(c, fields, new Set(scopes), { ...problems, ...(expiresAt && { days: expiresAt }) });
  }
  return page(c, { title: words('keyMade'), viewer }, <MadeKeyPage words={words} made={tried.done} />);
});

keyPages.post(`${HOME}/:id/revoke`, pageGuard, async (c) => {
  await readForm(c);
  await revokeKey(pageCall(c), c.req.param('id'));
  return c.redirect(`${HOME}?notice=revoked`, 303);
});
