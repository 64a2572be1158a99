import { Hono } from 'hono';
import { type AppContext, type AppEnv, limitsOf } from '../../http/index.ts';
import { changedIn, type Fields, fieldsOf, frameOf, type Problems, page, submitForm, tryForm } from '../../ui/index.ts';
import { UpdateProfileInput } from '../input.ts';
import { limitReset } from '../limit-sign-in.ts';
import { pageCall, pageGuard } from '../page-guard.ts';
import { readForm } from '../read-form.ts';
import { updateProfile } from '../update-profile.ts';
import { requireSelf } from '../users.ts';
import { askVerification } from './ask-verification.ts';
import { ProfilePage } from './profile-page.tsx';

/** `/profile`: one's own name, language and address, and the way to everything else about one's account. */
export const profilePages = new Hono<AppEnv>({ strict: false });

/** What this page says to somebody who comes back to it. */
const notices = { saved: 'accProfileSaved', sent: 'accSentAgain', password: 'accPasswordChanged' } as const;
const isNotice = (text: string | undefined): text is keyof typeof notices => Object.hasOwn(notices, text ?? '');

async function showProfile(c: AppContext, given?: Fields, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const { user } = await requireSelf(pageCall(c));
  const notice = c.req.query('notice');
  return page(
    c,
    { title: words('accProfile'), viewer, status: Object.keys(problems).length > 0 ? 400 : 200 },
    <ProfilePage
      words={words}
      csrf={csrf}
      user={user}
      isHeld={c.var.actor?.isHeld ?? false}
      fields={given ?? { name: user.name, email: user.pendingEmail ?? user.email ?? '', locale: user.locale ?? '' }}
      problems={problems}
      notice={isNotice(notice) && !given ? words(notices[notice]) : undefined}
    />,
  );
}

profilePages.get('/profile', pageGuard, (c) => showProfile(c));

profilePages.post('/profile', pageGuard, async (c) => {
  const fields = fieldsOf(await readForm(c));
  const { words } = frameOf(c);
  const { name, email, locale } = changedIn(fields);
  if (email?.trim() === '') return await showProfile(c, fields, { email: words('accEmailGone') });
  const done = await submitForm(
    {
      words,
      fieldWords: { name: 'accNameBad', email: 'accEmailBad' },
      schema: UpdateProfileInput,
      given: { name, email, locale: locale === '' ? null : locale },
      codes: ['email_taken'],
      problemsOf: () => ({ email: words('accEmailTaken') }),
    },
    (input) => updateProfile(pageCall(c), input),
  );
  if ('problems' in done) return await showProfile(c, fields, done.problems);
  const { eventId } = done.done;
  if (eventId !== undefined) c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId }));
  return c.redirect('/profile?notice=saved', 303);
});

profilePages.post('/profile/verify-email', pageGuard, async (c) => {
  await readForm(c);
  const call = pageCall(c);
  const asked = await tryForm(['too_many_requests'], async () => {
    await limitReset(limitsOf(c), call.actor.userId);
    return await askVerification(call);
  });
  if (!('eventIds' in asked)) return await showProfile(c, undefined, { email: frameOf(c).words('accTooMany') });
  c.executionCtx.waitUntil(
    c.env.JOBS.sendBatch(asked.eventIds.map((eventId) => ({ body: { job: 'react', eventId } }))),
  );
  return c.redirect('/profile?notice=sent', 303);
});
