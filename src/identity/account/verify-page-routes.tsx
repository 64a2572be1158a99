import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../../http/index.ts';
import { DomainError } from '../../lib/errors.ts';
import { CsrfField, localeOf, page, tryForm, type Words, wordsFor } from '../../ui/index.ts';
import { outsideCallOf, systemCallOf } from '../page-session.ts';
import { csrfFor, readForm } from '../read-form.ts';
import { requireAddressLink, verifyEmail } from './verify-email.ts';

/**
 * `/verify-email/{token}`: where the link in a mail leads. Programs that look through mails follow links, so the page only asks, and
 * the button says yes. Nobody has to be signed in: the mail may be read on another device.
 */
export const verifyPages = new Hono<AppEnv>({ strict: false });

const Said = ({ words, text }: { words: Words; text: string }) => (
  <>
    <h1>{words('accVerifyTitle')}</h1>
    <p role="status">{text}</p>
    <p>
      <a href="/">{words('goHome')}</a>
    </p>
  </>
);

/** What to say where the link is of no use: that it is too old, or that somebody else has the address. */
async function orSay(c: AppContext, work: () => Promise<Response>): Promise<Response> {
  // The address of this page is the secret.
  c.header('referrer-policy', 'no-referrer');
  const done = await tryForm(['bad_token', 'email_taken'], work);
  if (!(done instanceof DomainError)) return done;
  const words = wordsFor(localeOf(c));
  const isTaken = done.code === 'email_taken';
  return page(
    c,
    { title: words('accVerifyTitle'), status: isTaken ? 409 : 400 },
    <Said words={words} text={words(isTaken ? 'accVerifyTaken' : 'linkExpired')} />,
  );
}

verifyPages.get('/verify-email/:token', (c) =>
  orSay(c, async () => {
    const words = wordsFor(localeOf(c));
    const { address } = await requireAddressLink(systemCallOf(c), c.req.param('token'));
    return page(
      c,
      { title: words('accVerifyTitle') },
      <>
        <h1>{words('accVerifyTitle')}</h1>
        <p>{words('accVerifyAsk', { email: address })}</p>
        <form method="post" class="stack">
          <CsrfField csrf={await csrfFor(c)} />
          <button type="submit">{words('accVerifyGo')}</button>
        </form>
      </>,
    );
  }),
);

verifyPages.post('/verify-email/:token', async (c) => {
  await readForm(c);
  return await orSay(c, async () => {
    const words = wordsFor(localeOf(c));
    const { eventId, address } = await verifyEmail(outsideCallOf(c), c.req.param('token'));
    if (eventId !== undefined) c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId }));
    return page(
      c,
      { title: words('accVerifyTitle') },
      <Said words={words} text={words('accVerified', { email: address })} />,
    );
  });
});
