import { Hono } from 'hono';
import { type AppContext, type AppEnv, limitsOf } from '../../http/index.ts';
import type { DomainError } from '../../lib/errors.ts';
import { localeOf, page, tryForm, wordsFor } from '../../ui/index.ts';
import { limitSignIn } from '../limit-sign-in.ts';
import { refuseInFrame } from '../page-guard.ts';
import { giveSession, outsideCallOf, secretOf } from '../page-session.ts';
import { csrfFor, readForm } from '../read-form.ts';
import { deviceOf } from '../sessions/device.ts';
import { CodeForm } from './code-form.tsx';
import { forgetHalfway, type Halfway, readHalfway } from './halfway.ts';
import { GivenCode } from './input.ts';
import { tellRefused } from './refused-proof.ts';
import { signInByCode } from './sign-in-by-code.ts';

/** `/sign-in/code`: the second step of a sign-in, for who has a second factor. */
export const codePages = new Hono<AppEnv>({ strict: false });

async function showCode(c: AppContext, refused?: DomainError) {
  const words = wordsFor(localeOf(c));
  const isRecovery = c.req.query('with') === 'recovery';
  const { status, problem } = tellRefused(c, refused, isRecovery ? 'facWrongRecovery' : 'facWrongCode');
  return page(
    c,
    { title: words('signIn'), status },
    <>
      <h1>{words('signIn')}</h1>
      <CodeForm
        words={words}
        csrf={await csrfFor(c)}
        action={isRecovery ? '/sign-in/code?with=recovery' : '/sign-in/code'}
        kind={isRecovery ? 'recovery' : 'code'}
        submit={words('signIn')}
        problem={problem}
      />
      <p>
        {isRecovery ? (
          <a href="/sign-in/code">{words('facWithCode')}</a>
        ) : (
          <a href="/sign-in/code?with=recovery">{words('facWithRecovery')}</a>
        )}
      </p>
    </>,
  );
}

const beginAgain = (c: AppContext, next = '/') => {
  forgetHalfway(c);
  return c.redirect(`/sign-in?${new URLSearchParams({ next, notice: 'begin-again' })}`, 303);
};

codePages.get('/sign-in/code', async (c) => {
  refuseInFrame(c);
  return (await readHalfway(c)) ? await showCode(c) : beginAgain(c);
});

async function tryCode(c: AppContext, halfway: Halfway, given: unknown) {
  const call = outsideCallOf(c);
  const parts = {
    // What cannot be a code is a wrong one.
    code: GivenCode.safeParse(given).data ?? '',
    secretsKey: c.env.SECRETS_KEY,
    device: deviceOf(c.req.raw.headers),
    previous: secretOf(c),
  };
  return await limitSignIn(limitsOf(c), halfway.userId, () => signInByCode(call, halfway, parts));
}

codePages.post('/sign-in/code', async (c) => {
  const form = await readForm(c);
  const halfway = await readHalfway(c);
  if (!halfway) return beginAgain(c);
  const done = await tryForm(['wrong_credentials', 'too_many_requests', 'bad_token'], () =>
    tryCode(c, halfway, form.get('code')),
  );
  if (typeof done !== 'string')
    return done.code === 'bad_token' ? beginAgain(c, halfway.next) : await showCode(c, done);
  forgetHalfway(c);
  giveSession(c, done);
  return c.redirect(halfway.next, 303);
});
