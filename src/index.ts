import { createApp } from './app.ts';
import { consume } from './jobs.ts';
import { sweep } from './sweep.ts';

export { AssessmentSession } from '../durable-objects/assessment-session.ts';
export { RateLimiter } from '../durable-objects/rate-limiter.ts';

const app = createApp();

export default {
  fetch: app.fetch,
  queue: consume,
  scheduled: (_controller, env) => sweep(env),
} satisfies ExportedHandler<Env>;
