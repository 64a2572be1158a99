import type * as z from 'zod';
import { type Limits, type Outside, type Reached, reachPlatform } from '../http/index.ts';
import { askService, type NoToken, type PlatformTokens } from './platform-token.ts';
import type { registration } from './schema.ts';
import { isBeside, nextPage } from './service-address.ts';
import { USER_AGENT } from './words.ts';

/** Who is asked, and with what. */
export type Asking = {
  outside: Outside;
  tokens: PlatformTokens;
  registration: typeof registration.$inferSelect;
};

/** Why a list could not be read, in words for staff. `answer` is what stopped it. */
export type Unread = { ok: false; reason: string; answer: Reached | NoToken };
type Read<T> = { ok: true; value: T[] };

/** Two tokens of two tries each, and two calls with them, end before the lease of a score does (claim-passback.ts). */
const LIMITS: Limits = { timeoutMs: 8_000, maxBytes: 2 * 1024 * 1024 };

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Asks for one thing with a token. An address that cannot be read is refused like a closed one. */
export const askWith = (
  { outside, tokens, registration }: Asking,
  scope: string,
  url: string,
  init: { method?: 'GET' | 'POST'; accept: string; body?: string; contentType?: string },
): Promise<Reached | NoToken> => {
  const { method = 'GET', accept, body, contentType } = init;
  if (!URL.canParse(url))
    return Promise.resolve({ kind: 'closed-address', reason: 'The platform named an address that cannot be read.' });
  return askService(tokens, { registration, scope }, (authorization) =>
    reachPlatform(
      outside,
      url,
      {
        method,
        headers: {
          accept,
          authorization,
          'user-agent': USER_AGENT,
          ...(contentType !== undefined && { 'content-type': contentType }),
        },
        ...(body !== undefined && { body }),
      },
      LIMITS,
    ),
  );
};

/**
 * Reads a list page by page, following `Link: rel="next"` exactly as given (AGS and NRPS paging), on the origin of the first page
 * only: a link elsewhere ends it, and nothing is sent there. More than `mostPages` pages or `most` entries end it too.
 */
export async function readPages<T>(
  asking: Asking,
  {
    url,
    scope,
    accept,
    page,
    most,
    mostPages,
  }: {
    url: string;
    scope: string;
    accept: string;
    /** What a page is read as: a list. */
    page: z.ZodType<T[]>;
    most: number;
    mostPages: number;
  },
): Promise<Read<T> | Unread> {
  const all: T[] = [];
  let next: string | undefined = url;
  for (let pages = 1; next !== undefined; pages++) {
    const answer = await askWith(asking, scope, next, { accept });
    const stop = (reason: string): Unread => ({ ok: false, reason, answer });
    if (answer.kind !== 'answered') return stop(answer.reason);
    if (answer.status < 200 || answer.status >= 300) return stop(`The platform answered ${answer.status}.`);
    const parsed = page.safeParse(json(answer.text));
    if (!parsed.success) return stop('The platform answered in an unexpected shape.');
    all.push(...parsed.data);
    next = nextPage(answer.headers, next);
    if (all.length > most) return stop(`The platform has more than ${most} entries.`);
    if (next !== undefined && pages >= mostPages) return stop(`The platform has more than ${mostPages} pages.`);
    if (next !== undefined && !isBeside(next, url)) return stop('The next page lies on another site.');
  }
  return { ok: true, value: all };
}
