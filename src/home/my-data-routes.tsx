import { Hono } from 'hono';
import * as z from 'zod';
import { type AppContext, type AppEnv, type Endpoint, endpoint, writing } from '../http/index.ts';
import { deleteMyAccount, forgetSession, pageCall, pageGuard, readForm, requireConfirmed } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { ConfirmPage, frameOf, page, tryForm } from '../ui/index.ts';
import { exportMyData } from './my-data.ts';

const asFile = { 'content-disposition': 'attachment; filename="my-data.json"' };

export const myDataEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/users/me/export',
    tag: 'Identity',
    summary: 'Everything that is kept about you, as one file',
    // As much as a sign-in is worth: not with a key, and not once it has ended.
    access: writing('profile:write'),
    answers: { 200: z.record(z.string(), z.unknown()) },
    run: async ({ call }) => ({ status: 200, headers: asFile, body: await exportMyData(call) }),
  }),
];

const HOME = '/profile/data';

/** `/profile/data`: what is kept about one, to take away and to delete. */
export const myDataPages = new Hono<AppEnv>({ strict: false });

myDataPages.use(`${HOME}/*`, pageGuard, async (c, next) => {
  if (pageCall(c).actor.isHeld) throw new DomainError('forbidden');
  await next();
});

function showData(c: AppContext, isLast = false) {
  const { words, viewer } = frameOf(c);
  return page(
    c,
    { title: words('datTitle'), viewer, status: isLast ? 409 : 200 },
    <>
      <p>
        <a href="/profile">{words('accProfile')}</a>
      </p>
      <h1>{words('datTitle')}</h1>
      {isLast && (
        <p role="alert" class="problem">
          {words('datLast')}
        </p>
      )}
      <h2>{words('datExport')}</h2>
      <p>{words('datExportNote')}</p>
      <p>
        <a class="button" href={`${HOME}/my-data.json`} download>
          {words('datExportGo')}
        </a>
      </p>
      <h2>{words('datDelete')}</h2>
      <p>{words('datDeleteNote')}</p>
      <p>
        <a href={`${HOME}/delete`}>{words('datDeleteGo')}</a>
      </p>
    </>,
  );
}

myDataPages.get(HOME, (c) => showData(c));

myDataPages.get(`${HOME}/my-data.json`, async (c) =>
  c.json(await exportMyData(pageCall(c)), 200, { ...asFile, 'cache-control': 'private, no-store' }),
);

myDataPages.get(`${HOME}/delete`, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  await requireConfirmed(pageCall(c));
  return page(
    c,
    { title: words('datDelete'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('datDeleteAsk')}
      yes={words('datDeleteGo')}
      no={words('datKeep')}
      back={HOME}
    >
      <p>{words('datDeleteNote')}</p>
    </ConfirmPage>,
  );
});

myDataPages.post(`${HOME}/delete`, async (c) => {
  await readForm(c);
  const done = await tryForm(['last_superadmin'], () => deleteMyAccount(pageCall(c)));
  if (done instanceof DomainError) return showData(c, true);
  c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId: done.eventId }));
  forgetSession(c);
  return c.redirect('/sign-in?notice=deleted', 303);
});
