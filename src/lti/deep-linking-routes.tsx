import { Hono } from 'hono';
import { type AppEnv, contentSecurityPolicy } from '../http/index.ts';
import { readUnprotectedForm, systemCallOf } from '../identity/index.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import { answerDeepLinking } from './answer-deep-linking.ts';
import { AnswerPage, PickPage } from './deep-linking-pages.tsx';
import { showOver } from './over-page.tsx';

/** The form of deep linking comes back. The code of the launch opens it, and nothing else does. */
export const deepLinkingPages = new Hono<AppEnv>({ strict: false });

deepLinkingPages.post('/lti/deep-linking', async (c) => {
  const words = wordsFor(localeOf(c));
  const form = await readUnprotectedForm(c);
  const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
  const code = textOf(form.get('code'));
  const chosen = [...new Set(form.getAll('assessment').map(textOf))];
  const answered = await answerDeepLinking(
    systemCallOf(c),
    { code, chosen, isEmpty: form.get('go') === 'nothing' },
    { origin: new URL(c.req.url).origin, secretsKey: c.env.SECRETS_KEY },
  );
  if (answered.kind === 'over') return showOver(c);
  const { frameOrigins } = answered;
  c.set('frameOrigins', frameOrigins);
  if (answered.kind === 'problem') {
    return page(
      c,
      { title: words('ltiPickTitle'), status: 400, isPassing: true },
      <PickPage words={words} code={code} {...answered} chosen={chosen} />,
    );
  }
  c.header('content-security-policy', contentSecurityPolicy({ frameAncestors: frameOrigins, formAction: ['*'] }));
  return page(
    c,
    { title: words('ltiAnswerTitle'), script: 'launch.js', isPassing: true },
    <AnswerPage words={words} returnUrl={answered.returnUrl} jwt={answered.jwt} />,
  );
});
