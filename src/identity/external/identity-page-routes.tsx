import { Hono } from 'hono';
import { type AppContext, type AppEnv, contentSecurityPolicy } from '../../http/index.ts';
import { DomainError } from '../../lib/errors.ts';
import { frameOf, localeOf, page, tryForm, wordsFor } from '../../ui/index.ts';
import { localPath } from '../local-path.ts';
import { pageCall, pageGuard } from '../page-guard.ts';
import { secretOf, seeSession } from '../page-session.ts';
import { csrfFor, readForm } from '../read-form.ts';
import { requireConfirmed } from '../require-confirmed.ts';
import { identityProviders } from '../schema.ts';
import { IdentitiesPage, LinkPage } from './identity-pages.tsx';
import { linkIdentity, listIdentities, unlinkIdentity } from './link-identity.ts';
import { forgetPendingLink, readPendingLink } from './pending-link.ts';
import { credentialsOf, type ProviderName, providers } from './providers.ts';
import { leadToProvider } from './sign-in-routes.tsx';

const HOME = '/profile/identities';

/** `/profile/identities`: providers one signs in by; and `/sign-in/link`, where one is joined to an account that has its address. */
export const identitiesPages = new Hono<AppEnv>({ strict: false });

async function showIdentities(c: AppContext, problem?: 'extLastWay') {
  const { words, viewer, csrf } = frameOf(c);
  const linked = await listIdentities(pageCall(c));
  const listed = identityProviders
    .map((name) => ({ name, label: providers[name].label, linked: linked.find((one) => one.provider === name) }))
    .filter(({ name, linked: found }) => found ?? credentialsOf(c.env, name));
  // The button of a provider leads there, by way of us.
  const formAction = ["'self'", ...identityProviders.map((name) => originOf(name))];
  c.header('content-security-policy', contentSecurityPolicy({ formAction }));
  return page(
    c,
    { title: words('extTitle'), viewer, status: problem ? 409 : 200 },
    <IdentitiesPage words={words} csrf={csrf} listed={listed} problem={problem && words(problem)} />,
  );
}

const originOf = (name: ProviderName) => new URL(providers[name].server.authorization_endpoint ?? '').origin;

identitiesPages.get(HOME, pageGuard, (c) => showIdentities(c));

function providerOf(form: FormData): ProviderName {
  const found = identityProviders.find((name) => name === form.get('provider'));
  if (!found) throw new DomainError('not_found');
  return found;
}

identitiesPages.post(`${HOME}/link`, pageGuard, async (c) => {
  const provider = providerOf(await readForm(c));
  const call = pageCall(c);
  await requireConfirmed(call);
  return await leadToProvider(c, provider, { next: HOME, userId: call.actor.userId });
});

identitiesPages.post(`${HOME}/unlink`, pageGuard, async (c) => {
  const provider = providerOf(await readForm(c));
  const refused = await tryForm(['last_way_in'], () => unlinkIdentity(pageCall(c), provider));
  return refused ? await showIdentities(c, 'extLastWay') : c.redirect(HOME, 303);
});

identitiesPages.get('/sign-in/link', async (c) => {
  const pending = await readPendingLink(c);
  if (!pending) return c.redirect('/sign-in', 303);
  const words = wordsFor(localeOf(c));
  const secret = secretOf(c);
  const found = secret && (await seeSession(c, secret));
  const who = !found ? 'nobody' : found.userId === pending.userId && !found.isHeld ? 'owner' : 'another';
  const { label } = providers[pending.provider];
  return page(
    c,
    { title: words('extLinkTitle', { provider: label }) },
    <LinkPage
      words={words}
      csrf={await csrfFor(c)}
      who={who}
      provider={label}
      email={pending.person.email ?? ''}
      next={localPath('/sign-in/link')}
    />,
  );
});

identitiesPages.post('/sign-in/link', pageGuard, async (c) => {
  await readForm(c);
  const pending = await readPendingLink(c);
  const call = pageCall(c);
  if (pending?.userId !== call.actor.userId || call.actor.isHeld) return c.redirect('/sign-in/link', 303);
  await requireConfirmed(call);
  const refused = await tryForm(['identity_taken'], () => linkIdentity(call, pending));
  forgetPendingLink(c);
  return c.redirect(refused ? HOME : pending.next, 303);
});
