import { type AppContext, answerOnce } from '../http/index.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import type { Fields } from '../ui/index.ts';
import { pageCall } from './page-guard.ts';

/** For a form's hidden field `once`: it tells one page from the same page opened again. */
export const newOnce = () => crypto.randomUUID();

const isAtWork = (error: unknown) => error instanceof DomainError && error.code === 'in_progress';

/** Runs for this form and keeps what comes of it, sealed, for a day: `path` and fields say which form it is. A browser that goes away meanwhile ends nothing. */
async function runOnce<T>(c: AppContext, path: string, fields: Fields, run: () => Promise<T>): Promise<T> {
  if (!fields.once) return await run();
  const call = pageCall(c);
  const { csrf: _, ...said } = fields;
  const key = await sha256(JSON.stringify(said));
  const scope = { userId: call.actor.userId, method: 'post', path, key };
  const answer = async () => ({ status: 200 as const, body: await run() });
  const answered = answerOnce(call, scope, new Uint8Array(), answer, c.env.SECRETS_KEY);
  c.executionCtx.waitUntil(answered.catch(() => {}));
  const { body } = await answered;
  return body as T;
}

/**
 * Does what a form asks once, however often the form is sent: a double tap, a reload, a line that broke before the answer
 * came. Returns where to go on, the same each time; `meanwhile` while the first is still at work. With other fields it is
 * another form, and one without `once` is another each time.
 */
export async function doOnce(
  c: AppContext,
  fields: Fields,
  { meanwhile, run }: { meanwhile: string; run: () => Promise<string> },
): Promise<string> {
  try {
    return await runOnce(c, c.req.path, fields, run);
  } catch (error) {
    if (isAtWork(error)) return meanwhile;
    throw error;
  }
}

/** Of whoever waits for the first, in ms. Each look is a round trip. */
const PAUSES_MS = [300, 900, 2_700];

/**
 * As `doOnce`, where the page afterwards shows what is known only now, such as a password: the form sent again gives the same, as JSON has it,
 * within the same sign-in. Of two taps the browser shows the answer to the last, so that one waits for the first. Refuses with `in_progress` after
 * four seconds.
 */
export async function showOnce<T>(c: AppContext, fields: Fields, run: () => Promise<T>): Promise<T> {
  const path = `${c.req.path} ${pageCall(c).actor.sessionId}`;
  for (const pause of PAUSES_MS) {
    try {
      return await runOnce(c, path, fields, run);
    } catch (error) {
      if (!isAtWork(error)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return await runOnce(c, path, fields, run);
}
