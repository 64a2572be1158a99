import * as z from 'zod';
import { fromBase64Url } from '../lib/crypto.ts';

/** How far the clock of a platform may be behind ours, in seconds. */
const LEEWAY_SECONDS = 60;

const IdClaims = z.object({
  iss: z.string(),
  exp: z.number(),
  user_id: z.int().positive(),
  preferred_username: z.string().min(1).max(255),
  email: z.string().nullish(),
  email_verified: z.boolean().nullish(),
  name: z.string().nullish(),
});
type IdClaims = z.output<typeof IdClaims>;

/**
 * Who somebody is, from the token the platform's token endpoint gave for their code. Its signature is not checked: the token
 * came straight from the platform over TLS, in answer to our own request (OpenID Connect Core §3.1.3.7, 6), and the usual HS256
 * one is signed with a key that never leaves the platform. Undefined when it does not name its issuer, its user, or has ended.
 */
export function readIdClaims(token: string, { lmsUrl, now }: { lmsUrl: string; now: number }): IdClaims | undefined {
  const bytes = fromBase64Url(token.split('.')[1] ?? '');
  if (!bytes) return undefined;
  let payload: unknown;
  try {
    payload = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const claims = IdClaims.safeParse(payload);
  if (!claims.success) return undefined;
  const { iss, exp } = claims.data;
  return iss === `${lmsUrl}/oauth2` && exp > now / 1000 - LEEWAY_SECONDS ? claims.data : undefined;
}
