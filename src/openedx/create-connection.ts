import type { Outside } from '../http/index.ts';
import { checkPlatformUrl } from '../http/index.ts';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { invalidFields } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { CreateConnectionInput } from './connection-input.ts';
import { sealSecret } from './connection-secrets.ts';
import { requireAdmin } from './connections.ts';
import { connection, webhookSecret } from './schema.ts';

/** The address as it is kept; one that may not be asked is refused (`invalid`) at `pointer`. */
export function requirePlatformUrl(text: string, pointer: string, rules: { allowLoopback: boolean }): string {
  const checked = checkPlatformUrl(text, rules);
  if (!checked.ok) throw invalidFields([{ pointer, message: checked.reason }]);
  return checked.url;
}

/**
 * Makes a connection with one secret for its webhook address and one to sign with. Both are answered here and never again: of
 * the first only the hash is kept, the other is sealed. Admins only. One round trip.
 */
export async function createConnection(
  call: Call,
  input: CreateConnectionInput,
  outside: Pick<Outside, 'secretsKey' | 'allowLoopback'>,
): Promise<{ id: string; webhookSecret: string; hmacSecret: string }> {
  requireAdmin(call);
  const { db, now } = call;
  const { name, clientId, signInClientId, signInClientSecret } = input;
  if ((signInClientId === undefined) !== (signInClientSecret === undefined))
    throw invalidFields([
      { pointer: '/signInClientSecret', message: 'Give id and secret for signing in, or neither.' },
    ]);
  const lmsUrl = requirePlatformUrl(input.lmsUrl, '/lmsUrl', outside);
  const studioUrl = input.studioUrl === undefined ? null : requirePlatformUrl(input.studioUrl, '/studioUrl', outside);
  const id = newId('connection', now);
  const [secret, hmacSecret] = [newSecret(), newSecret()];
  await db.batch([
    db.insert(connection).values({
      id,
      name,
      lmsUrl,
      studioUrl,
      clientId,
      clientSecret: await sealSecret(outside.secretsKey, id, 'client', input.clientSecret),
      signInClientId: signInClientId ?? null,
      signInClientSecret:
        signInClientSecret === undefined
          ? null
          : await sealSecret(outside.secretsKey, id, 'signIn', signInClientSecret),
      hmacSecret: await sealSecret(outside.secretsKey, id, 'hmac', hmacSecret),
      createdAt: now,
    }),
    db.insert(webhookSecret).values({ secretHash: await sha256(secret), connectionId: id, createdAt: now }),
    auditRow(call, { action: 'connection.created', subject: id, detail: { name, lmsUrl, studioUrl, clientId } }),
  ]);
  return { id, webhookSecret: secret, hmacSecret };
}
