import { type Context, Hono } from 'hono';
import { type AppEnv, validate } from '../../http/index.ts';
import { pageCall, pageGuard, readForm, staffOnly } from '../../identity/index.ts';
import { DomainError } from '../../lib/errors.ts';
import { pageAnswer } from '../../lib/paging.ts';
import { mailerOf } from '../../notifications/index.ts';
import { frameOf, page, tryForm } from '../../ui/index.ts';
import { DeadLetterPage } from './dead-letter-page.tsx';
import { ListDeadLettersInput, listDeadLetters, liveQueues, replayDeadLetter } from './dead-letters.ts';
import { listParkedEvents, retryEvent } from './parked-events.ts';
import { readStatus } from './read-status.ts';
import { StatusPage } from './status-page.tsx';

/** `/staff/status` and `/staff/dead-letters`: what runs in the background, for admins. */
export const operationsPages = new Hono<AppEnv>({ strict: false });

const LETTERS = '/staff/dead-letters';
const PAGE_SIZE = 20;
const notices = { again: 'opsAgain', done: 'opsDone' } as const;
type Notice = keyof typeof notices;
const isNotice = (value: unknown): value is Notice => typeof value === 'string' && Object.hasOwn(notices, value);

operationsPages.get('/staff/status', pageGuard, staffOnly, async (c) => {
  const { words, viewer } = frameOf(c);
  const status = await readStatus(pageCall(c), { mailer: mailerOf(c.env, c.var.settings) });
  return page(c, { title: words('opsStatus'), viewer }, <StatusPage words={words} status={status} />);
});

operationsPages.get(LETTERS, pageGuard, staffOnly, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const { page: number = '1', notice } = c.req.query();
  const query = validate(ListDeadLettersInput, { page: number, pageSize: PAGE_SIZE, state: 'waiting' }, '/query');
  const [letters, events] = await Promise.all([
    listDeadLetters(call, query),
    listParkedEvents(call, { page: query.page, pageSize: PAGE_SIZE }),
  ]);
  const address = new URL(c.req.url);
  address.searchParams.delete('notice');
  const { previous, next } = pageAnswer(address, query, { ...letters, count: Math.max(letters.count, events.count) });
  return page(
    c,
    { title: words('opsLetters'), viewer },
    <DeadLetterPage
      words={words}
      csrf={csrf}
      notice={isNotice(notice) ? words(notices[notice]) : undefined}
      letters={letters.results}
      events={events.results}
      previous={previous}
      next={next}
    />,
  );
});

/** Where the answer to a form is looked at again, in another language or after a new sign-in. */
operationsPages.get(`${LETTERS}/:id/:verb{replay|retry}`, pageGuard, staffOnly, (c) => c.redirect(LETTERS, 303));

async function again(c: Context<AppEnv>, work: () => Promise<unknown>) {
  await readForm(c);
  const done = await tryForm(['conflict'], work);
  const notice: Notice = done instanceof DomainError ? 'done' : 'again';
  return c.redirect(`${LETTERS}?notice=${notice}`, 303);
}

operationsPages.post(`${LETTERS}/:id/replay`, pageGuard, staffOnly, (c) =>
  again(c, () => replayDeadLetter(pageCall(c), c.req.param('id'), liveQueues(c.env))),
);

operationsPages.post(`${LETTERS}/:id/retry`, pageGuard, staffOnly, (c) =>
  again(c, async () => {
    const { id } = await retryEvent(pageCall(c), c.req.param('id'));
    await c.env.JOBS.send({ job: 'react', eventId: id });
  }),
);
