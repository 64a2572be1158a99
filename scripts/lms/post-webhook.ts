import type { Webhook } from './webhooks.ts';

const TIMEOUT_MS = 10_000;

/** Posts webhooks one after the other, as the stock sender does: no signature, no second try, whatever is answered. */
export function webhookPoster(address: () => string | undefined): (webhook: Webhook) => void {
  let before: Promise<void> = Promise.resolve();

  const post = async (webhook: Webhook) => {
    const url = address();
    if (url === undefined) {
      webhook.answer = 'nobody to send it to yet';
      return;
    }
    try {
      const response = await fetch(url, {
        method: 'POST',
        body: webhook.body,
        headers: {
          'content-type': webhook.contentType,
          accept: 'text/plain',
          'user-agent': 'python-requests/2.32.3',
        },
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      webhook.answer = `${response.status} ${(await response.text()).slice(0, 200)}`;
    } catch (error) {
      webhook.answer = error instanceof Error ? `${error.name}: ${error.message}` : 'not sent';
    }
  };

  return (webhook) => {
    before = before.then(() => post(webhook));
  };
}
