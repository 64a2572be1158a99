import { env } from 'cloudflare:workers';
import type { Outside } from '../../src/http/outside.ts';
import { newSecret } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { sealSecret } from '../../src/openedx/connection-secrets.ts';
import { connection } from '../../src/openedx/schema.ts';
import { db } from '../factories.ts';

export const LMS = 'https://lms.example.mw';
export const CLIENT_SECRET = 'the secret of the client';

type Row = typeof connection.$inferSelect;

/** A row as `createConnection` would write it; with `insert` it is in the database. */
export async function aConnection(changes: Partial<Row> = {}, { insert = true } = {}): Promise<Row> {
  const id = newId('connection');
  const row: Row = {
    id,
    name: 'A site',
    lmsUrl: LMS,
    studioUrl: null,
    clientId: 'vault-backend',
    clientSecret: await sealSecret(env.SECRETS_KEY, id, 'client', CLIENT_SECRET),
    signInClientId: null,
    signInClientSecret: null,
    hmacSecret: await sealSecret(env.SECRETS_KEY, id, 'hmac', newSecret()),
    requireSignature: false,
    allowSignIn: true,
    debounceSeconds: 30,
    vanishLimit: 30,
    createdAt: Date.now(),
    deletedAt: null,
    ...changes,
  };
  if (insert) await db.insert(connection).values(row);
  return row;
}

type Answer = Response | Promise<Response>;
export type Lms = (request: Request, form: URLSearchParams) => Answer | undefined;

/** The fields of a posted form; none of anything else. */
export const readForm = async (request: Request | undefined) =>
  new URLSearchParams(request?.method === 'POST' ? new TextDecoder().decode(await request.clone().arrayBuffer()) : '');

/** An outside where every request goes to `lms`; what it leaves out is a token or 404. `asked` is a list of what was asked. */
export function anOutside(lms: Lms = () => undefined, more: Partial<Outside> = {}) {
  const asked: Request[] = [];
  let tokens = 0;
  const outside: Outside = {
    secretsKey: env.SECRETS_KEY,
    allowLoopback: false,
    now: Date.now,
    tokens: new Map(),
    async fetch(input, init) {
      const request = new Request(input, init);
      asked.push(request.clone());
      const form = await readForm(request);
      const answer = lms(request, form);
      if (answer) return await answer;
      if (!new URL(request.url).pathname.endsWith('/oauth2/access_token'))
        return Response.json({ detail: 'Not found.' }, { status: 404 });
      tokens += 1;
      return Response.json({
        access_token: `aa.token${tokens}.cc`,
        expires_in: 3600,
        token_type: 'JWT',
        scope: 'read',
      });
    },
    ...more,
  };
  const paths = () => asked.map(({ url }) => new URL(url).pathname);
  return { outside, asked, paths };
}
