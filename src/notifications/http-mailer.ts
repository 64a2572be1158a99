import { type Outside, type Reached, reachPlatform, retryAfterOf } from '../http/index.ts';
import { type Mailer, type MailOutcome, SENDER_NAME, saidByProvider } from './mailer.ts';

const LIMITS = { timeoutMs: 10_000, maxBytes: 64 * 1024 };

/** Refusals that are about our settings or the moment, not about the mail: they may be mended before the last try. */
const PASSING = new Set([401, 403, 404, 408, 409, 425, 429]);

function read({ status, text, headers, at }: Extract<Reached, { kind: 'answered' }>): MailOutcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const reason = `The mail provider answered ${status}: ${saidByProvider(text)}`;
  if (status >= 400 && status < 500 && !PASSING.has(status)) return { kind: 'refused', reason };
  const seconds = retryAfterOf(headers, at);
  return { kind: 'failed', reason, ...(seconds !== null && { retryAfterSeconds: seconds }) };
}

/**
 * Mails by any provider that takes `{from, to, subject, text}` as JSON with a bearer token. The mail's id goes along as
 * `Idempotency-Key`, so that a provider who heard us twice can send it once.
 */
export function httpMailer(
  outside: Outside,
  { url, token, from }: { url: string; token: string | undefined; from: string },
): Mailer {
  return {
    name: 'http',
    from,
    keepsText: false,
    async send({ id, to, subject, text }) {
      const answer = await reachPlatform(
        outside,
        url,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'idempotency-key': id,
            ...(token && { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify({ from: `${SENDER_NAME} <${from}>`, to, subject, text }),
        },
        LIMITS,
      );
      switch (answer.kind) {
        // Only what comes with a success is measured and read whole: the mail was taken.
        case 'too-large':
        case 'not-utf8':
          return { kind: 'sent' };
        case 'closed-address':
          return { kind: 'failed', reason: 'MAIL_HTTP_URL is not an address we may ask' };
        case 'unreachable':
          return { kind: 'failed', reason: 'The mail provider did not answer' };
        case 'answered':
          return read(answer);
      }
    },
  };
}
