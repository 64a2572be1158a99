import { type Mailer, type MailOutcome, SENDER_NAME, saidByProvider } from './mailer.ts';

const TIMEOUT_MS = 10_000;

/**
 * What will not be different next time, by the codes of Cloudflare Email Service ("Workers API", error codes). Limits, the state of the
 * sending domain and what goes wrong inside are not among them.
 */
const REFUSALS =
  /^E_(VALIDATION_ERROR|FIELD_MISSING|RECIPIENT_NOT_ALLOWED|RECIPIENT_SUPPRESSED|CONTENT_TOO_LARGE|HEADER)/;

const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

/** Mails by Cloudflare's send binding, which writes the message itself from these fields: none of ours becomes a header by hand. */
export function bindingMailer(binding: SendEmail, from: string): Mailer {
  async function send(to: string, subject: string, text: string): Promise<MailOutcome> {
    try {
      await binding.send({ from: { email: from, name: SENDER_NAME }, to, subject, text });
      return { kind: 'sent' };
    } catch (error) {
      const code = codeOf(error);
      const said = saidByProvider(error instanceof Error ? error.message : String(error));
      return { kind: REFUSALS.test(code) ? 'refused' : 'failed', reason: [code, said].filter(Boolean).join(': ') };
    }
  }
  return {
    name: 'cloudflare',
    from,
    keepsText: false,
    async send({ to, subject, text }) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<MailOutcome>((resolve) => {
        timer = setTimeout(() => resolve({ kind: 'failed', reason: 'No answer within 10 seconds' }), TIMEOUT_MS);
      });
      try {
        return await Promise.race([send(to, subject, text), late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
