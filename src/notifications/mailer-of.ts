import * as z from 'zod';
import { outsideOf, type Settings } from '../http/index.ts';
import { bindingMailer } from './binding-mailer.ts';
import { httpMailer } from './http-mailer.ts';
import type { Mailer } from './mailer.ts';

/** Nothing leaves this machine: a mail is sent once it stands on the page. */
const outbox: Mailer = {
  name: 'outbox',
  from: 'no-reply@localhost.test',
  keepsText: true,
  send: async () => ({ kind: 'sent' }),
};

/**
 * How mails leave, from the settings of the Worker: the one place that chooses. On a local run, the on-screen outbox, whatever else is
 * set. Undefined while nobody has said from which address, or nothing can take them: then mails wait.
 */
export function mailerOf(env: Env, settings: Settings): Mailer | undefined {
  if (settings.isLocal) return outbox;
  const from = z.email().safeParse(env.MAIL_FROM?.trim());
  if (!from.success) return undefined;
  const url = env.MAIL_HTTP_URL?.trim();
  if (url)
    return URL.canParse(url)
      ? httpMailer(outsideOf(env, settings), { url, token: env.MAIL_HTTP_TOKEN, from: from.data })
      : undefined;
  return env.EMAIL && bindingMailer(env.EMAIL, from.data);
}
