import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { type AppContext, type AppEnv, limitsOf } from '../../http/index.ts';
import {
  CsrfField,
  type Fields,
  fieldsOf,
  isLocale,
  localeOf,
  ProblemSummary,
  type Problems,
  page,
  submitForm,
  TextField,
  wordsFor,
} from '../../ui/index.ts';
import { RegisterInput } from '../input.ts';
import { limitRegistration } from '../limit-sign-in.ts';
import { localPath } from '../local-path.ts';
import { refuseInFrame } from '../page-guard.ts';
import { giveSession, outsideCallOf, secretOf, seeSession } from '../page-session.ts';
import { csrfFor, readForm } from '../read-form.ts';
import { deviceOf } from '../sessions/device.ts';
import { signInRegisteredToPages } from '../sign-in.ts';
import { tellToWait } from '../tell-to-wait.ts';
import { register } from './register.ts';

/** `/register`: an account of one's own. Three round trips. */
export const registerPages = new Hono<AppEnv>({ strict: false });

async function showRegister(
  c: AppContext,
  fields: Fields = {},
  problems: Problems = {},
  status: 200 | 400 | 429 = 200,
) {
  const words = wordsFor(localeOf(c));
  const parts = { words, fields, problems };
  return page(
    c,
    { title: words('accRegister'), status },
    <>
      <h1>{words('accRegister')}</h1>
      <ProblemSummary words={words} problems={problems} />
      <form method="post" class="stack">
        <CsrfField csrf={await csrfFor(c)} />
        <TextField {...parts} name="name" label={words('accName')} autocomplete="name" maxlength={200} required />
        <TextField
          {...parts}
          name="email"
          label={words('email')}
          note={words('accEmailWhy')}
          type="email"
          autocomplete="username"
          maxlength={254}
          required
        />
        <TextField
          {...parts}
          name="password"
          label={words('accPassword')}
          note={words('passwordTooShort')}
          type="password"
          autocomplete="new-password"
          required
        />
        <button type="submit">{words('accRegister')}</button>
      </form>
      <p>
        <a href="/sign-in">{words('accSignInAsk')}</a>
      </p>
    </>,
  );
}

registerPages.get('/register', async (c) => {
  refuseInFrame(c);
  const secret = secretOf(c);
  if (secret && (await seeSession(c, secret))) return c.redirect('/', 303);
  return await showRegister(c);
});

registerPages.post('/register', async (c) => {
  const { password = '', name = '', email = '' } = fieldsOf(await readForm(c));
  const words = wordsFor(localeOf(c));
  const call = outsideCallOf(c);
  const chosen = getCookie(c, 've_lang');
  const device = deviceOf(c.req.raw.headers);
  let status: 400 | 429 = 400;
  const done = await submitForm(
    {
      words,
      fieldWords: { name: 'accNameBad', email: 'accEmailBad', password: 'passwordTooShort' },
      schema: RegisterInput,
      given: { password, name, email },
      codes: ['email_taken', 'invalid', 'too_many_requests'],
      problemsOf: (refused): Problems => {
        if (refused.code === 'email_taken') return { email: words('accEmailTaken') };
        if (refused.code === 'invalid') return { password: words('accOwnWord') };
        status = 429;
        tellToWait(c, refused);
        return { email: words('accTooMany') };
      },
    },
    async (input) => {
      await limitRegistration(limitsOf(c));
      const { user, eventId } = await register(call, input, {
        pepper: c.env.PASSWORD_PEPPER,
        locale: isLocale(chosen) ? chosen : null,
      });
      c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId }));
      return await signInRegisteredToPages(call, user, { previous: secretOf(c), device });
    },
  );
  if ('problems' in done) return await showRegister(c, { name, email }, done.problems, status);
  giveSession(c, done.done);
  return c.redirect(localPath(c.req.query('next')), 303);
});
