import type { Actor } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { scopeOf } from '../lib/permissions.ts';
import type { AppContext } from './context.ts';
import type { Endpoint, Holder } from './endpoint.ts';
import { isJson, MAX_BODY_BYTES, parseJson, readLimited, readQuery, refuseEncoded, validate } from './validate.ts';

/** What the guards of one request find out for the verb behind them. */
export type Passage = {
  endpoint: Endpoint;
  holder?: Holder;
  bytes: Uint8Array;
  params: unknown;
  query: unknown;
  body: unknown;
  /** Whom the bearer speaks for, once it was looked up; null: nobody. */
  caller?: Actor | null;
  /** A check that goes on beside the guards behind it. It is over before the verb runs, and its refusal comes before theirs. */
  beside?: Promise<void>;
  /** What is thrown in place of a refusal by a guard or the verb. */
  whenRefused?: (error: unknown) => Promise<unknown>;
};

/**
 * One thing that can refuse a request. `createApp` takes the guards as a list, in the contract's order of refusals, so
 * that a test can leave one out and see the security suite turn red.
 */
export type Guard = { name: string; check: (c: AppContext, passage: Passage) => void | Promise<void> };

const takesBody = (endpoint: Endpoint) => endpoint.method !== 'get' && endpoint.method !== 'delete';

export const limitSize: Guard = {
  name: 'size',
  async check(c, passage) {
    if (takesBody(passage.endpoint))
      passage.bytes = await readLimited(c.req.raw, passage.endpoint.raw?.limit ?? MAX_BODY_BYTES);
  },
};

export const limitMediaType: Guard = {
  name: 'media type',
  check(c, passage) {
    refuseEncoded(c.req.raw.headers);
    const given = c.req.header('content-type') ?? '';
    const { raw } = passage.endpoint;
    if (raw) {
      const type = given.split(';')[0]?.trim().toLowerCase() ?? '';
      if (!raw.types.includes(type))
        throw new DomainError('unsupported_media_type', `Send the body as ${raw.types.join(', ')}`);
    } else if (passage.bytes.byteLength > 0 && !isJson(given)) {
      throw new DomainError('unsupported_media_type', 'Send the body as application/json');
    }
  },
};

export const validateInput: Guard = {
  name: 'input',
  check(c, passage) {
    const { params, query, body, raw } = passage.endpoint;
    if (takesBody(passage.endpoint) && !raw) {
      const parsed = parseJson(passage.bytes);
      passage.body = body ? validate(body, parsed) : undefined;
    }
    if (query) passage.query = validate(query, readQuery(new URL(c.req.url)), '/query');
    if (params) passage.params = validate(params, c.req.param(), '/path');
  },
};

/** Refuses whom the table of permissions gives no use of the route; how far the use of others reaches is the verb's to say. */
export const limitRole: Guard = {
  name: 'role',
  check(c, passage) {
    const { access } = passage.endpoint;
    const actor = c.get('actor');
    if (!actor || access.kind === 'anyone') return;
    const permission = access.kind === 'attempt' ? 'attempts:sit' : access.permission;
    if (scopeOf(actor, permission) === undefined) throw new DomainError('forbidden');
  },
};
