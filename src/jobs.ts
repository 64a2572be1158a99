import {
  archiveAttempts,
  discardArchived,
  reachOpenAttempts,
  type Sessions,
  sessionsOf,
  storeResult,
  sweepAttempts,
} from './assessments/index.ts';
import { connect } from './db/index.ts';
import { type DomainEvent, forgetHandledEvents, type Job, reactTo, record, relayEvents } from './events/index.ts';
import { forgetIdempotencyKeys, outsideOf, readSettings } from './http/index.ts';
import { identityCleanup } from './identity/index.ts';
import type { SystemCall } from './lib/call.ts';
import { unreachable } from './lib/errors.ts';
import { newId } from './lib/ids.ts';
import { consoleLog, errorLine } from './lib/log.ts';
import {
  backoffOf,
  forgetLti,
  keepGrade,
  keepGradeOf,
  keepGradesOfLink,
  type PassbackJob,
  passScore,
  platformTokens,
  pokePassbacks,
  resendPassbacks,
  rotateKeys,
} from './lti/index.ts';
import {
  buryDeadSync,
  consumeSync,
  dueEvents,
  forgetEvents,
  forgetSignIns,
  handleEvent,
  reconcileAndSync,
  resendSyncs,
  type SyncJob,
  waitsOf,
} from './openedx/index.ts';

const systemCall = (env: Env): SystemCall => ({ db: connect(env.DB, { d1: 0, kv: 0 }), now: Date.now() });

type Parts = { sessions: Sessions; passbacks: Queue<PassbackJob>; jobs: Queue<Job> };
type Reaction<E> = (
  call: SystemCall,
  payload: E extends { payload: infer P } ? P : never,
  parts: Parts,
) => Promise<void>;

/** The platforms a student came from are told, at once. */
const passOn = async (call: SystemCall, payload: { attemptId: string }, { passbacks }: Parts) =>
  await pokePassbacks(passbacks, await keepGrade(call, payload));

/** Who reacts to what happened. A new event does not compile until it is listed, if only with nobody. */
const reactions: { [T in DomainEvent['type']]: Reaction<Extract<DomainEvent, { type: T }>>[] } = {
  'assessment.times.changed': [
    (call, { assessmentId }, { sessions }) => reachOpenAttempts(call, assessmentId, sessions),
  ],
  'assessment.attempt.started': [passOn],
  'assessment.attempt.finished': [passOn],
  'lti.link.arrived': [
    async (call, payload, { passbacks }) => await pokePassbacks(passbacks, await keepGradeOf(call, payload)),
  ],
  'lti.link.changed': [
    async (call, { linkId, after }, { passbacks, jobs }) => {
      const { due, next } = await keepGradesOfLink(call, { linkId, ...(after !== undefined && { after }) });
      await pokePassbacks(passbacks, due);
      if (next === undefined) return;
      const eventId = newId('event', call.now);
      await record(call, { type: 'lti.link.changed', payload: { linkId, after: next } }, eventId);
      await jobs.send({ job: 'react', eventId });
    },
  ],
  'assessment.attempt.archived': [(_, payload, { sessions }) => discardArchived(payload, sessions)],
};

async function react(call: SystemCall, happened: DomainEvent, parts: Parts) {
  const reacting = reactions[happened.type] as Reaction<DomainEvent>[];
  for (const reaction of reacting) await reaction(call, happened.payload, parts);
}

/** One switch from job to verb. */
async function run(job: Job, env: Env): Promise<void> {
  const call = systemCall(env);
  const sessions = sessionsOf(env.ATTEMPTS);
  const parts = { sessions, passbacks: env.PASSBACKS, jobs: env.JOBS };
  switch (job.job) {
    case 'store-result': {
      const stored = await storeResult(call, job.attemptId, sessions);
      if (stored.kind === 'stored') await reactTo(call, stored.eventId, (happened) => react(call, happened, parts));
      return;
    }
    case 'react':
      await reactTo(call, job.eventId, (happened) => react(call, happened, parts));
      return;
    case 'handle-openedx-event':
      await handleEvent(call, job.id);
      return;
    default:
      unreachable(job);
  }
}

/** The queue of syncs: one run a message. An error of ours is retried as a failure of the platform is. */
async function consumeSyncs(batch: MessageBatch<SyncJob>, env: Env): Promise<void> {
  const settings = readSettings(env);
  const parts = { outside: outsideOf(env, settings), waits: waitsOf(settings), queue: env.SYNCS };
  for (const message of batch.messages) {
    try {
      const verdict = await consumeSync(systemCall(env), message.body, parts);
      if (verdict.kind === 'ack') message.ack();
      else message.retry({ delaySeconds: verdict.delaySeconds });
    } catch (error) {
      consoleLog('error', errorLine({ where: 'sync', run: message.body.runId, attempts: message.attempts }, error));
      message.retry({ delaySeconds: 10 * 2 ** (message.attempts - 1) });
    }
  }
}

async function consumeDeadSyncs(batch: MessageBatch<SyncJob>, env: Env): Promise<void> {
  for (const message of batch.messages) {
    consoleLog('error', { message: 'dead sync', run: message.body.runId, attempts: message.attempts });
    await buryDeadSync(systemCall(env), message.body);
    message.ack();
  }
}

/** Scores on their way to platforms: one row a message. Whoever is to wait is written down, and gets a message of its own. */
async function consumePassbacks(batch: MessageBatch<PassbackJob>, env: Env): Promise<void> {
  const settings = readSettings(env);
  const outside = outsideOf(env, settings);
  const parts = { outside, tokens: platformTokens(systemCall(env), outside), backoff: backoffOf(settings) };
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        const passed = await passScore(systemCall(env), message.body.id, parts);
        if (passed.kind === 'later') await env.PASSBACKS.send(message.body, { delaySeconds: passed.delaySeconds });
        message.ack();
      } catch (error) {
        consoleLog('error', errorLine({ where: 'passback', id: message.body.id, attempts: message.attempts }, error));
        message.retry({ delaySeconds: 10 * 2 ** (message.attempts - 1) });
      }
    }),
  );
}

function consumeDeadPassbacks(batch: MessageBatch<PassbackJob>): void {
  for (const message of batch.messages) {
    // Nothing is lost with it: the row waits in D1, and the sweep comes back to it.
    consoleLog('error', { message: 'dead passback', id: message.body.id, attempts: message.attempts });
    message.ack();
  }
}

/** What a batch of each queue is given to. */
export async function consume(batch: MessageBatch, env: Env): Promise<void> {
  if (batch.queue === 've-edu-vault-syncs') await consumeSyncs(batch as MessageBatch<SyncJob>, env);
  else if (batch.queue === 've-edu-vault-dead-syncs') await consumeDeadSyncs(batch as MessageBatch<SyncJob>, env);
  else if (batch.queue === 've-edu-vault-passbacks') await consumePassbacks(batch as MessageBatch<PassbackJob>, env);
  else if (batch.queue === 've-edu-vault-dead-passbacks') consumeDeadPassbacks(batch as MessageBatch<PassbackJob>);
  else await consumeJobs(batch as MessageBatch<Job>, env);
}

/** Each message stands alone: one that fails is tried again later, 30 s and doubling, without holding up the others. */
export async function consumeJobs(batch: MessageBatch<Job>, env: Env): Promise<void> {
  if (batch.queue === 've-edu-vault-dead-jobs') {
    for (const message of batch.messages) {
      // Nothing is lost with it: results wait in their objects, events in the outbox, and the sweep comes back to both.
      consoleLog('error', { message: 'dead job', job: JSON.stringify(message.body), attempts: message.attempts });
      message.ack();
    }
    return;
  }
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        await run(message.body, env);
        message.ack();
      } catch (error) {
        consoleLog(
          'error',
          errorLine({ where: 'job', job: JSON.stringify(message.body), attempts: message.attempts }, error),
        );
        message.retry({ delaySeconds: Math.min(30 * 2 ** (message.attempts - 1), 3600) });
      }
    }),
  );
}

/** The cron sweep, every minute: what alarms, queues and crashes left undone. One part failing does not stop the next. */
export async function sweep(env: Env): Promise<void> {
  const call = systemCall(env);
  const sessions = sessionsOf(env.ATTEMPTS);
  const settings = readSettings(env);
  const parts = {
    attempts: () => sweepAttempts(call, sessions),
    events: async () => {
      await relayEvents(call, env.JOBS);
      await forgetHandledEvents(call);
    },
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
