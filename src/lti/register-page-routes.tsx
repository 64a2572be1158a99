import { Hono } from 'hono';
import { type AppContext, type AppEnv, limitRate, outsideOf } from '../http/index.ts';
import { readUnprotectedForm, systemCallOf } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import { RegisteredPage, RegisterFailedPage, RegisterPage } from './register-pages.tsx';
import { type RegisterFailure, type RegisterRequest, registerPlatform, statusOfFailure } from './register-platform.ts';
import { checkEndpointUrl } from './registration-urls.ts';

/*
 * `/lti/register`, shown in the frame of a platform, where our cookies do not come along. So no token of ours protects the form,
 * and none is needed: what it does, anybody may do, because the result waits for an admin; only the secret of an admin's
 * invitation changes that, and the platform takes us only with the one-time token of its own that the link brings.
 */

export const ltiRegisterPages = new Hono<AppEnv>({ strict: false });

const MAX_FORM_BYTES = 64 * 1024;
/** It goes into a header, as one word. */
const TOKEN = /^[\x21-\x7e]{1,8192}$/;
const SECRET = /^[\w-]{43}$/;

/** Flood protection, told in the platform's frame. Undefined: go on. */
async function orWait(c: AppContext): Promise<Response | undefined> {
  try {
    await limitRate(c.var.settings, c.env.SIGN_IN_BY_ADDRESS, c.req.header('cf-connecting-ip') ?? '127.0.0.1');
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    c.header('retry-after', '60');
    return await showFailed(c, 'too_many_requests');
  }
}

function showFailed(c: AppContext, reason: RegisterFailure | 'link_incomplete', detail = '') {
  const words = wordsFor(localeOf(c));
  const status = reason === 'link_incomplete' ? 400 : statusOfFailure(reason);
  // Where the platform is not known its frame is not either; this page has nothing to press.
  if (!c.get('frameOrigins')) c.set('frameOrigins', ['*']);
  return page(
    c,
    { title: words('ltiRegFailed'), status, meta: { 've-error': reason } },
    <RegisterFailedPage words={words} reason={reason} detail={detail} requestId={c.var.requestId} />,
  );
}

/** What a link or form brought, and the site its configuration is on; a page where that is not enough. The site may frame us. */
async function readRequest(c: AppContext, given: (name: string) => string | undefined) {
  const configurationUrl = given('openid_configuration') ?? '';
  const [token, invitation] = [given('registration_token') || undefined, given('invitation') || undefined];
  if (configurationUrl === '' || (token !== undefined && !TOKEN.test(token)))
    return await showFailed(c, 'link_incomplete');
  if (invitation !== undefined && !SECRET.test(invitation)) return await showFailed(c, 'invitation_over');
  const checked = checkEndpointUrl(configurationUrl, outsideOf(c.env, c.var.settings));
  if (!checked.ok) return await showFailed(c, 'address_refused', checked.reason);
  const site = new URL(checked.url);
  c.set('frameOrigins', [site.origin]);
  const request: RegisterRequest = { configurationUrl, token, invitation };
  return { request, site };
}

ltiRegisterPages.get('/lti/register', async (c) => {
  const busy = await orWait(c);
  if (busy) return busy;
  const query = new URL(c.req.url).searchParams;
  const read = await readRequest(c, (name) => query.get(name) ?? undefined);
  if (read instanceof Response) return read;
  const words = wordsFor(localeOf(c));
  return page(c, { title: words('ltiRegAsk') }, <RegisterPage words={words} host={read.site.host} {...read.request} />);
});

ltiRegisterPages.post('/lti/register', async (c) => {
  const busy = await orWait(c);
  if (busy) return busy;
  const form = await readUnprotectedForm(c, MAX_FORM_BYTES);
  const read = await readRequest(c, (name) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : undefined;
  });
  if (read instanceof Response) return read;
  const words = wordsFor(localeOf(c));
  const done = await registerPlatform(systemCallOf(c), read.request, {
    outside: outsideOf(c.env, c.var.settings),
    origin: new URL(c.req.url).origin,
    name: words('product'),
  });
  if (done.kind === 'failed') return await showFailed(c, done.reason, done.detail);
  return page(
    c,
    { title: words(done.isActive ? 'ltiRegDone' : 'ltiRegWaits'), script: 'register.js' },
    <RegisteredPage words={words} origin={read.site.origin} isActive={done.isActive} />,
  );
});
