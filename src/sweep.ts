import { archiveAttempts, sessionsOf, sweepAttempts } from './assessments/index.ts';
import { endAbandonedEnrolments, forgetAttachments } from './courses/index.ts';
import { connect } from './db/index.ts';
import { forgetDeadLetters, forgetHandledEvents, relayEvents } from './events/index.ts';
import { forgetIdempotencyKeys, outsideOf, readSettings } from './http/index.ts';
import { forgetAudit, identityCleanup } from './identity/index.ts';
import type { SystemCall } from './lib/call.ts';
import { consoleLog, errorLine } from './lib/log.ts';
import { forgetLti, resendPassbacks, rotateKeys } from './lti/index.ts';
import { forgetMails, mailerOf, resendMails } from './notifications/index.ts';
import { dueEvents, forgetEvents, forgetSignIns, handleEvent, reconcileAndSync, resendSyncs } from './openedx/index.ts';

/** The cron sweep, every minute: what alarms, queues and crashes left undone. One part failing does not stop the next. */
export async function sweep(env: Env): Promise<void> {
  const call: SystemCall = { db: connect(env.DB, { d1: 0, kv: 0 }), now: Date.now() };
  const sessions = sessionsOf(env.ATTEMPTS);
  const settings = readSettings(env);
  const parts = {
    attempts: () => sweepAttempts(call, sessions),
    events: async () => {
      await relayEvents(call, env.JOBS);
      await forgetHandledEvents(call);
    },
    mails: async () => {
      if (mailerOf(env, settings)) await resendMails(call, env.JOBS);
      await forgetMails(call);
    },
    'dead letters': () => forgetDeadLetters(call),
    enrolments: () => endAbandonedEnrolments(call),
    attachments: () => forgetAttachments(call, env.MEDIA),
    archive: () => archiveAttempts(call, sessions, env.ARCHIVE),
    'learner events': async () => {
      for (const id of await dueEvents(call)) await handleEvent(call, id);
      await forgetEvents(call);
    },
    syncs: () => resendSyncs(call, env.SYNCS),
    reconciliation: () =>
      reconcileAndSync(call, { outside: outsideOf(env, settings), queue: env.SYNCS, all: settings.isLocal }),
    passbacks: () => resendPassbacks(call, env.PASSBACKS),
    'signing keys': () => rotateKeys(call, env.SECRETS_KEY),
    launches: () => forgetLti(call),
    identity: () => identityCleanup(call),
    audit: () => forgetAudit(call),
    signIns: () => forgetSignIns(call),
    idempotency: () => forgetIdempotencyKeys(call),
  };
  for (const [part, work] of Object.entries(parts)) {
    try {
      await work();
    } catch (error) {
      consoleLog('error', errorLine({ where: 'sweep', part }, error));
    }
  }
}
