import { Hono } from 'hono';
import { type AppContext, type AppEnv, limitsOf } from '../../http/index.ts';
import { DomainError } from '../../lib/errors.ts';
import { CsrfField, localeOf, page, TextField, tryForm, wordsFor } from '../../ui/index.ts';
import { AskResetInput } from '../input.ts';
import { limitReset } from '../limit-sign-in.ts';
import { refuseInFrame } from '../page-guard.ts';
import { systemCallOf } from '../page-session.ts';
import { csrfFor, readForm } from '../read-form.ts';
import { tellToWait } from '../tell-to-wait.ts';
import { askReset } from './ask-reset.ts';

/** `/forgot`: has a link sent to choose a new password. One round trip, and one answer whether or not somebody has the address. */
export const forgotPages = new Hono<AppEnv>({ strict: false });

type Refused = { email: string; word: 'accEmailBad' | 'accTooMany' };

async function showForgot(c: AppContext, refused?: Refused) {
  const words = wordsFor(localeOf(c));
  const status = refused ? (refused.word === 'accTooMany' ? 429 : 400) : 200;
  const problems: Record<string, string> = refused ? { email: words(refused.word) } : {};
  return page(
    c,
    { title: words('accForgotTitle'), status },
    <>
      <h1>{words('accForgotTitle')}</h1>
      {c.req.query('sent') !== undefined && !refused && <p role="status">{words('accForgotSent')}</p>}
      <p>{words('accForgotHow')}</p>
      <form method="post" action="/forgot" class="stack">
        <CsrfField csrf={await csrfFor(c)} />
        <TextField
          words={words}
          fields={{ email: refused?.email ?? '' }}
          problems={problems}
          name="email"
          label={words('email')}
          type="email"
          autocomplete="username"
          maxlength={254}
          required
        />
        <button type="submit">{words('accForgotGo')}</button>
      </form>
      <p>{words('accForgotNoMail')}</p>
      <p>
        <a href="/sign-in">{words('signIn')}</a>
      </p>
    </>,
  );
}

forgotPages.get('/forgot', async (c) => {
  refuseInFrame(c);
  return await showForgot(c);
});

forgotPages.post('/forgot', async (c) => {
  const given = (await readForm(c)).get('email');
  const email = typeof given === 'string' ? given : '';
  const input = AskResetInput.safeParse({ email });
  if (!input.success) return await showForgot(c, { email, word: 'accEmailBad' });
  const asked = await tryForm(['too_many_requests'], async () => {
    await limitReset(limitsOf(c), input.data.email);
    return await askReset(systemCallOf(c), input.data);
  });
  if (asked instanceof DomainError) {
    tellToWait(c, asked);
    return await showForgot(c, { email, word: 'accTooMany' });
  }
  c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId: asked.eventId }));
  return c.redirect('/forgot?sent', 303);
});
