import type { AppContext } from '../../http/index.ts';
import { localPath } from '../local-path.ts';

/** The page of ours a form was sent from, as far as the browser says; else `/profile`. */
function pageBefore(c: AppContext): string {
  const before = c.req.header('referer');
  if (!before || !URL.canParse(before)) return '/profile';
  const { origin, pathname, search } = new URL(before);
  return origin === new URL(c.req.url).origin ? localPath(pathname + search) : '/profile';
}

/**
 * Where a page's verb wants to know again who asks (`confirm_first`): to `/confirm`, and back to the page. What a form held is sent again
 * by hand: a post is not repeated behind anybody's back.
 */
export function toConfirm(c: AppContext): Response {
  const { pathname, search } = new URL(c.req.url);
  const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
  const next = isReading ? pathname + search : pageBefore(c);
  c.header('cache-control', 'private, no-store');
  return c.redirect(`/confirm?${new URLSearchParams({ next })}`, 303);
}
