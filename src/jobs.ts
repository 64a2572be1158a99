import { discardArchived, reachOpenAttempts, type Sessions, sessionsOf, storeResult } from './assessments/index.ts';
import { connect } from './db/index.ts';
import { type DomainEvent, type Job, keepDeadLetter, reactTo, record } from './events/index.ts';
import { outsideOf, readSettings } from './http/index.ts';
import type { SystemCall } from './lib/call.ts';
import { unreachable } from './lib/errors.ts';
import { newId } from './lib/ids.ts';
import { consoleLog, errorLine } from './lib/log.ts';
import {
  backoffOf,
  forgetLtiPerson,
  keepGrade,
  keepGradeOf,
  keepGradesOfLink,
  type PassbackJob,
  passScore,
  platformTokens,
  pokePassbacks,
} from './lti/index.ts';
import {
  askNewAddress,
  askToVerify,
  confirmEnrolment,
  forgetMailsOf,
  type MailParts,
  mailerOf,
  pokeMails,
  sendMail,
  sendResetLink,
  tellResult,
  warnOfChange,
  warnOfNewAddress,
  welcome,
} from './notifications/index.ts';
import {
  buryDeadSync,
  consumeSync,
  forgetOpenedxPerson,
  handleEvent,
  type SyncJob,
  unfollowCourse,
  waitsOf,
} from './openedx/index.ts';
import { leaveCourses } from './people/index.ts';

const systemCall = (env: Env): SystemCall => ({ db: connect(env.DB, { d1: 0, kv: 0 }), now: Date.now() });

type Parts = { sessions: Sessions; passbacks: Queue<PassbackJob>; jobs: Queue<Job>; mails: MailParts };
type Reaction<E> = (
  call: SystemCall,
  payload: E extends { payload: infer P } ? P : never,
  parts: Parts,
  eventId: string,
) => Promise<void>;

/** The platforms a student came from are told, at once. */
const passOn = async (call: SystemCall, payload: { attemptId: string }, { passbacks }: Parts) =>
  await pokePassbacks(passbacks, await keepGrade(call, payload));

/** A mail about what happened, to whom it is about. */
const mailing =
  <P>(write: (call: SystemCall, payload: P, mails: MailParts, eventId: string) => Promise<void>) =>
  (call: SystemCall, payload: P, { mails }: Parts, eventId: string) =>
    write(call, payload, mails, eventId);

/** Who reacts to what happened. A new event does not compile until it is listed, if only with nobody. */
const reactions: { [T in DomainEvent['type']]: Reaction<Extract<DomainEvent, { type: T }>>[] } = {
  'assessment.times.changed': [
    (call, { assessmentId }, { sessions }) => reachOpenAttempts(call, assessmentId, sessions),
  ],
  'assessment.attempt.started': [passOn],
  'assessment.attempt.finished': [passOn, mailing(tellResult)],
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
  'course.enrolment.created': [mailing(confirmEnrolment)],
  'course.deleted': [(call, payload) => unfollowCourse(call, payload)],
  'user.deleted': [
    (call, payload) => leaveCourses(call, payload),
    (call, payload) => forgetLtiPerson(call, payload),
    (call, payload) => forgetOpenedxPerson(call, payload),
    (call, payload) => forgetMailsOf(call, payload),
  ],
  'user.registered': [mailing(welcome)],
  'user.verification.asked': [mailing(askToVerify)],
  'user.password.reset.asked': [mailing(sendResetLink)],
  'user.email.change.asked': [mailing(askNewAddress), mailing(warnOfNewAddress)],
  'user.credentials.changed': [mailing(warnOfChange)],
  'assessment.attempt.archived': [(_, payload, { sessions }) => discardArchived(payload, sessions)],
};

async function react(call: SystemCall, happened: DomainEvent, parts: Parts, eventId: string) {
  const reacting = reactions[happened.type] as Reaction<DomainEvent>[];
  for (const reaction of reacting) await reaction(call, happened.payload, parts, eventId);
}

/** One switch from job to verb. */
async function run(job: Job, env: Env): Promise<void> {
  const call = systemCall(env);
  const sessions = sessionsOf(env.ATTEMPTS);
  const settings = readSettings(env);
  const mails = { secretsKey: env.SECRETS_KEY, origin: settings.publicOrigin, jobs: env.JOBS };
  const parts = { sessions, passbacks: env.PASSBACKS, jobs: env.JOBS, mails };
  switch (job.job) {
    case 'store-result': {
      const stored = await storeResult(call, job.attemptId, sessions);
      if (stored.kind === 'stored')
        await reactTo(call, stored.eventId, (happened, id) => react(call, happened, parts, id));
      return;
    }
    case 'react':
      await reactTo(call, job.eventId, (happened, id) => react(call, happened, parts, id));
      return;
    case 'handle-openedx-event':
      await handleEvent(call, job.id);
      return;
    case 'send-mail': {
      const mailer = mailerOf(env, settings);
      // Until somebody says how mails leave they wait.
      if (!mailer) return;
      const tried = await sendMail(call, job, { mailer, secretsKey: env.SECRETS_KEY });
      if (tried.kind === 'later') await pokeMails(env.JOBS, [job.mailId], tried.delaySeconds);
      return;
    }
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

/**
 * What a queue gave up on is kept for staff, who can send it again. Little is lost with it meanwhile: results wait in their objects, events, scores
 * and mails in D1, and the sweep comes back to them. A sync has failed, and its run says so.
 */
async function consumeDead(batch: MessageBatch, env: Env): Promise<void> {
  for (const message of batch.messages) {
    const { attempts } = message;
    const about = { queue: batch.queue, body: JSON.stringify(message.body), attempts };
    consoleLog('error', { message: 'dead letter', ...about });
    try {
      await keepDeadLetter(systemCall(env), { queue: batch.queue, message });
      if (batch.queue === 've-edu-vault-dead-syncs') await buryDeadSync(systemCall(env), message.body as SyncJob);
      message.ack();
    } catch (error) {
      consoleLog('error', errorLine({ where: 'dead letter', ...about }, error));
      message.retry({ delaySeconds: waitAfter(attempts) });
    }
  }
}

/** 30 s and doubling, at most an hour. */
const waitAfter = (attempts: number) => Math.min(30 * 2 ** (attempts - 1), 3600);

/** What a batch of each queue is given to. */
export async function consume(batch: MessageBatch, env: Env): Promise<void> {
  if (batch.queue.includes('-dead-')) await consumeDead(batch, env);
  else if (batch.queue === 've-edu-vault-syncs') await consumeSyncs(batch as MessageBatch<SyncJob>, env);
  else if (batch.queue === 've-edu-vault-passbacks') await consumePassbacks(batch as MessageBatch<PassbackJob>, env);
  else await consumeJobs(batch as MessageBatch<Job>, env);
}

/** Each message stands alone: one that fails is tried again later, 30 s and doubling, without holding up the others. */
export async function consumeJobs(batch: MessageBatch<Job>, env: Env): Promise<void> {
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
        message.retry({ delaySeconds: waitAfter(message.attempts) });
      }
    }),
  );
}
