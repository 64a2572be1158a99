import { raw } from 'hono/html';
import { CsrfField } from '../ui/index.ts';

type Confirm = { csrf: string; question: string; note: string; yes: string; no: string; back: string; html?: string };

/** Asks before something is taken away; without JavaScript a page of its own. */
export const ConfirmPage = ({ csrf, question, note, yes, no, back, html = '' }: Confirm) => (
  <>
    <h1>{question}</h1>
    <div>{raw(html)}</div>
    <p>{note}</p>
    <form method="post" class="stack">
      <CsrfField csrf={csrf} />
      <button type="submit">{yes}</button>
    </form>
    <p>
      <a href={back}>{no}</a>
    </p>
  </>
);
