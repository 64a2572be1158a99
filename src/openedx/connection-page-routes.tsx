import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type * as z from 'zod';
import { type AppContext, type AppEnv, outsideOf, validate } from '../http/index.ts';
import { pageCall, pageGuard, readForm } from '../identity/index.ts';
import { isAdmin } from '../lib/call.ts';
import { DomainError, type FieldError } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import {
  ConfirmPage,
  type Fields,
  fieldsOf,
  frameOf,
  numberOf,
  type Problems,
  page,
  showInstant,
  submitForm,
  tryForm,
  type Words,
} from '../ui/index.ts';
import {
  CreateConnectionInput,
  ListConnectionsInput,
  TestConnectionInput,
  UpdateConnectionInput,
} from './connection-input.ts';
import { ConnectionListPage, ConnectionPage, NewConnectionPage, OncePage, type Tested } from './connection-pages.tsx';
import { type Connection, listConnections, requireConnection } from './connections.ts';
import { createConnection } from './create-connection.ts';
import { deleteConnection } from './delete-connection.ts';
import { testConnection } from './test-connection.ts';
import { updateConnection } from './update-connection.ts';
import { addWebhookSecret, revokeWebhookSecret, rotateHmacSecret } from './webhook-secrets.ts';

/** `/staff/connections`: for admins. Instructors are refused without being told what is there. */
export const connectionPages = new Hono<AppEnv>({ strict: false });

const adminOnly = createMiddleware<AppEnv>(async (c, next) => {
  if (!c.var.actor || !isAdmin(c.var.actor)) throw new DomainError('forbidden');
  await next();
});

connectionPages.use('/staff/connections/*', pageGuard, adminOnly);

const PAGE_SIZE = 50;

const originOf = (c: AppContext) => new URL(c.req.url).origin;
const callbackOf = (c: AppContext) => `${originOf(c)}/sign-in/openedx/callback`;
const addressOf = (c: AppContext, secret: string) => `${originOf(c)}/api/v1/webhooks/openedx/${secret}`;
const realOutside = (c: AppContext) => outsideOf(c.env, c.var.settings);
/** An id out of a path, as part of a path of ours. */
const pathOf = (id: string) => `/staff/connections/${encodeURIComponent(id)}`;

const fieldWords = {
  name: 'conNameBad',
  lmsUrl: 'conUrlBad',
  studioUrl: 'conUrlBad',
  clientId: 'conClientIdBad',
  clientSecret: 'conClientSecretBad',
  signInClientId: 'conClientIdBad',
  signInClientSecret: 'conClientSecretBad',
  debounceSeconds: 'conDebounceBad',
  vanishLimit: 'conVanishBad',
} as const;
/** What the verb refuses: it says so in sentences. */
const verbProblems = ({ more }: DomainError): Problems =>
  Object.fromEntries(((more.errors ?? []) as FieldError[]).map(({ pointer, message }) => [pointer.slice(1), message]));

/** Nothing secret goes back into a page. */
const withoutSecrets = ({ clientSecret: _client, signInClientSecret: _signIn, ...rest }: Fields): Fields => rest;

/** Tries a form of a connection. */
const submit = <S extends z.ZodType, T>(
  words: Words,
  schema: S,
  given: unknown,
  run: (input: z.output<S>) => Promise<T>,
) => submitForm({ words, fieldWords, schema, given, codes: ['invalid'], problemsOf: verbProblems }, run);

connectionPages.get('/staff/connections', async (c) => {
  const { words, viewer } = frameOf(c);
  const query = validate(ListConnectionsInput, { page: c.req.query('page') ?? '1', pageSize: PAGE_SIZE }, '/query');
  const found = pageAnswer(new URL(c.req.url), query, await listConnections(pageCall(c), query));
  return page(c, { title: words('conList'), viewer }, <ConnectionListPage words={words} connections={found} />);
});

function showNew(c: AppContext, fields: Fields = {}, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const status = Object.keys(problems).length > 0 ? 400 : 200;
  return page(
    c,
    { title: words('conNew'), viewer, status },
    <NewConnectionPage
      words={words}
      csrf={csrf}
      callback={callbackOf(c)}
      fields={withoutSecrets(fields)}
      problems={problems}
    />,
  );
}

/** Shows secrets, this once. No link of the page may tell where it came from, and nobody may keep it. */
function showOnce(c: AppContext, id: string, shown: { secret?: string; hmacSecret?: string }) {
  const { words, viewer } = frameOf(c);
  return page(
    c,
    { title: words('conOnce'), viewer },
    <OncePage
      words={words}
      id={id}
      address={shown.secret && addressOf(c, shown.secret)}
      hmacSecret={shown.hmacSecret}
    />,
  );
}

connectionPages.get('/staff/connections/new', (c) => showNew(c));

connectionPages.post('/staff/connections/new', async (c) => {
  const { words } = frameOf(c);
  const fields = fieldsOf(await readForm(c));
  const { name, lmsUrl, studioUrl, clientId, clientSecret, signInClientId, signInClientSecret } = fields;
  const given = {
    name,
    lmsUrl,
    clientId,
    clientSecret,
    ...(studioUrl && { studioUrl }),
    ...(signInClientId && { signInClientId }),
    ...(signInClientSecret && { signInClientSecret }),
  };
  const tried = await submit(words, CreateConnectionInput, given, (input) =>
    createConnection(pageCall(c), input, realOutside(c)),
  );
  if ('problems' in tried) return showNew(c, fields, tried.problems);
  const { id, webhookSecret, hmacSecret } = tried.done;
  return showOnce(c, id, { secret: webhookSecret, hmacSecret });
});

const fieldsFrom = (one: Connection): Fields => ({
  name: one.name,
  lmsUrl: one.lmsUrl,
  studioUrl: one.studioUrl ?? '',
  clientId: one.clientId,
  signInClientId: one.signInClientId ?? '',
  debounceSeconds: String(one.debounceSeconds),
  vanishLimit: String(one.vanishLimit),
  ...(one.allowSignIn && { allowSignIn: 'on' }),
  ...(one.requireSignature && { requireSignature: 'on' }),
});

/** `posted`: the settings as they were sent. */
type Shown = { posted?: Fields; problems?: Problems; courseKey?: string; tested?: Tested; isFull?: boolean };

async function showConnection(c: AppContext, id: string, shown: Shown = {}) {
  const { posted, problems = {}, courseKey = '', tested, isFull = false } = shown;
  const { words, viewer, csrf } = frameOf(c);
  const connection = await requireConnection(pageCall(c), id);
  const status = isFull ? 409 : Object.keys(problems).length > 0 ? 400 : 200;
  return page(
    c,
    { title: connection.name, viewer, status },
    <ConnectionPage
      words={words}
      csrf={csrf}
      callback={callbackOf(c)}
      connection={connection}
      fields={{ ...(posted ? withoutSecrets(posted) : fieldsFrom(connection)), courseKey }}
      problems={problems}
      tested={tested}
      isSaved={c.req.method === 'GET' && c.req.query('saved') !== undefined}
      isFull={isFull}
    />,
  );
}

connectionPages.get('/staff/connections/:id', (c) => showConnection(c, c.req.param('id')));

connectionPages.post('/staff/connections/:id', async (c) => {
  const { words } = frameOf(c);
  const id = c.req.param('id');
  const fields = fieldsOf(await readForm(c));
  const { name, lmsUrl, studioUrl, clientId, clientSecret, signInClientId, signInClientSecret } = fields;
  const given = {
    name,
    lmsUrl,
    studioUrl: studioUrl || null,
    clientId,
    ...(clientSecret && { clientSecret }),
    signInClientId: signInClientId || null,
    ...(signInClientId ? signInClientSecret && { signInClientSecret } : { signInClientSecret: null }),
    allowSignIn: 'allowSignIn' in fields,
    requireSignature: 'requireSignature' in fields,
    debounceSeconds: numberOf(fields.debounceSeconds),
    vanishLimit: numberOf(fields.vanishLimit),
  };
  const tried = await submit(words, UpdateConnectionInput, given, (input) =>
    updateConnection(pageCall(c), { ...input, id }, realOutside(c)),
  );
  if (!('problems' in tried)) return c.redirect(`${pathOf(id)}?saved`, 303);
  return await showConnection(c, id, { posted: fields, problems: tried.problems });
});

connectionPages.post('/staff/connections/:id/test', async (c) => {
  const id = c.req.param('id');
  const fields = fieldsOf(await readForm(c));
  const courseKey = fields.courseKey?.trim();
  const input = validate(TestConnectionInput, courseKey ? { courseKey } : {});
  const tested = await testConnection(pageCall(c), { ...input, id }, realOutside(c));
  return await showConnection(c, id, { tested, ...(courseKey && { courseKey }) });
});

connectionPages.post('/staff/connections/:id/webhook-secrets', async (c) => {
  await readForm(c);
  const id = c.req.param('id');
  const added = await tryForm(['conflict'], () => addWebhookSecret(pageCall(c), id));
  if (added instanceof DomainError) return await showConnection(c, id, { isFull: true });
  return showOnce(c, id, { secret: added.secret });
});

connectionPages.get('/staff/connections/:id/webhook-secrets/:secretId/end', async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { id, webhookSecrets } = await requireConnection(pageCall(c), c.req.param('id'));
  const secret = webhookSecrets.find((one) => one.id === c.req.param('secretId'));
  if (!secret) throw new DomainError('not_found');
  return page(
    c,
    { title: words('conSecretEnd'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('conSecretEndAsk', { when: showInstant(secret.createdAt) })}
      yes={words('conSecretEnd')}
      no={words('conKeep')}
      back={pathOf(id)}
    >
      <p>{words('conSecretEndNote')}</p>
    </ConfirmPage>,
  );
});

connectionPages.post('/staff/connections/:id/webhook-secrets/:secretId/end', async (c) => {
  await readForm(c);
  const { id, secretId } = c.req.param();
  await revokeWebhookSecret(pageCall(c), { connectionId: id, secretId });
  return c.redirect(`${pathOf(id)}?saved`, 303);
});

connectionPages.get('/staff/connections/:id/hmac-secret', async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { id } = await requireConnection(pageCall(c), c.req.param('id'));
  return page(
    c,
    { title: words('conHmacRotate'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('conHmacRotateAsk')}
      yes={words('conHmacRotate')}
      no={words('conKeep')}
      back={pathOf(id)}
    >
      <p>{words('conHmacRotateNote')}</p>
    </ConfirmPage>,
  );
});

connectionPages.post('/staff/connections/:id/hmac-secret', async (c) => {
  await readForm(c);
  const id = c.req.param('id');
  return showOnce(c, id, await rotateHmacSecret(pageCall(c), id, realOutside(c)));
});

async function showDelete(c: AppContext, isInUse = false) {
  const { words, viewer, csrf } = frameOf(c);
  const { id, name, courseCount } = await requireConnection(pageCall(c), c.req.param('id') ?? '');
  if (isInUse || courseCount > 0)
    return page(
      c,
      { title: words('conDelete'), viewer, status: isInUse ? 409 : 200 },
      <>
        <h1>{words('conDelete')}</h1>
        <p role="alert">{words('conInUse')}</p>
        <p>
          <a href={pathOf(id)}>{name}</a>
        </p>
      </>,
    );
  return page(
    c,
    { title: words('conDelete'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('conDeleteAsk', { name })}
      yes={words('conDelete')}
      no={words('conKeep')}
      back={pathOf(id)}
    >
      <p>{words('conDeleteNote')}</p>
    </ConfirmPage>,
  );
}

connectionPages.get('/staff/connections/:id/delete', (c) => showDelete(c));

connectionPages.post('/staff/connections/:id/delete', async (c) => {
  await readForm(c);
  const done = await tryForm(['in_use'], () => deleteConnection(pageCall(c), c.req.param('id')));
  return done instanceof DomainError ? await showDelete(c, true) : c.redirect('/staff/connections', 303);
});
