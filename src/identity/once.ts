import { type AppContext, answerOnce } from '../http/index.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import type { Fields } from '../ui/index.ts';
import { pageCall } from './page-guard.ts';

/** For a form's hidden field `once`: it tells one page from the same page opened again. */
export const newOnce = () => crypto.randomUUID();

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
  if (!fields.once) return await run();
  const call = pageCall(c);
  const { csrf: _, ...said } = fields;
  const key = await sha256(JSON.stringify(said));
  const scope = { userId: call.actor.userId, method: 'post', path: c.req.path, key };
  try {
    const answer = async () => ({ status: 200 as const, body: await run() });
    const { body } = await answerOnce(call, scope, new Uint8Array(), answer, c.env.SECRETS_KEY);
    return String(body);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'in_progress') return meanwhile;
    throw error;
  }
}
