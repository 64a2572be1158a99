import type { SessionRpc } from './session-rpc.ts';

const MAX_TRIES = 3;

/** Reaches the object of an attempt. Every method of it may be repeated, so a call lost on the way is made again. */
export type Sessions = { call: <T>(attemptId: string, method: (session: SessionRpc) => Promise<T>) => Promise<T> };

const mayRetry = (error: unknown) => {
  const { retryable, overloaded } = error as { retryable?: boolean; overloaded?: boolean };
  return retryable === true && overloaded !== true;
};

/** Objects do not spawn in Africa yet; the hint takes effect by itself once they do. */
export const sessionsOf = (namespace: DurableObjectNamespace): Sessions => ({
  async call(attemptId, method) {
    for (let tries = 1; ; tries++) {
      const stub = namespace.get(namespace.idFromName(attemptId), { locationHint: 'afr' });
      try {
        return await method(stub as unknown as SessionRpc);
      } catch (error) {
        if (tries >= MAX_TRIES || !mayRetry(error)) throw error;
      }
    }
  },
});
