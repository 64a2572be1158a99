import type { AppContext } from '../../http/index.ts';
import type { DomainError } from '../../lib/errors.ts';
import { localeOf, wordsFor } from '../../ui/index.ts';

type Wrong = 'facWrongCode' | 'facWrongRecovery' | 'cnfWrongPassword';

/** What a page that asks for a proof says of one that was refused: `wrong`, or how long to wait, which a header says too. */
export function tellRefused(c: AppContext, refused: DomainError | undefined, wrong: Wrong) {
  const words = wordsFor(localeOf(c));
  if (!refused) return { status: 200, problem: undefined } as const;
  if (refused.code !== 'too_many_requests')
    return { status: refused.code === 'invalid' ? 400 : 401, problem: words(wrong) } as const;
  const seconds = Number(refused.more.retryAfter);
  c.header('retry-after', String(seconds));
  const minutes = Math.ceil(seconds / 60);
  return { status: 429, problem: minutes > 1 ? words('waitMinutes', { minutes }) : words('waitAMinute') } as const;
}
