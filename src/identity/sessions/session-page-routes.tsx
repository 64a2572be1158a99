import { Hono } from 'hono';
import { type AppEnv, validate } from '../../http/index.ts';
import { PageQuery, pageAnswer } from '../../lib/paging.ts';
import { CsrfField, frameOf, Neighbours, page, showInstant, tryForm, type Words } from '../../ui/index.ts';
import { pageCall, pageGuard } from '../page-guard.ts';
import { forgetSession } from '../page-session.ts';
import { readForm } from '../read-form.ts';
import { signOutEverywhere } from '../sign-out.ts';
import { endSession } from './end-session.ts';
import { listSessions, type SignInListed } from './list-sessions.ts';

const HOME = '/profile/sessions';

/** `/profile/sessions`: where one is signed in, and ending that. */
export const sessionPages = new Hono<AppEnv>({ strict: false });

const SignIn = ({ words, csrf, one }: { words: Words; csrf: string; one: SignInListed }) => (
  <li>
    <p>
      <strong>{one.device ?? words('accDeviceUnknown')}</strong> (
      {words(one.kind === 'page' ? 'accSessionPage' : 'accSessionApi')})
      <br />
      {words('accSessionSince', { at: showInstant(one.createdAt) })}
      {one.lastUsedAt !== null && `, ${words('accSessionUsed', { at: showInstant(one.lastUsedAt) })}`}
    </p>
    {one.isCurrent ? (
      <p>{words('accSessionHere')}</p>
    ) : (
      <form method="post" action={`${HOME}/end`}>
        <CsrfField csrf={csrf} />
        <input type="hidden" name="id" value={one.id} />
        <button type="submit">{words('accSessionEnd')}</button>
      </form>
    )}
  </li>
);

sessionPages.get(HOME, pageGuard, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const url = new URL(c.req.url);
  const query = validate(PageQuery, { page: c.req.query('page') ?? '1', pageSize: 20 }, '/query');
  const { results, previous, next } = pageAnswer(url, query, await listSessions(pageCall(c), query));
  return page(
    c,
    { title: words('accSessions'), viewer },
    <>
      <h1>{words('accSessions')}</h1>
      {c.req.query('notice') === 'ended' && <p role="status">{words('accSessionEnded')}</p>}
      <p>
        {words('accSessionsNote')} <a href="/profile/password">{words('accChangePassword')}</a>
      </p>
      <ul class="cards">
        {results.map((one) => (
          <SignIn words={words} csrf={csrf} one={one} />
        ))}
      </ul>
      <Neighbours words={words} previous={previous} next={next} />
      <h2>{words('accEndAll')}</h2>
      <p>{words('accEndAllNote')}</p>
      <form method="post" action={`${HOME}/end-all`} class="stack">
        <CsrfField csrf={csrf} />
        <button type="submit">{words('accEndAll')}</button>
      </form>
      <p>
        <a href="/profile">{words('back')}</a>
      </p>
    </>,
  );
});

sessionPages.post(`${HOME}/end`, pageGuard, async (c) => {
  const id = (await readForm(c)).get('id');
  // What is over already is as good as ended.
  await tryForm(['not_found'], () => endSession(pageCall(c), typeof id === 'string' ? id : ''));
  return c.redirect(`${HOME}?notice=ended`, 303);
});

sessionPages.post(`${HOME}/end-all`, pageGuard, async (c) => {
  await readForm(c);
  await signOutEverywhere(pageCall(c));
  forgetSession(c);
  return c.redirect('/sign-in?notice=signed-out', 303);
});
