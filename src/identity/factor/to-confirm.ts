import type { AppContext } from '../../http/index.ts';
import { keepForm } from '../kept-form/kept-form.ts';
import { pageBefore } from '../kept-form/page-before.ts';
import { showConfirm } from './show-confirm.tsx';

/**
 * Where a page's verb wants to know again who asks (`confirm_first`): by way of `/confirm` back to the page. What was typed into a form comes
 * along, and is sent by hand afterwards: a post is not repeated behind anybody's back.
 */
export async function toConfirm(c: AppContext): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
  const next = isReading ? pathname + search : pageBefore(c, '/profile');
  const { sent } = c.var;
  const kept = sent?.isOurs ? keepForm(c, sent.form) : undefined;
  if (kept) return await showConfirm(c, { next, kept, status: 401 });
  c.header('cache-control', 'private, no-store');
  return c.redirect(`/confirm?${new URLSearchParams({ next })}`, 303);
}
