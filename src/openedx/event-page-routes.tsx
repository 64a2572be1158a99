import { Hono } from 'hono';
import { type AppEnv, validate } from '../http/index.ts';
import { pageCall } from '../identity/index.ts';
import { isAdmin } from '../lib/call.ts';
import { pageAnswer } from '../lib/paging.ts';
import { frameOf, page } from '../ui/index.ts';
import { EventListPage } from './event-pages.tsx';
import { ListEventsInput } from './input.ts';
import { listEvents } from './list-events.ts';

/** `/staff/openedx/events`: what Open edX has told, and what came of it. */
export const eventPages = new Hono<AppEnv>({ strict: false });

const PAGE_SIZE = 50;

eventPages.get('/staff/openedx/events', async (c) => {
  const { words, viewer } = frameOf(c);
  const call = pageCall(c);
  const { page: number = '1', courseKey = '', status = '' } = c.req.query();
  const query = validate(
    ListEventsInput,
    { page: number, pageSize: PAGE_SIZE, ...(courseKey && { courseKey: courseKey.trim() }), ...(status && { status }) },
    '/query',
  );
  const events = pageAnswer(new URL(c.req.url), query, await listEvents(call, query));
  return page(
    c,
    { title: words('syncEvents'), viewer },
    <EventListPage words={words} fields={{ courseKey, status }} isAdmin={isAdmin(call.actor)} events={events} />,
  );
});
