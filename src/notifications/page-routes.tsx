import { Hono } from 'hono';
import { type AppEnv, validate } from '../http/index.ts';
import { pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import { fieldsOf, frameOf, page, tryForm } from '../ui/index.ts';
import { mailerOf } from './mailer-of.ts';
import { ListMailsInput, listMails, sendMailAgain } from './mails.ts';
import { OutboxInput, readOutbox } from './outbox.ts';
import { MailListPage, OutboxPage } from './pages.tsx';
import { pokeMails } from './resend-mails.ts';

/** `/staff/mails`: what was sent to whom, without texts; `/staff/outbox`: on a local run, with them. */
export const notificationsPages = new Hono<AppEnv>({ strict: false });

const LIST = '/staff/mails';
const PAGE_SIZE = 50;
const notices = { sent: 'mailPoked', has: 'mailGone', old: 'mailOld' } as const;
type Notice = keyof typeof notices;
const isNotice = (value: unknown): value is Notice => typeof value === 'string' && Object.hasOwn(notices, value);

notificationsPages.get('/staff/outbox', pageGuard, staffOnly, async (c) => {
  const { words, viewer } = frameOf(c);
  const { settings } = c.var;
  const { page: number = '1', search = '' } = c.req.query();
  const query = validate(OutboxInput, { page: number, pageSize: PAGE_SIZE, ...(search && { search }) }, '/query');
  const mails = pageAnswer(new URL(c.req.url), query, await readOutbox(pageCall(c), query, settings));
  return page(
    c,
    { title: words('mailOutbox'), viewer },
    <OutboxPage words={words} fields={{ search }} origin={settings.publicOrigin} mails={mails} />,
  );
});

notificationsPages.get(LIST, pageGuard, staffOnly, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { settings } = c.var;
  const { page: number = '1', state = '', search = '', notice } = c.req.query();
  const fields = { ...(state && { state }), ...(search && { search }) };
  const query = validate(ListMailsInput, { page: number, pageSize: PAGE_SIZE, ...fields }, '/query');
  const address = new URL(c.req.url);
  address.searchParams.delete('notice');
  const mails = pageAnswer(address, query, await listMails(pageCall(c), query));
  return page(
    c,
    { title: words('mailTitle'), viewer },
    <MailListPage
      words={words}
      csrf={csrf}
      fields={fields}
      notice={isNotice(notice) ? words(notices[notice]) : undefined}
      isWaiting={mailerOf(c.env, settings) === undefined}
      hasOutbox={settings.isLocal}
      mails={mails}
    />,
  );
});

/** Where the answer to a form is looked at again, in another language or after a new sign-in. */
notificationsPages.get(`${LIST}/:id/send`, pageGuard, staffOnly, (c) => c.redirect(LIST, 303));

notificationsPages.post(`${LIST}/:id/send`, pageGuard, staffOnly, async (c) => {
  const { state, search } = fieldsOf(await readForm(c));
  const sent = await tryForm(['conflict'], () => sendMailAgain(pageCall(c), c.req.param('id')));
  if (!(sent instanceof DomainError)) await pokeMails(c.env.JOBS, [sent.id]);
  const notice: Notice = !(sent instanceof DomainError) ? 'sent' : sent.more.isOld === true ? 'old' : 'has';
  const back = new URLSearchParams({ ...(state && { state }), ...(search && { search }), notice });
  return c.redirect(`${LIST}?${back}`, 303);
});
