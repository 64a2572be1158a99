import type { AppContext } from '../../http/index.ts';
import { giveSession } from '../page-session.ts';
import type { LetIn } from '../sign-in.ts';
import { giveHalfway } from './halfway.ts';

/** Goes on to `next`, signed in; by way of the page that asks for the code where one is needed. */
export async function letIn(c: AppContext, came: LetIn, next: string): Promise<Response> {
  if (came.kind === 'code-needed') {
    await giveHalfway(c, came.user, next);
    return c.redirect('/sign-in/code', 303);
  }
  giveSession(c, came.secret);
  return c.redirect(next, 303);
}
