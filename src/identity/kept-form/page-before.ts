import type { AppContext } from '../../http/index.ts';
import { localPath } from '../local-path.ts';

/** The page of ours a form was sent from, as far as the browser says; else `otherwise`. */
export function pageBefore(c: AppContext, otherwise: string): string {
  const before = c.req.header('referer');
  if (!before || !URL.canParse(before)) return otherwise;
  const { origin, pathname, search } = new URL(before);
  return origin === new URL(c.req.url).origin ? localPath(pathname + search) : otherwise;
}
