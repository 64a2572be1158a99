import * as z from 'zod';
import type { Call, OutsideCall, SystemCall } from '../lib/call.ts';
import type { ErrorCode } from '../lib/errors.ts';
import type { Permission } from '../lib/permissions.ts';
import type { Settings } from './settings.ts';

/**
 * Who may use an endpoint.
 * - `anyone`: no token asked for.
 * - `signed-in`: an access token of a role that has `permission` (lib/permissions.ts), however far. `live` says when a signed-out, blocked or demoted user is refused:
 *   `at once` costs one D1 read before the verb; `by the verb` means the verb reads it in its own first batch;
 *   `with the token` lets the token live out its 15 minutes (reads only).
 * - `attempt`: the answer path. An attempt token of this attempt, or a student's access token; no database is asked.
 */
export type Access =
  | { kind: 'anyone' }
  | { kind: 'signed-in'; permission: Permission; live: 'at once' | 'by the verb' | 'with the token' }
  | { kind: 'attempt' };

/** The learner behind an answer-path request: checked by signature alone; the object knows the owner. */
export type Holder = { userId: string };

type Caller<A extends Access> = A extends { kind: 'signed-in' }
  ? { call: Call }
  : A extends { kind: 'attempt' }
    ? { call: SystemCall; holder: Holder }
    : { call: OutsideCall };

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

export type EndpointRequest<A extends Access, P, Q, B> = Caller<A> & {
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
  /** The body as it came. */
  bytes: Uint8Array;
  env: Env;
  settings: Settings;
  url: URL;
  headers: Headers;
  /** Work that may outlive the answer. */
  defer: (work: Promise<unknown>) => void;
};

/** `text` is an answer that is no JSON: then `headers` name its `content-type`. 304 has neither. */
export type Answer = {
  status: 200 | 201 | 202 | 204 | 304 | 503;
  body?: unknown;
  text?: string | ReadableStream;
  headers?: Record<string, string>;
};

/** One row of the contract: what it takes, who may, what it answers, and the verb behind it. */
export type Endpoint<
  A extends Access = Access,
  P extends z.ZodType | undefined = z.ZodType | undefined,
  Q extends z.ZodType | undefined = z.ZodType | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As in OpenAPI: `/api/v1/banks/{id}`. */
  path: `/${string}`;
  tag: string;
  summary: string;
  access: A;
  params?: P;
  query?: Q;
  body?: B;
  /** A body that is not JSON, or not only: the verb reads the bytes. Media types without parameters; `limit` in bytes. */
  raw?: { types: readonly string[]; limit: number };
  answers: { [status: number]: z.ZodType | null };
  /** The media type of what it answers, where that is no JSON. */
  produces?: 'text/csv' | 'application/octet-stream';
  /** Refusals beyond those every endpoint of its access and shape can give. */
  refusals?: ErrorCode[];
  /** Also for who has only the password that staff printed for them: what leads to one of their own. */
  opensFirst?: true;
  /** A GET that can be done only once: HEAD does not do it. */
  isOnce?: true;
  /**
   * A POST that creates honours Idempotency-Key. Where its answer shows a secret once, it is given again to the same sign-in only, and only as long as a proof
   * of who one is counts.
   */
  creates?: true | 'a secret';
  run: (request: EndpointRequest<A, P, Q, B>) => Promise<Answer>;
};

export function endpoint<
  const A extends Access,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(definition: Endpoint<A, P, Q, B>): Endpoint {
  return definition;
}

/** A POST without input: no body and `{}` are the same. */
export const NoInput = z.strictObject({});
export const IdParams = z.strictObject({ id: z.string() });

export const anyone = { kind: 'anyone' } as const;
export const theAttempt = { kind: 'attempt' } as const;
export const reading = (permission: Permission) => ({ kind: 'signed-in', permission, live: 'with the token' }) as const;
/** What only staff may read, keys and other people's answers among it, is privileged (CONTRACT "Identity"). */
export const readingAtOnce = (permission: Permission) => ({ kind: 'signed-in', permission, live: 'at once' }) as const;
export const writing = (permission: Permission) => ({ kind: 'signed-in', permission, live: 'at once' }) as const;
export const checkedByVerb = (permission: Permission) =>
  ({ kind: 'signed-in', permission, live: 'by the verb' }) as const;
