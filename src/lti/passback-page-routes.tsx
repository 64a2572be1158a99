import { Hono } from 'hono';
import { type AppEnv, validate } from '../http/index.ts';
import { pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import { fieldsOf, frameOf, page, tryForm } from '../ui/index.ts';
import { PassbackListPage } from './passback-pages.tsx';
import { pokePassbacks } from './passback-queue.ts';
import { ListPassbacksInput, listPassbacks, sendAgain } from './passbacks.ts';

/** `/staff/lti/passbacks`: grades on their way to platforms, and what platforms said to them. */
export const passbackPages = new Hono<AppEnv>({ strict: false });

const LIST = '/staff/lti/passbacks';
const PAGE_SIZE = 50;
const notices = { sent: 'ltiPassSent', has: 'ltiPassHas' } as const;

passbackPages.get(LIST, pageGuard, staffOnly, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const { page: number = '1', state = '', registrationId = '', notice = '' } = c.req.query();
  const fields = { ...(state && { state }), ...(registrationId && { registrationId }) };
  const query = validate(ListPassbacksInput, { page: number, pageSize: PAGE_SIZE, ...fields }, '/query');
  const told = notice === 'sent' || notice === 'has' ? words(notices[notice]) : undefined;
  const address = new URL(c.req.url);
  address.searchParams.delete('notice');
  const passbacks = pageAnswer(address, query, await listPassbacks(call, query));
  return page(
    c,
    { title: words('ltiPassTitle'), viewer },
    <PassbackListPage words={words} csrf={csrf} fields={fields} notice={told} passbacks={passbacks} />,
  );
});

/** Where the answer to a form is looked at again, in another language or after a new sign-in. */
passbackPages.get(`${LIST}/:id/send`, pageGuard, staffOnly, (c) => c.redirect(LIST, 303));

passbackPages.post(`${LIST}/:id/send`, pageGuard, staffOnly, async (c) => {
  const { state, registrationId } = fieldsOf(await readForm(c));
  const sent = await tryForm(['conflict'], () => sendAgain(pageCall(c), c.req.param('id')));
  if (!(sent instanceof DomainError)) await pokePassbacks(c.env.PASSBACKS, [sent.id]);
  const back = new URLSearchParams({
    ...(state && { state }),
    ...(registrationId && { registrationId }),
    notice: sent instanceof DomainError ? 'has' : 'sent',
  });
  return c.redirect(`${LIST}?${back}`, 303);
});
