import { DomainError } from '../lib/errors.ts';
import type { Settings } from './settings.ts';

/** Flood protection by the platform's binding: per location and approximate. Lifted by VE_RATE_LIMITS=off locally. */
export async function limitRate(settings: Settings, limiter: RateLimit, key: string) {
  if (!settings.rateLimits) return;
  const { success } = await limiter.limit({ key });
  if (!success) throw new DomainError('too_many_requests', 'Wait a minute, then try again', { retryAfter: 60 });
}
