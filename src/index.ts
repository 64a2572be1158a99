import { createApp } from './app.ts';
import type { Job } from './events/index.ts';
import { consumeJobs, sweep } from './jobs.ts';

export { AssessmentSession } from '../durable-objects/assessment-session.ts';

const app = createApp();

export default {
  fetch: app.fetch,
  queue: consumeJobs,
  scheduled: (_controller, env) => sweep(env),
} satisfies ExportedHandler<Env, Job>;
