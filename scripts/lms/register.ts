import { MATHEMATICS } from './seed.ts';
import type { Client } from './world.ts';

/** Who registers, and where. */
export type Admin = {
  /** Where the vault is, such as `http://127.0.0.1:8787`. */
  readonly vaultUrl: string;
  readonly email: string;
  readonly password: string;
};

type Registration = Admin & {
  /** Where the stand-in is. */
  readonly lmsUrl: string;
  readonly service: Client;
  readonly signIn: Client;
};

/** Why it did not work, in words for whoever started the stand-in. */
export class NotRegistered extends Error {}

type Found = { id: string; lmsUrl: string; activeSecrets: { id: string }[] };

/** The vault's API as an admin. */
function apiOf({ vaultUrl }: Pick<Admin, 'vaultUrl'>, access = '') {
  return async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${vaultUrl}/api/v1${path}`, {
      method,
      headers: {
        ...(access && { authorization: `Bearer ${access}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    }).catch((error: Error) => {
      throw new NotRegistered(`The vault at ${vaultUrl} does not answer yet (${error.message}). Start it: npm start`);
    });
    const text = await response.text();
    return {
      status: response.status,
      text,
      json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  };
}

export const refused = (what: string, { status, text }: { status: number; text: string }) =>
  new NotRegistered(`The vault would not ${what}: ${status} ${text.slice(0, 300)}`);

/** The vault's API for whoever signs in. */
export async function apiAs({ vaultUrl, email, password }: Admin): Promise<ReturnType<typeof apiOf>> {
  const signedIn = await apiOf({ vaultUrl })('POST', '/auth/login', { email, password });
  if (signedIn.status !== 200) throw refused(`sign ${email} in`, signedIn);
  return apiOf({ vaultUrl }, String(signedIn.json.access));
}

/** A fresh secret for a connection that is there already: one more, in place of the oldest when there are too many. */
async function freshSecret(api: ReturnType<typeof apiOf>, { id, activeSecrets }: Found): Promise<string> {
  const path = `/openedx/connections/${id}/webhook-secrets`;
  let made = await api('POST', path, {});
  const [oldest] = activeSecrets;
  if (made.status === 409 && oldest) {
    await api('DELETE', `${path}/${oldest.id}`);
    made = await api('POST', path, {});
  }
  if (made.status !== 201) throw refused('make another webhook secret', made);
  return String(made.json.secret);
}

/** Makes the stand-in known to the vault, or known again, and tells where its webhooks go. */
export async function register(registration: Registration): Promise<string> {
  const { vaultUrl, lmsUrl, service, signIn } = registration;
  const api = await apiAs(registration);

  const listed = await api('GET', '/openedx/connections?pageSize=100');
  if (listed.status !== 200) throw refused('list its connections', listed);
  const known = (listed.json.results as Found[]).find((one) => one.lmsUrl.replace(/\/$/, '') === lmsUrl);
  const settings = {
    name: 'Stand-in Open edX',
    lmsUrl,
    studioUrl: lmsUrl,
    clientId: service.clientId,
    clientSecret: service.clientSecret,
    signInClientId: signIn.clientId,
    signInClientSecret: signIn.clientSecret,
  };
  let id = known?.id;
  let secret: string;
  if (known) {
    const changed = await api('PATCH', `/openedx/connections/${known.id}`, settings);
    if (changed.status !== 200) throw refused('change its connection', changed);
    secret = await freshSecret(api, known);
  } else {
    const made = await api('POST', '/openedx/connections', settings);
    if (made.status !== 201) {
      const hint = made.status < 500 ? ' (was it started with VE_ALLOW_PRIVATE_HOSTS=1?)' : '';
      throw refused(`connect to ${lmsUrl}${hint}`, made);
    }
    id = String(made.json.id);
    secret = String((made.json.webhookSecrets as string[])[0]);
  }

  const course = await api('POST', '/courses', {
    courseKey: MATHEMATICS,
    title: 'Mathematics Form 3 (MSCE)',
    examinationLevel: 'MSCE',
    academicClass: 'Form 3',
    connectionId: id,
  });
  if (course.status !== 201 && course.status !== 409) throw refused(`follow ${MATHEMATICS}`, course);
  return `${vaultUrl}/api/v1/webhooks/openedx/${secret}`;
}
