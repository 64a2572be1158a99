import { env } from 'cloudflare:workers';
import { asc, eq } from 'drizzle-orm';
import { courseOf } from '../../scripts/lms/course.ts';
import type { NestedBlock } from '../../scripts/lms/course-tree.ts';
import { createPlatform } from '../../scripts/lms/platform.ts';
import type { Webhook } from '../../scripts/lms/webhooks.ts';
import { node } from '../../src/courses/index.ts';
import type { Outside } from '../../src/http/outside.ts';
import { newSecret, sha256 } from '../../src/lib/crypto.ts';
import { randomFrom } from '../../src/lib/random.ts';
import { sealSecret } from '../../src/openedx/connection-secrets.ts';
import type { SyncJob } from '../../src/openedx/enqueue-sync.ts';
import { addCourse } from '../../src/openedx/follow-course.ts';
import { handleEvent } from '../../src/openedx/handle-event.ts';
import { receiveEvent } from '../../src/openedx/receive-event.ts';
import { reconcile } from '../../src/openedx/reconcile.ts';
import { connection, followedCourse, syncRun, webhookSecret } from '../../src/openedx/schema.ts';
import { buryDeadSync, consumeSync, resendSyncs } from '../../src/openedx/sync-jobs.ts';
import { MAX_RETRIES } from '../../src/openedx/waits.ts';
import { aUser, db } from '../factories.ts';
import { aConnection } from './a-connection.ts';

const ORIGIN = 'https://lms.example.mw';
const START = Date.parse('2026-11-02T06:00:00Z');
let courses = 0;

/** A small course: two chapters, three subsections, four units, six parts. */
const small: NestedBlock = {
  ...{ type: 'course', id: 'course', display_name: 'Small course', start: '2026-01-12T00:00:00Z' },
  children: [
    {
      ...{ type: 'chapter', id: 'c_a', display_name: 'Numbers' },
      children: [
        {
          ...{ type: 'sequential', id: 's_a', display_name: 'Surds' },
          children: [
            {
              ...{ type: 'vertical', id: 'u_a', display_name: 'What is a surd?' },
              children: [
                { type: 'html', id: 'h_a', display_name: 'Text' },
                { type: 'problem', id: 'p_a', display_name: 'First' },
                { type: 'problem', id: 'p_b', display_name: 'Second' },
              ],
            },
          ],
        },
        {
          ...{ type: 'sequential', id: 's_b', display_name: 'Sets' },
          children: [
            {
              type: 'vertical',
              id: 'u_b',
              display_name: 'Union',
              children: [{ type: 'video', id: 'v_b', display_name: 'Film' }],
            },
          ],
        },
      ],
    },
    {
      ...{ type: 'chapter', id: 'c_b', display_name: 'Shapes' },
      children: [
        {
          ...{ type: 'sequential', id: 's_c', display_name: 'Circles' },
          children: [
            {
              type: 'vertical',
              id: 'u_c',
              display_name: 'Chords',
              children: [{ type: 'problem', id: 'p_c', display_name: 'Third' }],
            },
            {
              type: 'vertical',
              id: 'u_d',
              display_name: 'Angles',
              children: [{ type: 'problem', id: 'p_d', display_name: 'Fourth' }],
            },
          ],
        },
      ],
    },
  ],
};

type Message = SyncJob & { at: number; attempts: number };

/**
 * A course of a platform that is followed, with a clock that only moves when it is told to, and a queue that delivers by that
 * clock. The database is the real one; the platform is the stand-in, asked through the injected fetch.
 */
export async function aFollowedCourse({
  seed = 'a course',
  course = small,
}: {
  seed?: string;
  course?: NestedBlock;
} = {}) {
  const courseKey = `course-v1:Ve+Sync${courses++}${crypto.randomUUID().slice(0, 8)}+1`;
  const clock = { now: START };
  const random = randomFrom(seed);
  const outbox: Webhook[] = [];
  const platform = createPlatform({
    origin: ORIGIN,
    now: () => clock.now,
    random,
    deliver: (webhook) => outbox.push(webhook),
    clients: [
      {
        clientId: 'tester',
        clientSecret: 'tester',
        grants: ['client_credentials'],
        scopes: ['read'],
        username: 'vault_service',
      },
    ],
  });
  platform.addCourse(
    courseOf({
      key: courseKey,
      published_version: '69a5499e7e1a2c4d3b2a1f0e',
      published_at: new Date(START - 1000).toISOString(),
      short_description: '',
      overview: '',
      course,
    }),
  );
  outbox.splice(0);
  const admin = await aUser('admin');
  const row = await aConnection({ lmsUrl: ORIGIN, clientId: 'tester' }, { insert: false });
  await db
    .insert(connection)
    .values({ ...row, clientSecret: await sealSecret(env.SECRETS_KEY, row.id, 'client', 'tester') });
  const secret = newSecret();
  await db.insert(webhookSecret).values({ secretHash: await sha256(secret), connectionId: row.id, createdAt: START });

  const asked: string[] = [];
  const outside: Outside = {
    async fetch(input, init) {
      const request = new Request(input, init);
      asked.push(new URL(request.url).pathname);
      return await platform.fetch(request);
    },
    secretsKey: env.SECRETS_KEY,
    allowLoopback: false,
    now: () => clock.now,
    tokens: new Map(),
  };
  const messages: Message[] = [];
  const queue = {
    send: async ({ runId }: SyncJob, { delaySeconds = 0 } = {}) => {
      messages.push({ runId, at: clock.now + delaySeconds * 1000, attempts: 1 });
    },
  } as unknown as Queue<SyncJob>;
  const waits = { debounceMs: null, pollMs: 10_000 };
  const call = () => ({ db, now: clock.now });
  const staff = () => ({ ...admin.call(), now: clock.now });

  /** Delivers what is due, waits for what is not, until the queue is empty or `until` (ms) is reached. */
  async function drain(until = Number.POSITIVE_INFINITY) {
    for (let count = 0; count < 200; count++) {
      messages.sort((a, b) => a.at - b.at);
      const next = messages[0];
      if (!next || next.at > until) return;
      messages.shift();
      clock.now = Math.max(clock.now, next.at);
      const verdict = await consumeSync(call(), next, { outside, waits, queue });
      if (verdict.kind === 'ack') continue;
      if (next.attempts > MAX_RETRIES) await buryDeadSync(call(), next);
      else messages.push({ ...next, attempts: next.attempts + 1, at: clock.now + verdict.delaySeconds * 1000 });
    }
    throw new Error('the queue does not come to rest');
  }

  /** Posts the webhooks the platform has sent. Returns what each was answered. */
  async function deliver(webhooks = outbox.splice(0)) {
    const answers: string[] = [];
    for (const { body, contentType } of webhooks) {
      const { received, errand } = await receiveEvent(
        call(),
        {
          credentials: { secret, timestamp: null, signature: null },
          bytes: new TextEncoder().encode(body),
          contentType,
        },
        { secretsKey: env.SECRETS_KEY, waits },
      );
      if (errand?.kind === 'sync') messages.push({ runId: errand.runId, at: errand.startsAt, attempts: 1 });
      if (errand?.kind === 'handle') await handleEvent(call(), errand.id);
      answers.push(received.status);
    }
    return answers;
  }

  const added = await addCourse(staff(), {
    ...{ courseKey, title: 'Small course', examinationLevel: 'MSCE', academicClass: 'Form 3', connectionId: row.id },
  });
  const { runId } = added;
  const courseId = added.course.id;
  if (runId !== null) await queue.send({ runId });

  return {
    ...{ courseKey, courseId, connectionId: row.id, secret, platform, outside, clock, messages, outbox, asked, random },
    ...{ call, staff, drain, deliver, queue, waits },
    usageKey: (type: string, id: string) => `${courseKey.replace('course-v1:', 'block-v1:')}+type@${type}+block@${id}`,
    /** One edit a second. */
    edit(edit: Parameters<typeof platform.edit>[1]) {
      clock.now += 1000;
      platform.edit(courseKey, edit);
    },
    /** The cron sweep, as far as it is about syncs. */
    async sweep() {
      await resendSyncs(call(), queue);
      for (const id of await reconcile(call(), outside, { all: true })) await queue.send({ runId: id });
    },
    runs: () =>
      db.select().from(syncRun).where(eq(syncRun.courseId, courseId)).orderBy(asc(syncRun.createdAt), asc(syncRun.id)),
    rows: () => db.select().from(node).where(eq(node.courseId, courseId)),
    /** The sweep of another test has nothing to do with it. */
    unfollow: () => db.delete(followedCourse).where(eq(followedCourse.courseId, courseId)),
    /** Our live outline, each node as `depth title`, in document order. */
    async titles() {
      const rows = (await db.select().from(node).where(eq(node.courseId, courseId))).filter(
        (one) => one.retiredAt === null,
      );
      const lines: string[] = [];
      const visit = (parentId: string, depth: number) => {
        const children = rows.filter((one) => one.parentId === parentId).sort((a, b) => a.position - b.position);
        for (const one of children) {
          lines.push(`${'  '.repeat(depth)}${one.title}`);
          visit(one.id, depth + 1);
        }
      };
      visit(courseId, 0);
      return lines;
    },
  };
}

export type Followed = Awaited<ReturnType<typeof aFollowedCourse>>;
