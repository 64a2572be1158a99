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
  type Problems,
  page,
  showInstant,
  submitForm,
  type Words,
} from '../ui/index.ts';
import { createRegistration } from './create-registration.ts';
import { deleteRegistration } from './delete-registration.ts';
import { approveDeployment, removeDeployment } from './deployments.ts';
import { createInvitation, registerUrl } from './invitations.ts';
import { readLaunchLog } from './read-launch-log.ts';
import {
  AddDeploymentInput,
  CreateRegistrationInput,
  ListRegistrationsInput,
  UpdateRegistrationInput,
} from './registration-input.ts';
import {
  InvitationPage,
  NewRegistrationPage,
  RegistrationListPage,
  RegistrationPage,
  type Tested,
} from './registration-pages.tsx';
import { listRegistrations, type Registration, requireRegistration } from './registrations.ts';
import { testRegistration } from './test-registration.ts';
import { updateRegistration } from './update-registration.ts';

/** `/staff/lti` and what lies under it for admins. The desks of places, `/staff/lti/links`, are for all staff and guard themselves. */
export const ltiAdminPages = new Hono<AppEnv>({ strict: false });

const adminOnly = createMiddleware<AppEnv>(async (c, next) => {
  if (!c.var.actor || !isAdmin(c.var.actor)) throw new DomainError('forbidden');
  await next();
});

for (const path of ['/staff/lti', '/staff/lti/registrations/*', '/staff/lti/invitations'])
  ltiAdminPages.use(path, pageGuard, adminOnly);

const PAGE_SIZE = 50;

const originOf = (c: AppContext) => new URL(c.req.url).origin;
const realOutside = (c: AppContext) => outsideOf(c.env, c.var.settings);
/** An id out of a path, as part of a path of ours. */
const pathOf = (id: string) => `/staff/lti/registrations/${encodeURIComponent(id)}`;

const fieldWords = {
  name: 'ltiRegNameBad',
  issuer: 'ltiRegIssuerBad',
  clientId: 'ltiRegClientIdBad',
  authLoginUrl: 'ltiRegUrlBad',
  authTokenUrl: 'ltiRegUrlBad',
  keySetUrl: 'ltiRegUrlBad',
  audience: 'ltiRegAudienceBad',
  deployments: 'ltiRegDeploymentsBad',
  frameOrigins: 'ltiRegFramesBad',
} as const;

/** The lines of a box that holds one thing a line. */
const linesOf = (text = '') =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What the verb refuses: it says so in sentences, of a list with the line that it means. */
function verbProblems(words: Words, { code, more }: DomainError, fields: Fields): Problems {
  if (code === 'in_use') return { clientId: words('ltiRegTaken') };
  const errors = (more.errors ?? []) as FieldError[];
  const told = errors.map(({ pointer, message }) => {
    const [, name = '', index] = pointer.split('/');
    const line = index === undefined ? undefined : linesOf(fields[name])[Number(index)];
    return [name, line === undefined ? message : `${line}: ${message}`] as const;
  });
  return Object.fromEntries(told.reverse());
}

/** Tries a form of a registration. */
const submit = <S extends z.ZodType, T>(
  words: Words,
  schema: S,
  given: unknown,
  fields: Fields,
  run: (input: z.output<S>) => Promise<T>,
) =>
  submitForm(
    {
      ...{ words, fieldWords, schema, given, codes: ['invalid', 'in_use'] },
      problemsOf: (refused) => verbProblems(words, refused, fields),
    },
    run,
  );

const statusOf = (problems: Problems) => (Object.keys(problems).length > 0 ? 400 : 200);

ltiAdminPages.get('/staff/lti', async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const query = validate(ListRegistrationsInput, { page: c.req.query('page') ?? '1', pageSize: PAGE_SIZE }, '/query');
  const listed = pageAnswer(new URL(c.req.url), query, await listRegistrations(pageCall(c), query));
  return page(
    c,
    { title: words('ltiRegList'), viewer },
    <RegistrationListPage words={words} csrf={csrf} origin={originOf(c)} listed={listed} />,
  );
});

ltiAdminPages.post('/staff/lti/invitations', async (c) => {
  const { words, viewer } = frameOf(c);
  await readForm(c);
  const { secret, expiresAt } = await createInvitation(pageCall(c));
  return page(
    c,
    { title: words('ltiRegInvited'), viewer },
    <InvitationPage words={words} url={registerUrl(originOf(c), secret)} until={showInstant(expiresAt)} />,
  );
});

function showNew(c: AppContext, fields: Fields = {}, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  return page(
    c,
    { title: words('ltiRegNew'), viewer, status: statusOf(problems) },
    <NewRegistrationPage words={words} csrf={csrf} origin={originOf(c)} fields={fields} problems={problems} />,
  );
}

ltiAdminPages.get('/staff/lti/registrations/new', (c) => showNew(c));

/** What both forms hold, as the verbs take it. */
const givenBy = ({ issuer, clientId, authLoginUrl, authTokenUrl, keySetUrl, ...fields }: Fields) => ({
  ...{ issuer, clientId, authLoginUrl, authTokenUrl, keySetUrl },
  audience: fields.audience?.trim() || null,
  deployments: linesOf(fields.deployments),
  allowAnonymous: 'allowAnonymous' in fields,
  ...(fields.name?.trim() && { name: fields.name }),
});

ltiAdminPages.post('/staff/lti/registrations/new', async (c) => {
  const { words } = frameOf(c);
  const fields = fieldsOf(await readForm(c));
  const frameOrigins = linesOf(fields.frameOrigins);
  const given = { ...givenBy(fields), ...(frameOrigins.length > 0 && { frameOrigins }) };
  const tried = await submit(words, CreateRegistrationInput, given, fields, (input) =>
    createRegistration(pageCall(c), input, realOutside(c)),
  );
  if ('problems' in tried) return showNew(c, fields, tried.problems);
  return c.redirect(`${pathOf(tried.done.id)}?saved`, 303);
});

const fieldsFrom = (one: Registration): Fields => ({
  name: one.name,
  issuer: one.issuer,
  clientId: one.clientId,
  authLoginUrl: one.authLoginUrl,
  authTokenUrl: one.authTokenUrl,
  keySetUrl: one.keySetUrl,
  audience: one.audience ?? '',
  deployments: one.deployments.join('\n'),
  frameOrigins: one.frameOrigins.join('\n'),
  ...(one.allowAnonymous && { allowAnonymous: 'on' }),
  ...(one.isActive && { active: 'on' }),
});

/** `posted`: the settings as they were sent. */
type Shown = { posted?: Fields; problems?: Problems; tested?: Tested };

async function showRegistration(c: AppContext, id: string, { posted, problems = {}, tested }: Shown = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const [registration, log] = await Promise.all([requireRegistration(pageCall(c), id), readLaunchLog(pageCall(c), id)]);
  return page(
    c,
    { title: registration.name, viewer, status: statusOf(problems) },
    <RegistrationPage
      words={words}
      csrf={csrf}
      origin={originOf(c)}
      registration={registration}
      log={log}
      fields={posted ?? fieldsFrom(registration)}
      problems={problems}
      tested={tested}
      isSaved={c.req.method === 'GET' && c.req.query('saved') !== undefined}
    />,
  );
}

ltiAdminPages.get('/staff/lti/registrations/:id', (c) => showRegistration(c, c.req.param('id')));

ltiAdminPages.post('/staff/lti/registrations/:id', async (c) => {
  const { words } = frameOf(c);
  const id = c.req.param('id');
  const fields = fieldsOf(await readForm(c));
  const given = { ...givenBy(fields), frameOrigins: linesOf(fields.frameOrigins), active: 'active' in fields };
  const tried = await submit(words, UpdateRegistrationInput, given, fields, (input) =>
    updateRegistration(pageCall(c), { ...input, id }, realOutside(c)),
  );
  if (!('problems' in tried)) return c.redirect(`${pathOf(id)}?saved`, 303);
  return await showRegistration(c, id, { posted: fields, problems: tried.problems });
});

ltiAdminPages.post('/staff/lti/registrations/:id/activate', async (c) => {
  await readForm(c);
  const id = c.req.param('id');
  await updateRegistration(pageCall(c), { id, active: true }, realOutside(c));
  return c.redirect(`${pathOf(id)}?saved`, 303);
});

ltiAdminPages.post('/staff/lti/registrations/:id/deployments', async (c) => {
  const { deploymentId, do: what } = fieldsOf(await readForm(c));
  const which = { ...validate(AddDeploymentInput, { deploymentId }), registrationId: c.req.param('id') };
  if (what === 'refuse') await removeDeployment(pageCall(c), which);
  else await approveDeployment(pageCall(c), which);
  return c.redirect(`${pathOf(which.registrationId)}?saved`, 303);
});

ltiAdminPages.post('/staff/lti/registrations/:id/test', async (c) => {
  await readForm(c);
  const id = c.req.param('id');
  return await showRegistration(c, id, { tested: await testRegistration(pageCall(c), id, realOutside(c)) });
});

ltiAdminPages.get('/staff/lti/registrations/:id/delete', async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { id, name } = await requireRegistration(pageCall(c), c.req.param('id'));
  return page(
    c,
    { title: words('ltiRegDelete'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('ltiRegDeleteAsk', { name })}
      yes={words('ltiRegDelete')}
      no={words('ltiRegKeep')}
      back={pathOf(id)}
    >
      <p>{words('ltiRegDeleteNote')}</p>
    </ConfirmPage>,
  );
});

ltiAdminPages.post('/staff/lti/registrations/:id/delete', async (c) => {
  await readForm(c);
  await deleteRegistration(pageCall(c), c.req.param('id'));
  return c.redirect('/staff/lti', 303);
});
