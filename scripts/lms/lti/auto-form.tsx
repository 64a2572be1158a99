import { raw } from 'hono/html';
import { document } from '../page.tsx';

/** A page whose form sends itself; without JavaScript a person sends it. */
export const autoForm = (action: string, fields: Readonly<Record<string, string>>) =>
  document(
    'One moment',
    <>
      <form id="lti" method="post" action={action}>
        {Object.entries(fields).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <noscript>
          <button type="submit">Go on</button>
        </noscript>
      </form>
      <script>{raw("document.getElementById('lti').submit()")}</script>
    </>,
  );
