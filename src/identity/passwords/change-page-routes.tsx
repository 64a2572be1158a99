import { Hono } from 'hono';
import { type AppContext, type AppEnv, limitsOf } from '../../http/index.ts';
import type { FieldError } from '../../lib/errors.ts';
import {
  CsrfField,
  fieldsOf,
  frameOf,
  ProblemSummary,
  type Problems,
  page,
  submitForm,
  TextField,
} from '../../ui/index.ts';
import { ChangePasswordInput } from '../input.ts';
import { limitSignIn } from '../limit-sign-in.ts';
import { localPath } from '../local-path.ts';
import { pageCall, pageGuard } from '../page-guard.ts';
import { readForm } from '../read-form.ts';
import { tellToWait } from '../tell-to-wait.ts';
import { requireSelf } from '../users.ts';
import { changePassword } from './change-password.ts';

/** `/profile/password?next=`: another password in place of the one somebody has. Whom staff gave one is led here first (page-guard.ts). */
export const changePages = new Hono<AppEnv>({ strict: false });

async function showChange(c: AppContext, problems: Problems = {}, status: 200 | 400 | 429 = 200) {
  const { words, viewer, csrf } = frameOf(c);
  const { user } = await requireSelf(pageCall(c));
  const parts = { words, fields: {}, problems };
  const hasPassword = user.passwordHash !== null && !c.var.actor?.isHeld;
  return page(
    c,
    { title: words('accChangePassword'), viewer, status },
    <>
      <h1>{words('accChangePassword')}</h1>
      {user.mustChangePassword && <p role="status">{words('accMustChange')}</p>}
      {!hasPassword && (
        <>
          <p>{words('accNoPassword')}</p>
          <p>{user.email !== null && <a href="/forgot">{words('accForgotTitle')}</a>}</p>
        </>
      )}
      {hasPassword && (
        <>
          <ProblemSummary words={words} problems={problems} />
          <form method="post" class="stack">
            <CsrfField csrf={csrf} />
            <input
              class="hidden"
              aria-hidden="true"
              tabindex={-1}
              autocomplete="username"
              value={user.email ?? user.username ?? ''}
              readonly
            />
            <TextField
              {...parts}
              name="currentPassword"
              label={words('accCurrentPassword')}
              type="password"
              autocomplete="current-password"
              required
            />
            <TextField
              {...parts}
              name="newPassword"
              label={words('newPassword')}
              note={words('passwordTooShort')}
              type="password"
              autocomplete="new-password"
              required
            />
            <TextField
              {...parts}
              name="repeat"
              label={words('repeatPassword')}
              type="password"
              autocomplete="new-password"
              required
            />
            <button type="submit">{words('accChangePassword')}</button>
          </form>
        </>
      )}
    </>,
  );
}

changePages.get('/profile/password', pageGuard, (c) => showChange(c));

changePages.post('/profile/password', pageGuard, async (c) => {
  const { currentPassword = '', newPassword = '', repeat = '' } = fieldsOf(await readForm(c));
  const { words } = frameOf(c);
  if (newPassword !== repeat) return await showChange(c, { repeat: words('passwordsDiffer') }, 400);
  const call = pageCall(c);
  let status: 400 | 429 = 400;
  const done = await submitForm(
    {
      words,
      fieldWords: { currentPassword: 'accCurrentWrong', newPassword: 'passwordTooShort' },
      schema: ChangePasswordInput,
      given: { currentPassword, newPassword },
      codes: ['invalid', 'too_many_requests'],
      problemsOf: (refused): Problems => {
        if (refused.code === 'too_many_requests') {
          status = 429;
          tellToWait(c, refused);
          return { currentPassword: words('accTooMany') };
        }
        const [wrong] = (refused.more.errors ?? []) as FieldError[];
        if (wrong?.pointer !== '/newPassword') return { currentPassword: words('accCurrentWrong') };
        return { newPassword: words(newPassword === currentPassword ? 'accSamePassword' : 'accOwnWord') };
      },
    },
    (input) => limitSignIn(limitsOf(c), call.actor.userId, () => changePassword(call, input, c.env.PASSWORD_PEPPER)),
  );
  if ('problems' in done) return await showChange(c, done.problems, status);
  c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId: done.done.eventId }));
  const next = c.req.query('next');
  return c.redirect(next === undefined ? '/profile?notice=password' : localPath(next), 303);
});
