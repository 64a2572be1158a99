import { Hono } from 'hono';
import { type AppContext, type AppEnv, limitsOf } from '../../http/index.ts';
import type { DomainError } from '../../lib/errors.ts';
import { frameOf, page, tryForm } from '../../ui/index.ts';
import { limitSignIn } from '../limit-sign-in.ts';
import { pageCall, pageGuard } from '../page-guard.ts';
import { readForm } from '../read-form.ts';
import { GivenCode } from './input.ts';
import { FactorPage, RecoveryCodesPage, SetUpPage, TurnOffPage } from './pages.tsx';
import { tellRefused } from './refused-proof.ts';
import { readSecondFactor, renewRecoveryCodes, turnOffSecondFactor } from './second-factor.ts';
import { beginSecondFactor, confirmSecondFactor, findSetUp } from './set-up.ts';

const HOME = '/profile/second-factor';

/** `/profile/second-factor`: one's own authenticator and recovery codes. */
export const factorPages = new Hono<AppEnv>({ strict: false });

factorPages.get(HOME, pageGuard, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const factor = await readSecondFactor(pageCall(c));
  return page(c, { title: words('facTitle'), viewer }, <FactorPage words={words} csrf={csrf} {...factor} />);
});

factorPages.post(`${HOME}/begin`, pageGuard, async (c) => {
  await readForm(c);
  const begun = await tryForm(['second_factor_on'], () => beginSecondFactor(pageCall(c), c.env.SECRETS_KEY));
  return c.redirect('secret' in begun ? `${HOME}/new` : HOME, 303);
});

async function showSetUp(c: AppContext, refused?: DomainError) {
  const { words, viewer, csrf } = frameOf(c);
  const setUp = await findSetUp(pageCall(c), c.env.SECRETS_KEY);
  if (!setUp) return c.redirect(HOME, 303);
  const { status, problem } = tellRefused(c, refused, 'facWrongCode');
  return page(
    c,
    { title: words('facNew'), viewer, status },
    <SetUpPage words={words} csrf={csrf} setUp={setUp} problem={problem} />,
  );
}

factorPages.get(`${HOME}/new`, pageGuard, (c) => showSetUp(c));

function showCodes(c: AppContext, codes: readonly string[]) {
  const { words, viewer } = frameOf(c);
  return page(c, { title: words('facCodes'), viewer }, <RecoveryCodesPage words={words} codes={codes} />);
}

factorPages.post(`${HOME}/new`, pageGuard, async (c) => {
  const form = await readForm(c);
  const call = pageCall(c);
  const code = GivenCode.safeParse(form.get('code')).data ?? '';
  const done = await tryForm(['invalid', 'second_factor_off', 'conflict', 'too_many_requests'], () =>
    limitSignIn(limitsOf(c), call.actor.userId, () => confirmSecondFactor(call, { code }, c.env.SECRETS_KEY)),
  );
  if ('recoveryCodes' in done) return showCodes(c, done.recoveryCodes);
  return done.code === 'conflict' || done.code === 'second_factor_off'
    ? c.redirect(HOME, 303)
    : await showSetUp(c, done);
});

factorPages.post(`${HOME}/recovery-codes`, pageGuard, async (c) => {
  await readForm(c);
  const done = await tryForm(['second_factor_off'], () => renewRecoveryCodes(pageCall(c)));
  return 'recoveryCodes' in done ? showCodes(c, done.recoveryCodes) : c.redirect(HOME, 303);
});

factorPages.get(`${HOME}/off`, pageGuard, (c) => {
  const { words, viewer, csrf } = frameOf(c);
  return page(c, { title: words('facOffAsk'), viewer }, <TurnOffPage words={words} csrf={csrf} back={HOME} />);
});

factorPages.post(`${HOME}/off`, pageGuard, async (c) => {
  await readForm(c);
  await tryForm(['second_factor_off'], () => turnOffSecondFactor(pageCall(c)));
  return c.redirect(HOME, 303);
});
