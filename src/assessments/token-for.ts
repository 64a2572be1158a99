import { signAttemptToken } from '../identity/index.ts';
import type { SessionView } from './session-rpc.ts';

const DAY_MS = 24 * 3600 * 1000;

/** CONTRACT "Identity": good for this attempt until its end plus a day, 30 days where there is no end. */
export function tokenFor(env: Env, { attempt }: SessionView, now: number): Promise<string> {
  const expiresAt = attempt.endsAt === null ? now + 30 * DAY_MS : Math.max(attempt.endsAt, now) + DAY_MS;
  return signAttemptToken(env.ACCESS_TOKEN_KEY, { userId: attempt.userId, attemptId: attempt.id, expiresAt }, now);
}
