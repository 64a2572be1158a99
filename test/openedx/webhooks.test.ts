import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { course as courses, enrolment } from '../../src/courses/index.ts';
import { user } from '../../src/identity/index.ts';
import { hmacHex, newSecret, sha256 } from '../../src/lib/crypto.ts';
import { sealSecret } from '../../src/openedx/connection-secrets.ts';
import { dueEvents, forgetEvents, handleEvent } from '../../src/openedx/handle-event.ts';
import {
  connection,
  followedCourse,
  ignoredEvent,
  openedxEnrolment,
  openedxEvent,
  openedxGrade,
  openedxUser,
  syncRun,
  webhookSecret,
} from '../../src/openedx/schema.ts';
import { aUser, db, testApp } from '../factories.ts';
import catalogChanged from '../fixtures/openedx/webhooks/aulasneo-v21/course-catalog-info-changed.json';
import enrolled from '../fixtures/openedx/webhooks/aulasneo-v21/course-enrollment-created.json';
import published from '../fixtures/openedx/webhooks/virtue-customized-v1/course-published.json';
import { makeCourse } from '../items/make.ts';
import { aConnection } from './a-connection.ts';

const app = testApp();
const uuid = () => crypto.randomUUID();

/** A connection with one webhook secret, and a course that follows it. */
async function aSender(changes: Parameters<typeof aConnection>[0] = {}) {
  const row = await aConnection(changes);
  const [secret, hmacSecret] = [newSecret(), newSecret()];
  await db.insert(webhookSecret).values({ secretHash: await sha256(secret), connectionId: row.id, createdAt: 1 });
  await db
    .update(connection)
    .set({ hmacSecret: await sealSecret(env.SECRETS_KEY, row.id, 'hmac', hmacSecret) })
    .where(eq(connection.id, row.id));
  const { courseKey, courseId } = await makeCourse();
  await db.insert(followedCourse).values({ courseId, connectionId: row.id, reconcileAt: Number.MAX_SAFE_INTEGER });
  return { connectionId: row.id, secret, hmacSecret, courseKey, courseId };
}
type Sender = Awaited<ReturnType<typeof aSender>>;

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.ask('POST', `/api/v1/webhooks/openedx${path}`, {
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

const change = (courseKey: string, id: string = uuid(), time = '2026-04-14 09:15:42.098000+00:00') => ({
  'openedx_events.content_authoring.data.CourseCatalogData': {
    ...catalogChanged['openedx_events.content_authoring.data.CourseCatalogData'],
    course_key: courseKey,
  },
  event_metadata: { ...catalogChanged.event_metadata, id, time },
});

/** What stands in the database of a sender: nothing that is refused may add to it. */
async function traces({ connectionId, courseId }: Sender) {
  const [events, runs, ignored, users] = await db.batch([
    db.select().from(openedxEvent).where(eq(openedxEvent.connectionId, connectionId)),
    db.select().from(syncRun).where(eq(syncRun.courseId, courseId)),
    db.select().from(ignoredEvent).where(eq(ignoredEvent.connectionId, connectionId)),
    db.select().from(openedxUser).where(eq(openedxUser.connectionId, connectionId)),
  ]);
  return { events, runs, ignored, users };
}
const nothing = { events: [], runs: [], ignored: [], users: [] };

describe('a webhook about a course', () => {
  it('is answered 202 after one round trip to the database, and makes the pending run of the course', async () => {
    const sender = await aSender();
    const reply = await post(`/${sender.secret}`, change(sender.courseKey, 'an-id'));
    expect(reply).toMatchObject({
      status: 202,
      json: { eventId: 'an-id', eventType: catalogChanged.event_metadata.event_type, status: 'accepted' },
      line: { d1: 1 },
    });
    const { events, runs } = await traces(sender);
    expect(runs).toMatchObject([
      { state: 'pending', cause: 'event', eventAt: Date.UTC(2026, 3, 14, 9, 15, 42, 98) * 1000 },
    ]);
    expect(events).toMatchObject([{ courseKey: sender.courseKey, data: null, runId: runs[0]?.id, duplicates: 0 }]);
  });

  it('that comes again is a duplicate, counted and otherwise nothing', async () => {
    const sender = await aSender();
    const body = change(sender.courseKey);
    await post(`/${sender.secret}`, body);
    expect((await post(`/${sender.secret}`, body)).json).toMatchObject({ status: 'duplicate' });
    const { events, runs } = await traces(sender);
    expect(events).toMatchObject([{ duplicates: 1 }]);
    expect(runs).toHaveLength(1);
  });

  it('sixty at once are one run', async () => {
    const sender = await aSender();
    const replies = await Promise.all(
      Array.from({ length: 60 }, () => post(`/${sender.secret}`, change(sender.courseKey))),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([202]));
    const { events, runs } = await traces(sender);
    expect(events).toHaveLength(60);
    expect(runs).toHaveLength(1);
    expect(new Set(events.map(({ runId }) => runId))).toEqual(new Set([runs[0]?.id]));
  });

  it('the same body sixty times at once is one event', async () => {
    const sender = await aSender();
    const body = change(sender.courseKey);
    const replies = await Promise.all(Array.from({ length: 60 }, () => post(`/${sender.secret}`, body)));
    expect(replies.filter(({ json }) => json.status === 'accepted')).toHaveLength(1);
    expect((await traces(sender)).events).toMatchObject([{ duplicates: 59 }]);
  });

  it('that joins makes the run look for the newest of them, in whatever order they come', async () => {
    const [older, newer] = ['2026-04-14 09:15:42.098000+00:00', '2026-04-14 09:15:43.5+00:00'];
    for (const times of [
      [older, newer],
      [newer, older],
    ]) {
      const sender = await aSender();
      for (const time of times) await post(`/${sender.secret}`, change(sender.courseKey, uuid(), time));
      expect((await traces(sender)).runs).toMatchObject([{ eventAt: Date.UTC(2026, 3, 14, 9, 15, 43, 500) * 1000 }]);
    }
  });

  it('of the fork, without id and time, joins the run that waits, and asks it to look until something new shows', async () => {
    const sender = await aSender();
    const body = { ...published, course: { course_key: sender.courseKey } };
    await post(`/${sender.secret}`, change(sender.courseKey));
    expect((await post(`/${sender.secret}`, body)).json).toMatchObject({ status: 'accepted' });
    expect((await post(`/${sender.secret}`, body)).json).toMatchObject({ status: 'duplicate', eventId: null });
    expect((await traces(sender)).runs).toMatchObject([{ eventAt: null }]);
    await db.update(syncRun).set({ state: 'running' }).where(eq(syncRun.courseId, sender.courseId));
    expect((await post(`/${sender.secret}`, body)).json).toMatchObject({ status: 'accepted' });
    expect((await traces(sender)).runs.map(({ state }) => state).toSorted()).toEqual(['pending', 'running']);
  });

  it('that nobody follows here is kept, for staff to see, and makes no run', async () => {
    const sender = await aSender();
    expect((await post(`/${sender.secret}`, change('course-v1:No+One+follows'))).json).toMatchObject({
      status: 'accepted',
    });
    const { events, runs } = await traces(sender);
    expect(events).toMatchObject([{ runId: null }]);
    expect(runs).toEqual([]);
  });

  it('of another platform does not sync a course that follows this one', async () => {
    const [sender, other] = [await aSender(), await aSender()];
    await post(`/${other.secret}`, change(sender.courseKey));
    expect((await traces(sender)).runs).toEqual([]);
  });

  it('of a type that means nothing to us is ignored and counted', async () => {
    const sender = await aSender();
    const body = {
      data: { x: 1 },
      event_metadata: { ...catalogChanged.event_metadata, event_type: 'org.openedx.forum.v1' },
    };
    for (let time = 0; time < 2; time++)
      expect((await post(`/${sender.secret}`, body)).json).toMatchObject({ status: 'ignored' });
    expect(await traces(sender)).toMatchObject({
      events: [],
      ignored: [{ eventType: 'org.openedx.forum.v1', times: 2 }],
    });
  });
});

describe('what is refused changes nothing', () => {
  const signed = async (sender: Sender, body: string, at = Date.now(), secret = sender.hmacSecret) => {
    const timestamp = String(Math.floor(at / 1000));
    const signature = await hmacHex(secret, new TextEncoder().encode(`${timestamp}.${body}`));
    return { 'x-ve-timestamp': timestamp, 'x-ve-signature': `sha256=${signature}` };
  };

  it('a secret that is wrong, revoked, or of a connection that is gone: 401', async () => {
    const [sender, gone] = [await aSender(), await aSender()];
    await db.update(connection).set({ deletedAt: 1 }).where(eq(connection.id, gone.connectionId));
    const body = change(sender.courseKey);
    for (const path of [
      `/${newSecret()}`,
      '/',
      '',
      `/${sender.secret}x`,
      `/${sender.secret.slice(1)}`,
      `/${gone.secret}`,
    ]) {
      expect(await post(path, body), path).toMatchObject({ status: 401, json: { code: 'bad_webhook' } });
    }
    await db.update(webhookSecret).set({ revokedAt: 1 }).where(eq(webhookSecret.connectionId, sender.connectionId));
    expect((await post(`/${sender.secret}`, body)).status).toBe(401);
    expect(await traces(sender)).toEqual(nothing);
  });

  it('several secrets work at once while one is rotated', async () => {
    const sender = await aSender();
    const second = newSecret();
    await db
      .insert(webhookSecret)
      .values({ secretHash: await sha256(second), connectionId: sender.connectionId, createdAt: 2 });
    for (const secret of [sender.secret, second])
      expect((await post(`/${secret}`, change(sender.courseKey))).status).toBe(202);
  });

  it('a wrong secret comes before whatever else is wrong', async () => {
    const filter = { data: {}, event_metadata: { event_type: 'StudentLoginRequested' } };
    for (const body of ['{', '[]', filter]) expect((await post(`/${newSecret()}`, body)).status).toBe(401);
  });

  it('a signature of ours stands for a secret in the address; forged, late, early or replayed with another body it does not', async () => {
    const sender = await aSender();
    const body = JSON.stringify(change(sender.courseKey));
    const right = await signed(sender, body);
    const now = Date.now();
    const wrong = [
      { ...right, 'x-ve-signature': `sha256=${'0'.repeat(64)}` },
      { ...right, 'x-ve-signature': right['x-ve-signature'].slice(7) },
      { ...right, 'x-ve-timestamp': String(Number(right['x-ve-timestamp']) + 1) },
      { 'x-ve-signature': right['x-ve-signature'] },
      { 'x-ve-timestamp': right['x-ve-timestamp'] },
      await signed(sender, body, now - 301_000),
      await signed(sender, body, now + 302_000),
      await signed(sender, body, now, newSecret()),
      await signed(sender, `${body} `),
    ];
    for (const headers of wrong) {
      expect((await post('', body, headers)).status).toBe(401);
      expect(
        (await post(`/${sender.secret}`, body, headers)).status,
        'a good secret does not help a bad signature',
      ).toBe(401);
    }
    expect(await traces(sender)).toEqual(nothing);
    expect((await post('', body, right)).status).toBe(202);
    expect((await post('', body, right)).json).toMatchObject({ status: 'duplicate' });
  });

  it('a connection may ask for the signature', async () => {
    const sender = await aSender({ requireSignature: true });
    const body = JSON.stringify(change(sender.courseKey));
    expect((await post(`/${sender.secret}`, body)).status).toBe(401);
    expect((await post(`/${sender.secret}`, body, await signed(sender, body))).status).toBe(202);
  });

  it.each([
    ['no JSON', '{', 400],
    ['a list', '[]', 400],
    ['no metadata', '{"course": {}}', 400],
    ['a course key that is none', JSON.stringify(change('nonsense')), 400],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe]), 400],
    ['deep nesting', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, 400],
    ['more than 1 MiB', JSON.stringify({ ...change('x'), pad: 'x'.repeat(1024 * 1024) }), 413],
    [
      'a filter with a password hash',
      '{"data": {"user": {"password": "pbkdf2_sha256$x"}}, "event_metadata": {"event_type": "StudentLoginRequested"}}',
      422,
    ],
  ])('%s', async (_, body, status) => {
    const sender = await aSender();
    const reply = await post(`/${sender.secret}`, body);
    expect(reply.status).toBe(status);
    expect(await traces(sender)).toEqual(nothing);
    expect(JSON.stringify(reply.line) + reply.text).not.toMatch(/pbkdf2|StudentLogin/);
  });

  it('another media type: 415; another method: 405; never a redirect', async () => {
    const sender = await aSender();
    expect((await post(`/${sender.secret}`, '<x/>', { 'content-type': 'text/xml' })).status).toBe(415);
    expect((await app.ask('GET', `/api/v1/webhooks/openedx/${sender.secret}`)).status).toBe(405);
    expect((await post(`/${sender.secret}/`, change(sender.courseKey))).status).toBe(202);
  });

  it('the secret is in no log line', async () => {
    const sender = await aSender();
    const { line } = await post(`/${sender.secret}`, change(sender.courseKey));
    expect(JSON.stringify(line)).not.toContain(sender.secret);
  });
});

type Enrolment = { at: number; isActive: boolean; mode: string; type: 'created' | 'changed' | 'unenrolled' };

const enrolmentBody = (
  courseKey: string,
  person: { id: number; username: string; email: string; name: string },
  one: Enrolment,
) => {
  const data = enrolled['openedx_events.learning.data.CourseEnrollmentData'];
  const type = one.type === 'unenrolled' ? 'unenrollment.completed' : `enrollment.${one.type}`;
  return {
    'openedx_events.learning.data.CourseEnrollmentData': {
      ...data,
      user: {
        id: person.id,
        is_active: true,
        pii: { username: person.username, email: person.email, name: person.name },
      },
      course: { ...data.course, course_key: courseKey },
      mode: one.mode,
      is_active: one.isActive,
    },
    event_metadata: {
      ...enrolled.event_metadata,
      event_type: `org.openedx.learning.course.${type}.v1`,
      id: uuid(),
      time: new Date(one.at).toISOString().replace('T', ' ').replace('Z', '+00:00'),
    },
  };
};

let people = 5000;
const aPerson = () => {
  people += 1;
  return {
    id: people,
    username: `learner_${people}`,
    email: `learner.${people}.${uuid().slice(0, 6)}@example.com`,
    name: `Learner ${people}`,
  };
};

/** Handles what the queue would. */
async function handleAll({ connectionId }: Sender) {
  const events = await db.select().from(openedxEvent).where(eq(openedxEvent.connectionId, connectionId));
  for (const { id } of events) await handleEvent({ db, now: Date.now() }, id);
}

async function enrolmentsOf({ courseId }: Sender) {
  return await db
    .select({ email: user.email, name: user.name, role: user.role, isActive: enrolment.isActive, mode: enrolment.mode })
    .from(enrolment)
    .innerJoin(user, eq(user.id, enrolment.userId))
    .where(eq(enrolment.courseId, courseId));
}

describe('events about learners', () => {
  it('make the user and the enrolment, with the role of a student', async () => {
    const sender = await aSender();
    const person = aPerson();
    const body = enrolmentBody(sender.courseKey, person, {
      at: Date.now() - 5000,
      isActive: true,
      mode: 'verified',
      type: 'created',
    });
    expect((await post(`/${sender.secret}`, body)).line).toMatchObject({ d1: 1 });
    await handleAll(sender);
    expect(await enrolmentsOf(sender)).toEqual([
      { email: person.email, name: person.name, role: 'student', isActive: true, mode: 'verified' },
    ]);
  });

  it('end in the state of the newest, in any order and with any repetition', async () => {
    const facts = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 5 }).map((minute) => Date.UTC(2026, 3, 14, 7, minute)),
        isActive: fc.boolean(),
        mode: fc.constantFrom('audit', 'verified'),
        type: fc.constantFrom<Enrolment['type']>('created', 'changed', 'unenrolled'),
      }),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(facts, fc.infiniteStream(fc.nat()), async (list, lots) => {
        const ends: unknown[] = [];
        for (const order of [list, [...list].reverse(), list.toSorted(() => ((lots.next().value ?? 0) % 3) - 1)]) {
          const sender = await aSender();
          const person = aPerson();
          for (const one of [...order, ...order])
            await post(`/${sender.secret}`, enrolmentBody(sender.courseKey, person, one));
          await handleAll(sender);
          const [end] = await enrolmentsOf(sender);
          ends.push({ isActive: end?.isActive, mode: end?.mode });
        }
        const newest = Math.max(...list.map(({ at }) => at));
        const last = list.filter(({ at }) => at === newest);
        expect(last.map(({ isActive, mode }) => ({ isActive, mode }))).toContainEqual(ends[0]);
        expect(ends).toEqual([ends[0], ends[0], ends[0]]);
      }),
      { numRuns: 8 },
    );
  });

  it('of the very same time end alike: who is no longer enrolled is not', async () => {
    const at = Date.UTC(2026, 3, 14, 7);
    const [begun, ended] = [
      { at, isActive: true, mode: 'audit', type: 'changed' },
      { at, isActive: false, mode: 'audit', type: 'unenrolled' },
    ] as const;
    for (const order of [
      [begun, ended],
      [ended, begun],
    ]) {
      const sender = await aSender();
      const person = aPerson();
      for (const one of order) {
        await post(`/${sender.secret}`, enrolmentBody(sender.courseKey, person, one));
        await handleAll(sender);
      }
      expect(await enrolmentsOf(sender)).toMatchObject([{ isActive: false }]);
    }
  });

  it('an address that belongs to somebody else is neither linked nor changed', async () => {
    const sender = await aSender();
    const admin = await aUser('admin');
    const [victim] = await db.select().from(user).where(eq(user.id, admin.id));
    const person = { ...aPerson(), email: victim?.email ?? '' };
    await post(
      `/${sender.secret}`,
      enrolmentBody(sender.courseKey, person, { at: 1e12, isActive: true, mode: 'audit', type: 'created' }),
    );
    await handleAll(sender);
    expect(await enrolmentsOf(sender)).toMatchObject([{ email: null, role: 'student' }]);
    expect((await db.select().from(user).where(eq(user.id, admin.id)))[0]).toEqual(victim);
  });

  it('a time in the future does not hide what comes after it', async () => {
    const sender = await aSender();
    const person = aPerson();
    const far = { at: Date.UTC(2099, 0, 1), isActive: false, mode: 'audit', type: 'unenrolled' } as const;
    await post(`/${sender.secret}`, enrolmentBody(sender.courseKey, person, far));
    await handleAll(sender);
    const [kept] = await db.select().from(openedxEnrolment).where(eq(openedxEnrolment.lmsUserId, person.id));
    expect(kept?.at).toBeLessThanOrEqual((Date.now() + 300_000) * 1000);
  });

  it('of a course nobody follows yet are kept, and hold once it is followed', async () => {
    const sender = await aSender();
    const person = aPerson();
    const courseKey = `course-v1:Later+${uuid().slice(0, 8)}+1`;
    await post(
      `/${sender.secret}`,
      enrolmentBody(courseKey, person, { at: Date.now(), isActive: true, mode: 'audit', type: 'created' }),
    );
    await handleAll(sender);
    const admin = await aUser('admin');
    const made = await admin.ask('POST', '/courses', {
      courseKey,
      title: 'Later',
      examinationLevel: 'JCE',
      academicClass: 'Form 2',
      connectionId: sender.connectionId,
    });
    expect(made).toMatchObject({ status: 201, json: { runId: expect.stringMatching(/^syn_/) } });
    const [{ id } = { id: '' }] = await db
      .select({ id: courses.id })
      .from(courses)
      .where(eq(courses.courseKey, courseKey));
    expect(await enrolmentsOf({ ...sender, courseId: id })).toMatchObject([{ email: person.email, isActive: true }]);
  });

  it('keep the newest grade facts', async () => {
    const sender = await aSender();
    const grade = (percent: number, minute: number) => ({
      'openedx_events.learning.data.PersistentCourseGradeData': {
        user_id: 77,
        course: { course_key: sender.courseKey },
        percent_grade: percent,
        letter_grade: '',
        passed_timestamp: null,
      },
      event_metadata: {
        event_type: 'org.openedx.learning.course.persistent_grade_summary.changed.v1',
        id: uuid(),
        time: `2026-04-14 10:${minute}:00+00:00`,
      },
    });
    for (const [percent, minute] of [
      [0.5, 20],
      [0.9, 40],
      [0.7, 30],
    ] as const)
      await post(`/${sender.secret}`, grade(percent, minute));
    await handleAll(sender);
    expect(
      await db.select().from(openedxGrade).where(eq(openedxGrade.connectionId, sender.connectionId)),
    ).toMatchObject([{ kind: 'summary', lmsUserId: 77, data: { percent_grade: 0.9 } }]);
  });

  it('are applied once, and by the sweep when their message is lost', async () => {
    const sender = await aSender();
    const person = aPerson();
    await post(
      `/${sender.secret}`,
      enrolmentBody(sender.courseKey, person, { at: 1e12, isActive: true, mode: 'audit', type: 'created' }),
    );
    const [event] = (await traces(sender)).events;
    expect(await dueEvents({ db, now: Date.now() })).not.toContain(event?.id);
    expect(await dueEvents({ db, now: Date.now() + 6_000 })).toContain(event?.id);
    await handleAll(sender);
    const users = await db
      .select()
      .from(openedxUser)
      .where(and(eq(openedxUser.connectionId, sender.connectionId)));
    await handleAll(sender);
    expect(await db.select().from(openedxUser).where(eq(openedxUser.connectionId, sender.connectionId))).toEqual(users);
    expect((await traces(sender)).events).toMatchObject([{ nextAt: null, handledAt: expect.any(Number) }]);
  });
});

describe('what is kept of an event', () => {
  it('is nothing personal once it was applied, and nothing at all after ninety days, unless it still waits', async () => {
    const sender = await aSender();
    const person = aPerson();
    const body = () =>
      enrolmentBody(sender.courseKey, person, { at: 1e12, isActive: true, mode: 'audit', type: 'created' });
    await post(`/${sender.secret}`, body());
    expect(JSON.stringify(await traces(sender))).toContain(person.email);
    await handleAll(sender);
    expect(JSON.stringify((await traces(sender)).events)).not.toContain(person.email);
    await post(`/${sender.secret}`, body());
    const day = 24 * 3600 * 1000;
    await forgetEvents({ db, now: Date.now() + 89 * day });
    expect((await traces(sender)).events).toHaveLength(2);
    await forgetEvents({ db, now: Date.now() + 91 * day });
    expect((await traces(sender)).events).toMatchObject([{ handledAt: null }]);
  });

  it('that cannot be applied backs off, and is left for staff with its reason', async () => {
    const sender = await aSender();
    await post(
      `/${sender.secret}`,
      enrolmentBody(sender.courseKey, aPerson(), { at: 1e12, isActive: true, mode: 'audit', type: 'created' }),
    );
    const [event] = (await traces(sender)).events;
    // What an older version of ours might have written.
    await db
      .update(openedxEvent)
      .set({ data: { kind: 'broken' } as never })
      .where(eq(openedxEvent.id, event?.id ?? ''));
    let now = Date.now();
    for (let attempt = 1; attempt <= 8; attempt++) {
      await handleEvent({ db, now }, event?.id ?? '');
      const [row] = (await traces(sender)).events;
      expect(row).toMatchObject({ attempts: attempt, lastError: expect.stringMatching(/\S/), handledAt: null });
      expect(row?.nextAt).toBe(attempt < 8 ? now + 30_000 * 2 ** (attempt - 1) : null);
      now += 3_600_000;
    }
  });
});

describe('asking for a sync', () => {
  it('twice with one Idempotency-Key is once', async () => {
    const sender = await aSender();
    const admin = await aUser('admin');
    const key = { 'idempotency-key': uuid() };
    const path = `/courses/${encodeURIComponent(sender.courseKey)}/sync`;
    const first = await admin.ask('POST', path, {}, key);
    expect(first).toMatchObject({ status: 202, json: { runId: expect.stringMatching(/^syn_/) } });
    await db.update(syncRun).set({ state: 'succeeded' }).where(eq(syncRun.courseId, sender.courseId));
    expect((await admin.ask('POST', path, {}, key)).json).toEqual(first.json);
    expect((await traces(sender)).runs).toHaveLength(1);
    expect((await admin.ask('POST', path, {})).json.runId).not.toBe(first.json.runId);
  });
});

describe('the event log', () => {
  it('shows staff the parsed fields of their courses, and never a body', async () => {
    const sender = await aSender();
    const admin = await aUser('admin');
    const person = aPerson();
    await post(`/${sender.secret}`, change(sender.courseKey));
    await post(
      `/${sender.secret}`,
      enrolmentBody(sender.courseKey, person, { at: 1e12, isActive: true, mode: 'audit', type: 'created' }),
    );
    const all = await admin.ask('GET', `/openedx/events?courseKey=${encodeURIComponent(sender.courseKey)}`);
    expect(all.json).toMatchObject({ count: 2, results: [{ status: 'accepted' }, { courseKey: sender.courseKey }] });
    expect(all.text).not.toContain(person.email);
    expect((await admin.ask('GET', '/openedx/events?status=nonsense')).status).toBe(400);
    const stranger = await aUser('instructor');
    expect((await stranger.ask('GET', '/openedx/events')).json).toMatchObject({ count: 0 });
  });
});
