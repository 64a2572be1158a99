import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { apiDocs, apiSchema } from './api-docs.tsx';
import { assessmentsEndpoints, assessmentsPages, assessmentsStaffPages } from './assessments/index.ts';
import { mediaEndpoints, mediaPages } from './content/index.ts';
import { coursesEndpoints, coursesPages, lessonsEndpoints, lessonsPages } from './courses/index.ts';
import { countKv } from './db/index.ts';
import { healthEndpoints } from './health.ts';
import {
  homePages,
  myDataEndpoints,
  myDataPages,
  operationsEndpoints,
  operationsPages,
  staffDesk,
} from './home/index.ts';
import {
  type AppContext,
  type AppEnv,
  type ContractPage,
  contentSecurityPolicy,
  cors,
  type Endpoint,
  type Guard,
  isFramed,
  limitHead,
  limitMediaType,
  limitPages,
  limitRole,
  limitSize,
  methodsOf,
  mountEndpoints,
  pageFor,
  problemAnswer,
  rateLimitHeaders,
  readSettings,
  requestLine,
  type Standing,
  securityHeaders,
  validateInput,
  wrongMethod,
} from './http/index.ts';
import {
  authenticate,
  identityEndpoints,
  identityPages,
  limitRequests,
  localPath,
  sendAgain,
  toConfirm,
} from './identity/index.ts';
import { itemsEndpoints, itemsPages } from './items/index.ts';
import { DomainError } from './lib/errors.ts';
import { newId } from './lib/ids.ts';
import { consoleLog, errorLine, type Log } from './lib/log.ts';
import { ltiContractPages, ltiEndpoints, ltiPages } from './lti/index.ts';
import { notificationsEndpoints, notificationsPages } from './notifications/index.ts';
import { openedxEndpoints, openedxPages, openedxSignInPages, openedxSignInWays } from './openedx/index.ts';
import { peopleEndpoints, peoplePages } from './people/index.ts';
import { permissionsPage } from './permissions-page.tsx';
import { errorPage, isLocale } from './ui/index.ts';

/** The pages that other programs rely on. */
export const contractPages: readonly ContractPage[] = [...ltiContractPages];

export const endpoints: readonly Endpoint[] = [
  ...healthEndpoints,
  ...identityEndpoints,
  ...coursesEndpoints,
  ...lessonsEndpoints,
  ...mediaEndpoints,
  ...myDataEndpoints,
  ...peopleEndpoints,
  ...openedxEndpoints,
  ...itemsEndpoints,
  ...assessmentsEndpoints,
  ...ltiEndpoints,
  ...notificationsEndpoints,
  ...operationsEndpoints,
  apiSchema(() => endpoints, contractPages),
];

/** In the contract's order of refusals: first 429, then 401, 413, 415, 400, 403. The verbs refuse with 404, 409 and 422. */
export const guards: readonly Guard[] = [
  limitRequests,
  authenticate,
  limitSize,
  limitMediaType,
  validateInput,
  limitRole,
];

const isApi = (path: string) => /^\/(api|health|lti)(\/|$)/.test(path);

/** The whole HTTP side. Guards and log are given so that a test can leave one out; the Worker always has them all. */
export function createApp({
  guards: chosen = guards,
  log = consoleLog,
}: {
  guards?: readonly Guard[];
  log?: Log;
} = {}) {
  const app = new Hono<AppEnv>({ strict: false });

  app.use(async (c, next) => {
    const startedAt = Date.now();
    c.set('requestId', newId('request', startedAt));
    c.set('now', startedAt);
    c.set('address', c.req.header('cf-connecting-ip') ?? '127.0.0.1');
    const trips = { d1: 0, kv: 0 };
    c.set('trips', trips);
    c.env = { ...c.env, BANKS: countKv(c.env.BANKS, trips) };
    c.set('settings', readSettings(c.env));
    await next();
    const { headers } = c.res;
    // CONTRACT "General": what is answered to a token or cookie is never public.
    if ((c.req.header('authorization') ?? c.req.header('cookie')) !== undefined) {
      const caching = headers.get('cache-control');
      if (caching?.startsWith('public')) headers.set('cache-control', caching.replace('public', 'private'));
    }
    headers.set('x-request-id', c.get('requestId'));
    for (const [name, value] of Object.entries(securityHeaders)) if (!headers.has(name)) headers.set(name, value);
    for (const [name, value] of Object.entries(rateLimitHeaders(c.var.standings ?? []))) headers.set(name, value);
    if (!headers.has('content-security-policy'))
      headers.set('content-security-policy', contentSecurityPolicy({ frameAncestors: c.get('frameOrigins') }));
    log('info', requestLine(c, c.res.status, startedAt));
  });
  app.use(async (c, next) => {
    const { missingSecrets } = c.get('settings');
    if (missingSecrets.length > 0) {
      log('error', { message: 'missing secret', request_id: c.var.requestId, missing: missingSecrets.join(', ') });
      throw new DomainError('unavailable');
    }
    await next();
  });
  app.use(limitHead);
  app.use(cors((path) => methodsOf(app, path)));
  app.use(limitPages);

  mountEndpoints(app, endpoints, chosen);
  app.route('/', apiDocs);
  app.route(
    '/',
    permissionsPage(() => endpoints),
  );
  app.route('/', identityPages(openedxSignInWays));
  app.route('/', openedxSignInPages);
  app.route('/', assessmentsPages);
  app.route('/', homePages);
  app.route('/', coursesPages);
  app.route('/', lessonsPages);
  app.route('/', peoplePages);
  app.route('/', myDataPages);
  app.route('/', openedxPages);
  app.route('/', mediaPages);
  app.route('/', itemsPages);
  app.route('/', assessmentsStaffPages);
  app.route('/', ltiPages);
  app.route('/', notificationsPages);
  app.route('/', operationsPages);
  app.route('/', staffDesk);
  app.get('/language/:locale', (c) => {
    const locale = c.req.param('locale');
    if (!isLocale(locale)) throw new DomainError('not_found');
    const kept = { path: '/', httpOnly: true, maxAge: 365 * 24 * 3600 } as const;
    // In another site's frame a browser keeps no other cookie than this.
    const framed = { ...kept, sameSite: 'None', secure: true, partitioned: true } as const;
    setCookie(c, 've_lang', locale, isFramed(c) ? framed : { ...kept, sameSite: 'Lax' });
    const next = localPath(c.req.query('next'));
    const { pathname } = new URL(next, c.req.url);
    const shown = pageFor(app, pathname);
    return c.redirect(shown === pathname ? next : shown, 303);
  });

  const refuse = async (c: AppContext, error: unknown) => {
    if (!(error instanceof DomainError)) log('error', errorLine({ request_id: c.var.requestId }, error));
    else if (error.more.standing) c.set('standings', [error.more.standing as Standing]);
    if (isApi(c.req.path)) return problemAnswer(c, error);
    if (!(error instanceof DomainError)) return errorPage(c, error);
    try {
      const isToConfirm = error.code === 'confirm_first' && !isFramed(c);
      return (await (isToConfirm ? toConfirm(c) : sendAgain(c, error))) ?? errorPage(c, error);
    } catch (failure) {
      log('error', errorLine({ request_id: c.var.requestId }, failure));
      return errorPage(c, failure);
    }
  };
  app.notFound((c) => {
    const { method, path } = c.req;
    const isReading = method === 'GET' || method === 'HEAD';
    const shown = isReading && !isApi(path) ? pageFor(app, path) : path;
    // The home page is above everything, and tells nobody why they are there.
    if (shown !== path && shown !== '/') return c.redirect(localPath(shown), 303);
    return refuse(c, wrongMethod(app, path) ?? new DomainError('not_found'));
  });
  app.onError((error, c) => refuse(c, error));
  return app;
}
