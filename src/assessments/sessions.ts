import { DomainError } from '../lib/errors.ts';
import type { SessionRpc, TooMany } from './session-rpc.ts';

const MAX_TRIES = 3;

/**
 * Reaches the object of an attempt. Every method of it may be repeated, so a call lost on the way is made again. What comes too fast for it is
 * refused with `too_many_requests`.
 */
export type Sessions = {
  call: <T>(attemptId: string, method: (session: SessionRpc, perSecond?: number) => Promise<T>) => Promise<Answered<T>>;
};
type Answered<T> = Exclude<T, TooMany>;

const mayRetry = (error: unknown) => {
  const { retryable, overloaded } = error as { retryable?: boolean; overloaded?: boolean };
  return retryable === true && overloaded !== true;
};

const isTooMany = (answer: unknown): answer is TooMany =>
  (answer as { kind?: string } | undefined)?.kind === 'too_many';

/**
 * The sessions of one request. `perSecond`: how many requests an object takes a second from its student; of the calls of one request the
 * first is counted. Objects do not spawn in Africa yet; the hint takes effect by itself once they do.
 */
export function sessionsOf(namespace: DurableObjectNamespace, perSecond?: number): Sessions {
  let counted = perSecond;
  return {
    async call<T>(attemptId: string, method: (session: SessionRpc, perSecond?: number) => Promise<T>) {
      const limit = counted;
      counted = undefined;
      for (let tries = 1; ; tries++) {
        const stub = namespace.get(namespace.idFromName(attemptId), { locationHint: 'afr' });
        try {
          const answer = await method(stub as unknown as SessionRpc, limit);
          if (isTooMany(answer))
            throw new DomainError('too_many_requests', `At most ${limit} a second`, { retryAfter: 1 });
          return answer as Answered<T>;
        } catch (error) {
          if (tries >= MAX_TRIES || !mayRetry(error)) throw error;
        }
      }
    },
  };
}
