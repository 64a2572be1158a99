import { type AppContext, isFramed } from '../../http/index.ts';
import type { DomainError } from '../../lib/errors.ts';
import { localeOf, page, wordsFor } from '../../ui/index.ts';
import { readUnprotectedForm } from '../read-form.ts';
import { type KeptForm, keepForm } from './kept-form.ts';
import { pageBefore } from './page-before.ts';
import { SendForm } from './send-form.tsx';

/** Without the token only the browser's own word says that the form was ours; one that says nothing is not believed here. */
function isFromHere(c: AppContext): boolean {
  const site = c.req.header('sec-fetch-site');
  return site === undefined ? c.req.header('origin') === new URL(c.req.url).origin : site === 'same-origin';
}

async function formOf(c: AppContext): Promise<KeptForm | undefined> {
  if (c.req.method !== 'POST' || !isFromHere(c)) return undefined;
  const { sent } = c.var;
  // Who is not signed in is refused before the form is read.
  if (!sent && c.req.raw.bodyUsed) return undefined;
  try {
    return keepForm(c, sent?.form ?? (await readUnprotectedForm(c)));
  } catch {
    return undefined;
  }
}

/**
 * The page for a form that was refused only because the sign-in behind its page has ended. If it came from a page of ours it has what was typed,
 * and a button to send it. Undefined for every other refusal. Nothing is sent but by hand, and from a page that says in whose name: so the
 * page of somebody signed out has no token, and leads to that one.
 */
export async function sendAgain(c: AppContext, { code }: DomainError): Promise<Response | undefined> {
  const { viewer, sent } = c.var;
  if (isFramed(c)) return undefined;
  if (code === 'unauthenticated') return signInFirst(c, await formOf(c));
  const kept = code === 'bad_token' && sent?.isOurs === false ? await formOf(c) : undefined;
  if (!viewer || !kept) return undefined;
  const words = wordsFor(localeOf(c));
  return page(
    c,
    { title: words('formExpired'), viewer, status: 400, isPassing: true },
    <>
      <h1>{words('formExpired')}</h1>
      <p>{words('keptStale', { name: viewer.name })}</p>
      <SendForm words={words} csrf={viewer.csrf} kept={kept} label={words('keptSend')} />
    </>,
  );
}

function signInFirst(c: AppContext, kept: KeptForm | undefined) {
  const words = wordsFor(localeOf(c));
  const href = `/sign-in?${new URLSearchParams({ next: pageBefore(c, '/') })}`;
  return page(
    c,
    { title: words('signIn'), status: 401, isPassing: true },
    <>
      <h1>{words('signIn')}</h1>
      <p>{words(kept ? 'keptSignedOut' : 'signInAgain')}</p>
      <p>
        <a href={href} target={kept && '_blank'} rel={kept && 'noopener'}>
          {words(kept ? 'keptSignIn' : 'signIn')}
        </a>
      </p>
      {kept && <SendForm words={words} csrf="" kept={kept} label={words('keptGoOn')} />}
    </>,
  );
}
