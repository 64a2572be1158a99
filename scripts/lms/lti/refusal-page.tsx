import type { Context } from 'hono';
import { document } from '../page.tsx';

/** A page of the platform's own that says why not. */
export const refusalPage = (c: Context, status: 400 | 403 | 404, message: string) =>
  c.html(
    document(
      'Error',
      <p class="refusal" role="alert">
        {message}
      </p>,
    ),
    status,
  );
