import type { AppContext } from '../http/index.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';

/** A one-time code was used, or is too old. With nothing to press on it, the page may be in any frame. */
export function showOver(c: AppContext) {
  const words = wordsFor(localeOf(c));
  c.set('frameOrigins', ['*']);
  return page(
    c,
    { title: words('ltiRefusedTitle'), status: 401, isPassing: true },
    <>
      <h1>{words('ltiRefusedTitle')}</h1>
      <p role="alert">{words('ltiWindowOver')}</p>
    </>,
  );
}
