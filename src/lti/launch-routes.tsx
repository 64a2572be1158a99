import { type Context, Hono } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { connect } from '../db/index.ts';
import {
  type AppContext,
  type AppEnv,
  contentSecurityPolicy,
  isFramed,
  limitRate,
  type Outside,
  outsideOf,
} from '../http/index.ts';
import {
  findViewer,
  giveFramedSecret,
  giveFramedSession,
  giveSession,
  type LaunchFacts,
  outsideCallOf,
  readSecret,
  readUnprotectedForm,
  secretOf,
  sessionByLaunch,
} from '../identity/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import { acceptLaunch, type Launched, type Refused, refuseByPlatform } from './accept-launch.ts';
import { beginLogin, LOGIN_MS, type LoginRequest } from './begin-login.ts';
import { PickPage } from './deep-linking-pages.tsx';
import { prefetchKeySet } from './fetch-key-set.ts';
import { framesOf, readCode, useCode } from './launch-codes.ts';
import { countLaunch } from './launch-log.ts';
import { BindPage, LaunchPage, LoginPage, RefusedPage, WindowPage } from './launch-pages.tsx';
import { showOver } from './over-page.tsx';
import { statusOfRefusal } from './refusals.ts';

/*
 * The tool's own endpoints: login initiation, launch, and the window of its own. They take posts of other sites, so no token of ours
 * protects the forms; what each must bring instead is a state, a signed token or a one-time code.
 */

export const launchPages = new Hono<AppEnv>({ strict: false });

const MAX_LAUNCH_BYTES = 64 * 1024;
const MAX_PARAMETER = 8192;
/** Says to our script that this browser keeps the cookies of this answer. It holds nothing else. */
const KEPT = 've_lti_kept';
const sayKept = (c: AppContext, step: 'login' | 'launch') =>
  setCookie(c, KEPT, step, { path: '/', secure: true, sameSite: 'None', partitioned: true, maxAge: 60 });

/** For what goes on beside the answer: its round trips are not those of the request. */
const asideOf = (c: AppContext) => ({ ...outsideCallOf(c), db: connect(c.env.DB, { d1: 0, kv: 0 }) });
const later = (c: AppContext, work: Promise<unknown>) => c.executionCtx.waitUntil(work);

/** Flood protection. Undefined: go on; else the page that says to wait. A school opens an exam from one address, so there is room. */
async function orWait(c: AppContext): Promise<Response | undefined> {
  try {
    await limitRate(c.var.settings, c.env.LAUNCH_BY_ADDRESS, c.req.header('cf-connecting-ip') ?? '127.0.0.1');
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    c.header('retry-after', '60');
    return showRefused(c, { kind: 'refused', reason: 'too_many_requests' });
  }
}

/** The cookie that binds one login to its browser; several may be under way. */
const cookieOf = async (state: string) => `ve_lti_${(await sha256(state)).slice(0, 16)}`;

/** These pages lead on to the platform, wherever it leads from there. */
const leadOut = (c: AppContext, frameAncestors: readonly string[]) =>
  c.header('content-security-policy', contentSecurityPolicy({ frameAncestors, formAction: ['*'] }));

function showRefused(c: AppContext, refused: Refused, detail = '') {
  const { reason, registration, login } = refused;
  const words = wordsFor(localeOf(c));
  // Of whom we do not know we cannot know the frames; a page without anything to press may be in any.
  c.set('frameOrigins', registration?.frameOrigins ?? ['*']);
  if (registration) later(c, countLaunch(asideOf(c), registration.id, reason));
  return page(
    c,
    { title: words('ltiRefusedTitle'), status: statusOfRefusal(reason), meta: { 've-error': reason }, isPassing: true },
    <RefusedPage
      words={words}
      reason={reason}
      detail={detail}
      requestId={c.var.requestId}
      {...(login && registration && { login, registration })}
    />,
  );
}

const textsOf = (form: URLSearchParams | FormData): Record<string, string> =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])).reverse(),
  );

/** The form, or the page that answers in its place; what is too large is a page for a browser and a problem for a program. */
async function readPosted(c: AppContext): Promise<Record<string, string> | Response> {
  try {
    return textsOf(await readUnprotectedForm(c, MAX_LAUNCH_BYTES));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === 'too_large' && c.req.header('accept')?.includes('text/html'))
      return showRefused(c, { kind: 'refused', reason: 'too_large' });
    if (error.code === 'malformed') return showRefused(c, { kind: 'refused', reason: 'malformed' });
    throw error;
  }
}

function readLoginRequest(given: Record<string, string>): LoginRequest | undefined {
  const optional = (name: string) => given[name] || null;
  const { iss = '', login_hint: loginHint = '', target_link_uri: targetLinkUri = '' } = given;
  if (iss === '' || loginHint === '' || targetLinkUri === '') return undefined;
  if (Object.values(given).some((value) => value.length > MAX_PARAMETER)) return undefined;
  return {
    ...{ iss, loginHint, targetLinkUri },
    // Echoed as it came, an empty one too.
    messageHint: given.lti_message_hint ?? null,
    deploymentId: optional('lti_deployment_id'),
    clientId: optional('client_id'),
    storageTarget: optional('lti_storage_target'),
  };
}

async function login(c: AppContext, given: Record<string, string>) {
  const busy = await orWait(c);
  if (busy) return busy;
  const asked = readLoginRequest(given);
  if (!asked) return showRefused(c, { kind: 'refused', reason: 'malformed' });
  const { ltiStateSeconds } = c.var.settings;
  const loginMs = ltiStateSeconds === null ? LOGIN_MS : ltiStateSeconds * 1000;
  const begun = await beginLogin(outsideCallOf(c), asked, { origin: new URL(c.req.url).origin, loginMs });
  if (begun.kind === 'refused') {
    const { registrationId, reason } = begun;
    if (registrationId) later(c, countLaunch(asideOf(c), registrationId, reason));
    return showRefused(c, { kind: 'refused', reason });
  }
  if (begun.wantsKeys) {
    later(c, prefetchKeySet(asideOf(c), begun.registrationId, outsideOf(c.env, c.var.settings)));
  }
  giveFramedSecret(c, await cookieOf(begun.state), begun.browserSecret, Math.ceil(loginMs / 1000));
  // In a window of its own the cookie is ours and sticks: no page is wanted.
  if (c.req.header('sec-fetch-dest') === 'document') return c.redirect(begun.authorisationUrl, 303);
  sayKept(c, 'login');
  leadOut(c, begun.frameOrigins);
  const words = wordsFor(localeOf(c));
  return page(
    c,
    { title: words('ltiLoginTitle'), script: 'launch.js', goOnTo: begun.authorisationUrl, isPassing: true },
    <LoginPage
      words={words}
      state={begun.state}
      secret={begun.browserSecret}
      goOn={begun.authorisationUrl}
      asked={asked}
    />,
  );
}

launchPages.get('/lti/login', (c) => login(c, textsOf(new URL(c.req.url).searchParams)));
launchPages.post('/lti/login', async (c) => {
  const given = await readPosted(c);
  return given instanceof Response ? given : await login(c, given);
});

async function showAccepted(c: AppContext, launched: Extract<Launched, { kind: 'accepted' }>, state: string) {
  const { registration, facts, landing, codes, deepLinking, offered, arrivalId } = launched;
  const words = wordsFor(localeOf(c));
  if (arrivalId !== undefined) later(c, c.env.JOBS.send({ job: 'react', eventId: arrivalId }));
  deleteCookie(c, await cookieOf(state), {
    path: '/',
    prefix: 'host',
    secure: true,
    sameSite: 'None',
    partitioned: true,
  });
  // A window of its own keeps the sign-in of our pages; a frame, or a browser that says nothing, one that works in both.
  if (c.req.header('sec-fetch-dest') === 'document') giveSession(c, launched.sessionSecret);
  else giveFramedSession(c, launched.sessionSecret);
  sayKept(c, 'launch');
  c.set('frameOrigins', registration.frameOrigins);
  const meta = { 've-launch': deepLinking ? 'deep-linking' : facts.role, 've-code': codes.session };
  if (deepLinking) {
    return page(
      c,
      { title: words('ltiPickTitle'), meta, isPassing: true },
      <PickPage words={words} code={codes.page} settings={deepLinking} offered={offered} />,
    );
  }
  return page(
    c,
    { title: words('ltiLaunchTitle'), script: 'launch.js', meta, isPassing: true },
    <LaunchPage words={words} name={launched.name} state={state} landing={landing} code={codes.page} />,
  );
}

launchPages.post('/lti/launch', async (c: Context<AppEnv>) => {
  const given = (await orWait(c)) ?? (await readPosted(c));
  if (given instanceof Response) return given;
  const { state = '', id_token: idToken, error } = given;
  if (state !== '' && error !== undefined && idToken === undefined) {
    const detail = [error, given.error_description].filter(Boolean).join(': ').slice(0, 300);
    const refused = await refuseByPlatform(outsideCallOf(c), state);
    return showRefused(c, refused, detail);
  }
  if (state === '' || !idToken) return showRefused(c, { kind: 'refused', reason: 'malformed' });
  const outside: Outside = outsideOf(c.env, c.var.settings);
  const posted = {
    ...{ state, idToken, proof: given.proof ?? null },
    ...{ cookie: readSecret(c, await cookieOf(state)), session: secretOf(c) },
  };
  const launched = await acceptLaunch(outsideCallOf(c), posted, outside);
  switch (launched.kind) {
    case 'refused':
      return showRefused(c, launched);
    case 'accepted':
      return await showAccepted(c, launched, state);
    case 'ask-browser': {
      const words = wordsFor(localeOf(c));
      c.set('frameOrigins', launched.registration.frameOrigins);
      return page(
        c,
        { title: words('ltiBindTitle'), script: 'launch.js', meta: { 've-lti-step': 'bind' }, isPassing: true },
        <BindPage
          words={words}
          state={state}
          idToken={idToken}
          login={launched.login}
          registration={launched.registration}
        />,
      );
    }
  }
});

/** A session in a window of its own, which no frame shows. */
async function beginWindow(call: SystemCall, userId: string, launch: LaunchFacts, previous: string | undefined) {
  const begun = await sessionByLaunch(call, { userId, launch, frameOrigins: [] }, previous);
  await call.db.batch(begun.statements);
  return begun.secret;
}

launchPages.post('/lti/open', async (c) => {
  c.header('cache-control', 'private, no-store');
  const words = wordsFor(localeOf(c));
  const { code = '', window } = textsOf(await readUnprotectedForm(c, MAX_LAUNCH_BYTES));
  const call = outsideCallOf(c);
  if (window === 'new' && !isFramed(c)) {
    const used = await useCode(call, 'window', code);
    const secret = used && (await beginWindow(call, used.userId, used.launch, secretOf(c)));
    if (!used || secret === undefined) return showOver(c);
    giveSession(c, secret);
    return c.redirect(used.landing, 303);
  }
  const found = await readCode(call, 'window', code);
  if (!found) return showOver(c);
  if (await findViewer(c, found.userId)) return c.redirect(found.landing, 303);
  c.set('frameOrigins', await framesOf(call, found.launch.registrationId));
  return page(c, { title: words('ltiWindowTitle'), isPassing: true }, <WindowPage words={words} code={code} />);
});
