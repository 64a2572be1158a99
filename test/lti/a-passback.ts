import { eq } from 'drizzle-orm';
import { Review } from '../../src/assessments/definition.ts';
import { assessment, attempt, result } from '../../src/assessments/schema.ts';
import type { Outside } from '../../src/http/outside.ts';
import { newId } from '../../src/lib/ids.ts';
import type { Backoff } from '../../src/lti/backoff.ts';
import { keepGrade } from '../../src/lti/keep-grade.ts';
import { passScore } from '../../src/lti/pass-score.ts';
import { type PassbackJob, resendPassbacks } from '../../src/lti/passback-queue.ts';
import { platformTokens } from '../../src/lti/platform-token.ts';
import { linkUser, passback, registration, resourceLink } from '../../src/lti/schema.ts';
import { scopes } from '../../src/lti/words.ts';
import { aUser, db, type Somebody } from '../factories.ts';
import { aGradebook, LINE_ITEM, LINE_ITEMS, PLATFORM } from './a-gradebook.ts';

const backoff: Backoff = { baseMs: 30_000, capMs: 3600_000, random: () => 0.5 };

/** A registered platform. */
export async function aRegistration(changes: Partial<typeof registration.$inferInsert> = {}) {
  const id = newId('registration');
  const row = {
    id,
    name: 'A platform',
    issuer: `${PLATFORM}/${id}`,
    clientId: 'client-1',
    authLoginUrl: `${PLATFORM}/authorise`,
    authTokenUrl: `${PLATFORM}/token`,
    keySetUrl: `${PLATFORM}/jwks`,
    frameOrigins: [PLATFORM],
    createdAt: Date.now(),
    ...changes,
  };
  const [made] = await db.insert(registration).values(row).returning();
  if (!made) throw new Error('no registration');
  return made;
}

type GradingMethod = typeof assessment.$inferSelect.gradingMethod;

/** A published assessment, as far as grades need one. */
async function aPaper(teacher: Somebody, gradingMethod: GradingMethod = 'last') {
  const id = newId('assessment');
  await db.insert(assessment).values({
    id,
    ownerId: teacher.id,
    title: 'A paper',
    behaviour: 'exam',
    attemptsAllowed: 0,
    gradingMethod,
    passMark: 0.5,
    shuffleItems: true,
    sections: [],
    review: Review.parse({}),
    createdAt: Date.now(),
    publishedAt: Date.now(),
  });
  return id;
}

export const everyScope = [scopes.score, scopes.result, scopes.lineItem];

type Options = {
  gradingMethod?: GradingMethod;
  link?: Partial<typeof resourceLink.$inferInsert>;
  registration?: Partial<typeof registration.$inferInsert>;
  /** Another platform than the gradebook, and what it calls the student. */
  outside?: Outside;
  sub?: string;
};

/** A student who came by a link of a platform to an assessment, with their attempts, and a queue that is handed out by hand. */
export async function aPassback(options: Options = {}) {
  const { gradingMethod = 'last', link = {}, registration: changes = {} } = options;
  const gradebook = aGradebook();
  const { outside = gradebook.outside } = options;
  const [teacher, student] = [await aUser('instructor'), await aUser()];
  const [assessmentId, its] = [await aPaper(teacher, gradingMethod), await aRegistration(changes)];
  const linkId = newId('resourceLink');
  await db.insert(resourceLink).values({
    id: linkId,
    registrationId: its.id,
    deploymentId: '1',
    resourceLinkId: 'link-1',
    title: 'Surds',
    assessmentId,
    lineItem: LINE_ITEM,
    lineItems: LINE_ITEMS,
    scopes: everyScope,
    createdAt: Date.now(),
    ...link,
  });
  const { sub = `sub-${student.id}` } = options;
  await db.insert(linkUser).values({ linkId, userId: student.id, sub, at: Date.now() });

  const call = () => ({ db, now: outside.now() });
  const parts = () => ({ outside, tokens: platformTokens(call(), outside), backoff });
  const messages: { id: string; at: number }[] = [];
  const queue = {
    async send({ id }: PassbackJob, { delaySeconds = 0 }: { delaySeconds?: number } = {}) {
      messages.push({ id, at: outside.now() + delaySeconds * 1000 });
    },
    async sendBatch(batch: { body: PassbackJob }[]) {
      for (const { body } of batch) messages.push({ id: body.id, at: outside.now() });
    },
  } as unknown as Queue<PassbackJob>;

  let number = 0;
  let current: string | undefined;
  /** Begins an attempt, or goes on with the open one. */
  async function start() {
    if (current !== undefined) return current;
    current = newId('attempt');
    number += 1;
    await db.insert(attempt).values({
      id: current,
      assessmentId,
      userId: student.id,
      number,
      state: 'open',
      seed: 'x',
      startedAt: outside.now(),
    });
    return current;
  }
  /** Ends it with a score out of 10. */
  async function finish(given: number, maximum = 10) {
    const attemptId = current ?? (await start());
    current = undefined;
    const at = outside.now();
    await db.batch([
      db.insert(result).values({
        attemptId,
        number: 1,
        given,
        maximum,
        percent: maximum === 0 ? 0 : (100 * given) / maximum,
        passed: false,
        answered: 1,
        lateOps: 0,
        finishedAt: at,
        items: [],
      }),
      db.update(attempt).set({ state: 'graded', finishedAt: at }).where(eq(attempt.id, attemptId)),
    ]);
    return attemptId;
  }
  /** The reaction to an event about an attempt, and its messages. */
  async function react(attemptId: string) {
    for (const id of await keepGrade(call(), { attemptId })) messages.push({ id, at: outside.now() });
  }
  const pass = async (id: string) => {
    const passed = await passScore(call(), id, parts());
    if (passed.kind === 'later') messages.push({ id, at: outside.now() + passed.delaySeconds * 1000 });
    return passed;
  };

  return {
    gradebook,
    outside,
    registration: its,
    linkId,
    assessmentId,
    teacher,
    student,
    sub,
    call,
    parts,
    queue,
    messages,
    start,
    finish,
    react,
    pass,
    /** A graded attempt, its event handled. */
    async graded(given: number, maximum = 10) {
      await react(await finish(given, maximum));
    },
    /** Hands out what is due now, until nothing is. Answers how many messages that were. */
    async drain() {
      let handed = 0;
      for (;;) {
        const next = messages.findIndex(({ at }) => at <= outside.now());
        if (next < 0) return handed;
        const [message] = messages.splice(next, 1);
        await pass(message?.id ?? '');
        if (++handed > 500) throw new Error('the queue goes round in circles');
      }
    },
    /** Moves the clock to the next message and hands it out. */
    async next() {
      const [first] = [...messages].sort((a, b) => a.at - b.at);
      if (!first) throw new Error('nothing is on its way');
      gradebook.later(Math.max(0, first.at - outside.now()));
      await this.drain();
    },
    sweep: () => resendPassbacks(call(), queue),
    rows: () => db.select().from(passback).where(eq(passback.userId, student.id)).orderBy(passback.id),
    async row() {
      const [found] = await this.rows();
      if (!found) throw new Error('there is no row');
      return found;
    },
    shows: (lineItem?: string) => gradebook.shows(sub, lineItem),
  };
}
export type APassback = Awaited<ReturnType<typeof aPassback>>;
