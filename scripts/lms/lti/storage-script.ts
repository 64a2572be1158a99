/**
 * Canvas's side of the platform storage (lti-pm-s-v0p1): keeps what the tool's pages put and answers only them, to their own origin. Text that
 * only looks like a message is not answered, and neither is any other origin.
 */
export const storageScript = (origins: readonly string[], target: string): string => `(() => {
  const origins = ${JSON.stringify(origins)};
  const target = ${JSON.stringify(target)};
  const kept = new Map();
  addEventListener('message', (event) => {
    const asked = event.data;
    if (typeof asked !== 'object' || asked === null || typeof asked.subject !== 'string') return;
    if (!origins.includes(event.origin) || !event.source) return;
    const say = (more) =>
      event.source.postMessage(
        { subject: asked.subject + '.response', message_id: asked.message_id, ...more },
        event.origin,
      );
    const wrong = (message) => say({ error: { code: 'bad_request', message } });
    const key = event.origin + ' ' + asked.key;
    if (asked.subject === 'lti.capabilities')
      say({
        supported_messages: [
          { subject: 'lti.capabilities' },
          { subject: 'lti.put_data', frame: target },
          { subject: 'lti.get_data', frame: target },
        ],
      });
    else if (asked.subject === 'lti.put_data') {
      if (typeof asked.key !== 'string' || !asked.message_id) return wrong('key and message_id are required');
      if (asked.value === null || asked.value === undefined) kept.delete(key);
      else kept.set(key, String(asked.value));
      say({ key: asked.key, value: asked.value });
    } else if (asked.subject === 'lti.get_data') {
      if (typeof asked.key !== 'string' || !asked.message_id) return wrong('key and message_id are required');
      say({ key: asked.key, value: kept.get(key) ?? null });
    }
  });
})();`;
