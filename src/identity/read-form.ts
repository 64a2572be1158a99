import { type AppContext, readLimited, refuseEncoded } from '../http/index.ts';
import { equalInConstantTime, hmac, newSecret } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { giveSecret, readSecret, secretOf } from './page-session.ts';

/*
 * Every form carries a token made from the secret of the reader's cookie: it needs no storage, no other site can make it, and
 * it dies with the sign-in. Before sign-in an anonymous cookie serves the same way.
 */

const ANONYMOUS = 've_anon';
const MAX_FORM_BYTES = 1024 * 1024;
const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data)\s*(;|$)/i;

const tokenFrom = (secret: string) => hmac(secret, 'csrf');

/** The token for the forms of a page, before sign-in too. */
export async function csrfFor(c: AppContext): Promise<string> {
  let secret = secretOf(c) ?? readSecret(c, ANONYMOUS);
  if (!secret) {
    secret = newSecret();
    giveSecret(c, ANONYMOUS, secret);
  }
  return await tokenFrom(secret);
}

/** A browser that says the form is not ours is believed; one that says nothing (an old phone) still has to bring the token. */
async function requireOurForm(c: AppContext, form: FormData): Promise<void> {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new DomainError('bad_token');
  const given = form.get('csrf');
  // Both count: a sign-in page may lie open in one tab while another signs in.
  for (const secret of [secretOf(c), readSecret(c, ANONYMOUS)]) {
    if (secret && typeof given === 'string' && equalInConstantTime(given, await tokenFrom(secret))) return;
  }
  throw new DomainError('bad_token');
}

async function parseForm(bytes: Uint8Array, type: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'content-type': type } }).formData();
  } catch {
    throw new DomainError('malformed', 'The form could not be read');
  }
}

/** Reads a posted form that brings a secret of its own instead of our token. Refuses more than `limit` (413), then another media type (415). */
export async function readUnprotectedForm(c: AppContext, limit: number = MAX_FORM_BYTES): Promise<FormData> {
  const bytes = await readLimited(c.req.raw, limit);
  refuseEncoded(c.req.raw.headers);
  const type = c.req.header('content-type') ?? '';
  if (!FORM.test(type)) throw new DomainError('unsupported_media_type', 'Send a form');
  return await parseForm(bytes, type);
}

/**
 * Reads a posted form. Refuses, in this order, more than `limit` bytes, 1 MiB unless one with a file takes more (413), another
 * media type than a form's (415), and a form without our token (`bad_token`).
 */
export async function readForm(c: AppContext, limit?: number): Promise<FormData> {
  const form = await readUnprotectedForm(c, limit);
  c.set('sent', { form, isOurs: false });
  await requireOurForm(c, form);
  c.set('sent', { form, isOurs: true });
  return form;
}
