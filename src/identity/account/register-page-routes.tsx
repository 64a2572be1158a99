import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { type AppContext, type AppEnv, limitsOf } from '../../http/index.ts';
import { DomainError } from '../../lib/errors.ts';
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
  tryForm,
  wordsFor,
} from '../../ui/index.ts';
import { giveHalfway } from '../factor/halfway.ts';
import { RegisterInput } from '../input.ts';
import { limitRegistration, limitSignIn } from '../limit-sign-in.ts';
import { localPath } from '../local-path.ts';
import { refuseInFrame } from '../page-guard.ts';
import { giveSession, outsideCallOf, secretOf, seeSession, systemCallOf } from '../page-session.ts';
import { csrfFor, readForm } from '../read-form.ts';
import { deviceOf } from '../sessions/device.ts';
import { type LetIn, signInRegisteredToPages, signInToPages } from '../sign-in.ts';
import { tellToWait } from '../tell-to-wait.ts';
import { accountNamed } from '../users.ts';
import { register } from './register.ts';

/** `/register`: an account of one's own. Three round trips, four for who has it already. */
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

/**
 * The form may come twice, by a double tap: whose password is right for the account that is there goes on as by signing in, under the same
 * limits. Undefined for anybody else: they hear what they would have heard.
 */
async function letInAgain(c: AppContext, { email, password }: RegisterInput): Promise<LetIn | undefined> {
  const parts = { pepper: c.env.PASSWORD_PEPPER, device: deviceOf(c.req.raw.headers), previous: secretOf(c) };
  const signIn = () => signInToPages(outsideCallOf(c), { email, password }, parts);
  const done = await tryForm(['wrong_credentials', 'too_many_requests'], () =>
    limitSignIn(limitsOf(c), () => accountNamed(systemCallOf(c), email), signIn),
  );
  return done instanceof DomainError ? undefined : done;
}

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
    async (input): Promise<LetIn> => {
      await limitRegistration(limitsOf(c));
      const locale = isLocale(chosen) ? chosen : null;
      const made = await tryForm(['email_taken'], () =>
        register(call, input, { pepper: c.env.PASSWORD_PEPPER, locale }),
      );
      if (made instanceof DomainError) {
        const letIn = await letInAgain(c, input);
        if (!letIn) throw made;
        return letIn;
      }
      const { user, eventId } = made;
      c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId }));
      const secret = await signInRegisteredToPages(call, user, { previous: secretOf(c), device });
      return { kind: 'signed-in', secret };
    },
  );
  if ('problems' in done) return await showRegister(c, { name, email }, done.problems, status);
  const next = localPath(c.req.query('next'));
  if (done.done.kind === 'code-needed') {
    await giveHalfway(c, done.done.user, next);
    return c.redirect('/sign-in/code', 303);
  }
  giveSession(c, done.done.secret);
  return c.redirect(next, 303);
});
