import { AssessmentSession as Session } from '../durable-objects/assessment-session.ts';

export { default, RateLimiter } from '../src/index.ts';

/** The object as it is, and a line each time an alarm has finished an attempt: how late after its end that was. */
export class AssessmentSession extends Session {
  override async alarm() {
    await super.alarm();
    const found = await this.finished();
    const endsAt = found.kind === 'finished' ? found.attempt.endsAt : null;
    // oxlint-disable-next-line no-console -- read by bench/servers.mjs
    if (endsAt !== null) console.log(JSON.stringify({ finishedLateMs: Date.now() - endsAt }));
  }
}
