import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { attempt } from '../../src/assessments/schema.ts';
import { type DomainEvent, type Job, record } from '../../src/events/index.ts';
import { oneTimeLink, user } from '../../src/identity/schema.ts';
import { sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { openSealed } from '../../src/lib/seal.ts';
import { bindingMailer } from '../../src/notifications/binding-mailer.ts';
import { composeMail } from '../../src/notifications/compose-mail.ts';
import { httpMailer } from '../../src/notifications/http-mailer.ts';
import {
  askNewAddress,
  askToVerify,
  confirmEnrolment,
  forgetMails,
  type MailParts,
  mailerOf,
  resendMails,
  sendMail,
  sendResetLink,
  tellResult,
  warnOfChange,
  warnOfNewAddress,
  welcome,
} from '../../src/notifications/index.ts';
import type { Mailer, MailOutcome, OutgoingMail } from '../../src/notifications/mailer.ts';
import { sendMailAgain } from '../../src/notifications/mails.ts';
import { plainText } from '../../src/notifications/plain-text.ts';
import { mail } from '../../src/notifications/schema.ts';
import { mailSeal } from '../../src/notifications/write-mail.ts';
import { sweep } from '../../src/sweep.ts';
import { anAssessment, aSittingStudent, aUser, db, enrolIn, set } from '../factories.ts';
import { makeCourse } from '../items/make.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const soon = { timeout: 10_000, interval: 100 };

/** A queue that only remembers; what is on it is run by the tests that are about that. */
function aQueue() {
  const sent: { body: Job; delaySeconds: number | undefined }[] = [];
  const queue = {
    sendBatch: async (messages: Iterable<{ body: Job }>, options?: { delaySeconds?: number }) => {
      for (const { body } of messages) sent.push({ body, delaySeconds: options?.delaySeconds });
    },
  } as unknown as Queue<Job>;
  return { queue, sent };
}

let parts: MailParts;
let sentTo: ReturnType<typeof aQueue>['sent'];
beforeEach(() => {
  const { queue, sent } = aQueue();
  sentTo = sent;
  parts = { secretsKey: env.SECRETS_KEY, origin: 'https://vault.test', jobs: queue };
});

const call = (now = Date.now()) => ({ db, now });
const anAddress = () => `${newId('user')}@school.test`;
async function aPerson(changes: Partial<typeof user.$inferInsert> = {}) {
  const email = anAddress();
  const who = await aUser('student', { email, emailVerifiedAt: 1, name: 'Chifundo Banda', ...changes });
  return { ...who, email };
}
const mailsOf = (userId: string) => db.select().from(mail).where(eq(mail.userId, userId));
async function onlyMail(userId: string) {
  const mails = await mailsOf(userId);
  expect(mails).toHaveLength(1);
  return mails[0] ?? expect.fail();
}
const textOf = async ({ id, text }: typeof mail.$inferSelect) =>
  (await openSealed(env.SECRETS_KEY, text ?? '', mailSeal(id))) ?? expect.fail('the text does not open');

/** A mailer that answers what it is told to, the last for good, and remembers what it was given. */
function aMailer(...outcomes: MailOutcome[]) {
  const given: OutgoingMail[] = [];
  const mailer: Mailer = {
    ...{ name: 'http', from: 'school@vault.test', keepsText: false },
    send: async (one) => {
      given.push(one);
      return (outcomes.length > 1 ? outcomes.shift() : outcomes[0]) ?? { kind: 'sent' };
    },
  };
  return { mailer, given };
}
const down: MailOutcome = { kind: 'failed', reason: 'The mail provider did not answer' };
const send = (mailId: string, mailer: Mailer, now = Date.now()) =>
  sendMail(call(now), { mailId }, { mailer, secretsKey: env.SECRETS_KEY });

/** A mail that waits. */
async function aMail(changes: Partial<typeof user.$inferInsert> = {}, now = Date.now()) {
  const who = await aPerson(changes);
  await warnOfChange(call(now), { userId: who.id, what: 'password' }, parts, newId('event'));
  return { who, ...(await onlyMail(who.id)) };
}

describe('a mail about an account', () => {
  it('welcomes with a link that shows the address is theirs, and with nothing somebody typed', async () => {
    const who = await aPerson({ emailVerifiedAt: null, name: 'Click http://evil.test' });
    const now = Date.now();
    await welcome(call(now), { userId: who.id }, parts, newId('event'));
    const written = await onlyMail(who.id);
    expect(written).toMatchObject({ kind: 'welcome', recipient: who.email, state: 'pending', locale: 'en' });
    expect(written.text, 'sealed').not.toContain('vault.test');
    const text = await textOf(written);
    expect(text).not.toContain('evil');
    const [, token = ''] = /^https:\/\/vault\.test\/verify-email\/(\S+)$/m.exec(text) ?? [];
    const [link] = await db
      .select()
      .from(oneTimeLink)
      .where(eq(oneTimeLink.tokenHash, await sha256(token)));
    expect(link).toMatchObject({ userId: who.id, purpose: 'email', email: who.email, expiresAt: now + 7 * DAY });
  });

  it('welcomes without a link whom another site has vouched for', async () => {
    const who = await aPerson();
    await welcome(call(), { userId: who.id }, parts, newId('event'));
    expect(await textOf(await onlyMail(who.id))).not.toContain('/verify-email/');
    expect(await db.select().from(oneTimeLink).where(eq(oneTimeLink.userId, who.id))).toEqual([]);
  });

  it('holds a link made at that moment: to confirm an address, the one they want, or to set a password', async () => {
    const [one, other, third] = [
      await aPerson({ emailVerifiedAt: null }),
      await aPerson({ pendingEmail: 'new@school.test' }),
      await aPerson({ emailVerifiedAt: null }),
    ];
    const now = Date.now();
    await askToVerify(call(now), { userId: one.id }, parts, newId('event'));
    await askNewAddress(call(now), { userId: other.id }, parts, newId('event'));
    await sendResetLink(call(now), { userId: third.id }, parts, newId('event'));
    expect(await onlyMail(one.id)).toMatchObject({ kind: 'verify-email', recipient: one.email });
    expect(await onlyMail(other.id)).toMatchObject({ kind: 'verify-email', recipient: 'new@school.test' });
    const reset = await onlyMail(third.id);
    expect(reset).toMatchObject({ kind: 'reset-password', recipient: third.email });
    expect(await textOf(reset)).toMatch(/^https:\/\/vault\.test\/password\/\S+$/m);
    const links = await db.select().from(oneTimeLink).where(eq(oneTimeLink.userId, third.id));
    expect(links).toMatchObject([{ purpose: 'password', email: third.email, expiresAt: now + DAY }]);
  });

  it('warns at the address they have that another was asked for, while it can still be stopped', async () => {
    const [who, content] = [await aPerson({ pendingEmail: 'new@school.test' }), await aPerson()];
    for (const { id } of [who, content]) await warnOfNewAddress(call(), { userId: id }, parts, newId('event'));
    const written = await onlyMail(who.id);
    expect(written).toMatchObject({ kind: 'security-changed', recipient: who.email });
    expect(await textOf(written)).toContain('Another e-mail address was asked for');
    expect(await mailsOf(content.id)).toEqual([]);
  });

  it('warns of a change at the address they had', async () => {
    const who = await aPerson();
    await warnOfChange(call(), { userId: who.id, what: 'email', was: 'old@school.test' }, parts, newId('event'));
    const written = await onlyMail(who.id);
    expect(written).toMatchObject({ kind: 'security-changed', recipient: 'old@school.test' });
    expect(await textOf(written)).toContain('e-mail address of your account was changed');

    const linked = await aPerson();
    await warnOfChange(call(), { userId: linked.id, what: 'identity' }, parts, newId('event'));
    expect(await textOf(await onlyMail(linked.id))).toContain('With which other sites you sign in');
  });

  it.each<[string, Partial<typeof user.$inferInsert>]>([
    ['has no address', { email: null }],
    ['is blocked', { blockedAt: 1 }],
    ['is deleted', { deletedAt: 1 }],
  ])('goes to nobody who %s', async (_, changes) => {
    const who = await aPerson({ pendingEmail: 'new@school.test', ...changes, emailVerifiedAt: null });
    const of = { userId: who.id };
    for (const tell of [welcome, askToVerify, sendResetLink]) await tell(call(), of, parts, newId('event'));
    await warnOfChange(call(), { ...of, what: 'password' }, parts, newId('event'));
    expect(await mailsOf(who.id)).toEqual([]);
    await sendResetLink(call(), { userId: 'usr_unknown' }, parts, newId('event'));
    expect(sentTo).toEqual([]);
  });
});

describe('a mail about learning', () => {
  async function enrolled(who: Awaited<ReturnType<typeof aPerson>>) {
    const { courseId, courseKey } = await makeCourse();
    const { id: enrolmentId } = await enrolIn(courseId, who);
    await confirmEnrolment(call(), { enrolmentId }, parts, newId('event'));
    return { courseKey, enrolmentId };
  }

  it('confirms an enrolment; to an address that was not verified without the name that was typed', async () => {
    const [who, unverified] = [await aPerson(), await aPerson({ emailVerifiedAt: null })];
    const { courseKey } = await enrolled(who);
    await enrolled(unverified);
    const text = await textOf(await onlyMail(who.id));
    expect(text).toContain('Hello Chifundo Banda,');
    expect(text).toContain(`https://vault.test/courses/${encodeURIComponent(courseKey)}`);
    const plain = await textOf(await onlyMail(unverified.id));
    expect(plain).toContain('MSCE Mathematics');
    expect(plain).not.toContain('Chifundo');
  });

  it('is in the language of its reader', async () => {
    const who = await aPerson({ locale: 'ny' });
    await enrolled(who);
    const written = await onlyMail(who.id);
    expect(written).toMatchObject({ locale: 'ny', subject: 'Mwalembetsa: MSCE Mathematics' });
    expect(await textOf(written)).toContain('Moni Chifundo Banda,');
  });

  /** A finished attempt, and what its student is told: of an event of this test, for the app tells of its own. */
  async function finished(settings: Parameters<typeof aSittingStudent>[1] = {}, emailVerifiedAt: number | null = 1) {
    const { student, path, view, itemIds } = await aSittingStudent(await aUser('instructor'), settings);
    await db.update(user).set({ email: anAddress(), emailVerifiedAt }).where(eq(user.id, student.id));
    await student.ask('POST', `${path}/ops`, { epoch: 1, ops: [set(1, itemIds[0])] });
    expect((await student.ask('POST', `${path}/submit`, { epoch: 1 })).status).toBe(200);
    const attemptId = view.attempt.id;
    const eventId = newId('event');
    const tell = async () => {
      await tellResult(call(), { attemptId, resultNumber: 1 }, parts, eventId);
      const [written] = await db.select().from(mail).where(eq(mail.eventId, eventId));
      return written && (await textOf(written));
    };
    return { attemptId, tell };
  }

  it('tells the score of an exam where review lets the student see it', async () => {
    const { attemptId, tell } = await finished();
    const text = await tell();
    expect(text).toMatch(/1 of 3 points \(33\.33 %\)\.\s+You\s+have\s+not\s+passed/);
    expect(text).toContain(`/attempts/${attemptId}/result`);
  });

  it('tells no score that review hides, and when it will be seen', async () => {
    const closesAt = '2099-11-20T10:00:00.000Z';
    const later = await (await finished({ closesAt, review: { score: 'after_close' } })).tell();
    expect(later).toContain('was handed in');
    expect(later).toContain('Its result is shown from Friday 20 November 2099, 12:00.');
    expect(later).not.toMatch(/points|33|passed/);
    const never = await (await finished({ review: { score: 'never' } })).tell();
    expect(never).toContain('was handed in');
    expect(never).not.toMatch(/points|33|passed|shown from/);
  });

  it('tells an address that was not verified that there is a result, and neither score nor name', async () => {
    const text = await (await finished({}, null)).tell();
    expect(text).toContain('was handed in');
    expect(text).not.toMatch(/points|33|passed|Hello/);
  });

  it('says nothing of practice, nor of a result that a reopening has put aside', async () => {
    expect(await (await finished({ behaviour: 'practice' })).tell()).toBeUndefined();
    const { attemptId, tell } = await finished();
    await db.update(attempt).set({ reopenings: 1 }).where(eq(attempt.id, attemptId));
    expect(await tell()).toBeUndefined();
  });
});

describe('exactly once', () => {
  it('is written of an event that comes ten times at once and again, and asked to be sent each time it waits', async () => {
    const who = await aPerson({ emailVerifiedAt: null });
    const eventId = newId('event');
    const tell = () => welcome(call(), { userId: who.id }, parts, eventId);
    await Promise.all(Array.from({ length: 10 }, tell));
    await tell();
    const { id } = await onlyMail(who.id);
    expect(new Set(sentTo.map(({ body }) => JSON.stringify(body)))).toEqual(
      new Set([JSON.stringify({ job: 'send-mail', mailId: id })]),
    );
  });

  it('is sent by one of ten consumers, and by none that comes later', async () => {
    const { id, recipient, subject } = await aMail();
    const { mailer, given } = aMailer({ kind: 'sent' });
    const tried = await Promise.all(Array.from({ length: 10 }, () => send(id, mailer)));
    expect(tried.filter(({ kind }) => kind === 'sent')).toHaveLength(1);
    expect(await send(id, mailer, Date.now() + DAY)).toEqual({ kind: 'nothing' });
    expect(given).toEqual([{ id, from: 'school@vault.test', to: recipient, subject, text: expect.any(String) }]);
    const [row] = await db.select().from(mail).where(eq(mail.id, id));
    expect(row).toMatchObject({ state: 'sent', text: null, nextAt: null, sentAt: expect.any(Number) });
  });

  it('is sent after a provider that is down for twenty tries: parked after eight with the reason, sent again by staff', async () => {
    const { id } = await aMail();
    const { mailer, given } = aMailer(...Array.from({ length: 20 }, () => down), { kind: 'sent' });
    const admin = await aUser('admin');
    let now = Date.now();
    const waits: unknown[] = [];
    for (let guard = 0; guard < 40; guard++) {
      const tried = await send(id, mailer, now);
      waits.push(tried.kind === 'later' ? tried.delaySeconds : tried.kind);
      if (tried.kind === 'sent') break;
      if (tried.kind === 'later') {
        expect(await send(id, mailer, now + tried.delaySeconds * 1000 - 1)).toEqual({ kind: 'nothing' });
        now += tried.delaySeconds * 1000;
      } else {
        const listed = await admin.ask('GET', `/mails?state=parked&pageSize=100`);
        expect(listed.json.results).toContainEqual(
          expect.objectContaining({ id, lastError: down.reason, nextAt: null }),
        );
        // By the verb, not the route: the real queue would be faster than this test.
        await sendMailAgain({ ...admin.call(), now }, id);
      }
    }
    const eight = [30, 60, 120, 240, 480, 960, 1920, 'parked'];
    expect(waits).toEqual([...eight, ...eight, 30, 60, 120, 240, 'sent']);
    expect(given).toHaveLength(21);
    expect(new Set(given.map((one) => JSON.stringify(one))).size, 'the same mail each time').toBe(1);
  });

  it('is sent when its lease has run out, if its sender died between claim and sending', async () => {
    const { id } = await aMail();
    const now = Date.now();
    const dying: Mailer = { ...aMailer().mailer, send: () => Promise.reject(new Error('the Worker died')) };
    await expect(send(id, dying, now)).rejects.toThrow('died');
    const { mailer, given } = aMailer();
    expect(await send(id, mailer, now + 59_999)).toEqual({ kind: 'nothing' });
    const { queue, sent } = aQueue();
    await resendMails(call(now + 66_000), queue);
    expect(sent).toContainEqual(expect.objectContaining({ body: { job: 'send-mail', mailId: id } }));
    expect(await send(id, mailer, now + 66_000)).toEqual({ kind: 'sent' });
    expect(given).toHaveLength(1);
  });

  it('is not written down by a sender whose lease another has taken over', async () => {
    const { id } = await aMail();
    const now = Date.now();
    const row = async () => (await db.select().from(mail).where(eq(mail.id, id)))[0];
    /** A sender in the middle of sending. */
    async function sending(at: number, attempts: number) {
      let end: (outcome: MailOutcome) => void = () => {};
      const slow: Mailer = { ...aMailer().mailer, send: () => new Promise((resolve) => (end = resolve)) };
      const tried = send(id, slow, at);
      await vi.waitFor(async () => expect(await row()).toMatchObject({ state: 'sending', attempts }));
      return async (outcome: MailOutcome) => {
        end(outcome);
        await tried;
      };
    }
    const endFirst = await sending(now, 1);
    const endSecond = await sending(now + 60_000, 2);
    await endFirst(down);
    expect(await row(), 'the second has it').toMatchObject({ state: 'sending', leaseUntil: now + 120_000 });
    await endSecond({ kind: 'sent' });
    expect(await row()).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('goes all the way by the real queue, from the event to the page', async () => {
    const who = await aPerson({ emailVerifiedAt: null });
    const admin = await aUser('admin');
    const eventId = newId('event');
    const happened: DomainEvent = { type: 'user.registered', payload: { userId: who.id } };
    await record(call(), happened, eventId);
    await env.JOBS.sendBatch(Array.from({ length: 3 }, () => ({ body: { job: 'react', eventId } })));
    const outbox = () => admin.ask('GET', `/outbox?search=${encodeURIComponent(who.email.toUpperCase())}`);
    await expect.poll(async () => (await outbox()).json.count, soon).toBe(1);
    const [shown] = (await outbox()).json.results;
    expect(Object.keys(shown ?? {}).sort()).toEqual(['at', 'subject', 'text', 'to']);
    expect(shown).toMatchObject({ to: who.email, subject: 'Welcome to VE-EDU-VAULT' });
    expect(shown?.text).toContain('http://ve.test/verify-email/');
  });
});

describe('a mail that must not go any more', () => {
  it.each<[string, Partial<typeof user.$inferInsert>]>([
    ['The account is blocked', { blockedAt: 1 }],
    ['The account is gone', { deletedAt: 1 }],
  ])('is parked before the mailer is asked: %s', async (reason, changes) => {
    const { id, who } = await aMail();
    await db.update(user).set(changes).where(eq(user.id, who.id));
    const { mailer, given } = aMailer();
    expect(await send(id, mailer)).toEqual({ kind: 'parked' });
    expect(given).toEqual([]);
    expect((await db.select().from(mail).where(eq(mail.id, id)))[0]).toMatchObject({
      state: 'parked',
      lastError: reason,
    });
  });

  it('as a link that has expired, or would go to an address that is no longer theirs', async () => {
    const [who, other] = [await aPerson(), await aPerson()];
    const now = Date.now();
    for (const { id } of [who, other]) await sendResetLink(call(now), { userId: id }, parts, newId('event'));
    await db.update(user).set({ email: anAddress() }).where(eq(user.id, other.id));
    const { mailer, given } = aMailer();
    const [late, moved] = [await onlyMail(who.id), await onlyMail(other.id)];
    expect(await send(late.id, mailer, now + DAY)).toEqual({ kind: 'parked' });
    expect(await send(moved.id, mailer, now)).toEqual({ kind: 'parked' });
    expect(given).toEqual([]);
    const admin = await aUser('admin');
    await db
      .update(mail)
      .set({ createdAt: now - DAY })
      .where(eq(mail.id, late.id));
    expect((await admin.ask('POST', `/mails/${late.id}/send`)).json).toMatchObject({ status: 409, code: 'conflict' });
  });

  it('is forgotten with its person, and with time', async () => {
    const now = Date.now();
    const [old, young] = [await aMail({}, now - 30 * DAY), await aMail({}, now - 29 * DAY)];
    await forgetMails(call(now));
    expect([await mailsOf(old.who.id), (await mailsOf(young.who.id)).length]).toEqual([[], 1]);
    const eventId = newId('event');
    await record(call(), { type: 'user.deleted', payload: { userId: young.who.id } }, eventId);
    await env.JOBS.send({ job: 'react', eventId });
    await expect.poll(() => mailsOf(young.who.id), soon).toEqual([]);
  });
});

describe('what leaves', () => {
  const outgoing: OutgoingMail = { id: 'mai_1', from: '', to: 'a@school.test', subject: 'Zotsatira', text: 'Moni\n' };
  const outside = (answer: Response | Error) => {
    const asked: Request[] = [];
    const fetching = async (request: Request) => {
      asked.push(request.clone());
      if (answer instanceof Error) throw answer;
      return answer.clone();
    };
    return {
      asked,
      ...{ secretsKey: '', allowLoopback: false, now: Date.now, tokens: new Map() },
      fetch: fetching as unknown as typeof fetch,
    };
  };
  const settings = { url: 'https://mail.example.org/send', token: 'secret', from: 'school@vault.test' };

  it('goes to a provider as JSON with bearer and the mail’s id as key', async () => {
    const to = outside(Response.json({ id: 'x' }));
    expect(await httpMailer(to, settings).send(outgoing)).toEqual({ kind: 'sent' });
    const [request] = to.asked;
    expect(request).toMatchObject({ method: 'POST', url: settings.url, redirect: 'manual' });
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/json',
      'idempotency-key': 'mai_1',
    });
    expect(await request?.json()).toEqual({
      from: 'VE-EDU-VAULT <school@vault.test>',
      to: 'a@school.test',
      subject: 'Zotsatira',
      text: 'Moni\n',
    });
  });

  it.each<[Response | Error, object]>([
    [new Response(null, { status: 202 }), { kind: 'sent' }],
    [new Response(new Uint8Array([0xff])), { kind: 'sent' }],
    [
      new Response('bad address', { status: 422 }),
      { kind: 'refused', reason: 'The mail provider answered 422: bad address' },
    ],
    [new Response('no', { status: 400 }), { kind: 'refused' }],
    [
      new Response('see https://vault.test/password/x', { status: 500 }),
      { kind: 'failed', reason: expect.not.stringContaining('password') },
    ],
    [new Response('', { status: 429, headers: { 'retry-after': '90' } }), { kind: 'failed', retryAfterSeconds: 90 }],
    [new Response('', { status: 408 }), { kind: 'failed' }],
    [new Response('', { status: 401 }), { kind: 'failed' }],
    [new Response(null, { status: 302, headers: { location: 'https://elsewhere.example.org' } }), { kind: 'failed' }],
    [new Error('refused'), { kind: 'failed' }],
  ])('takes an answer of the provider for what it is: %#', async (answer, outcome) => {
    expect(await httpMailer(outside(answer), settings).send(outgoing)).toMatchObject(outcome);
  });

  it('by Cloudflare’s binding is taken as it is, and its codes tell what will not be different next time', async () => {
    const real = bindingMailer(env.EMAIL, 'school@vault.test');
    expect(await real.send(outgoing)).toEqual({ kind: 'sent' });
    const refusing = (code: string) =>
      ({ send: () => Promise.reject(Object.assign(new Error('no'), { code })) }) as unknown as SendEmail;
    const kinds = [
      'E_RECIPIENT_SUPPRESSED',
      'E_VALIDATION_ERROR',
      'E_RATE_LIMIT_EXCEEDED',
      'E_SENDER_NOT_VERIFIED',
      'E_NEW',
    ];
    const outcomes = await Promise.all(
      kinds.map((code) => bindingMailer(refusing(code), 'x@vault.test').send(outgoing)),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'refused', 'failed', 'failed', 'failed']);
    expect(outcomes[0]).toMatchObject({ reason: 'E_RECIPIENT_SUPPRESSED: no' });
  });

  it('is chosen in one place: nothing leaves a local run, and nothing without an address to come from', () => {
    const name = (bindings: Partial<Env>, isLocal = false) =>
      mailerOf({ ...env, ...bindings }, { isLocal } as Parameters<typeof mailerOf>[1])?.name;
    const MAIL_FROM = 'school@vault.test';
    const MAIL_HTTP_URL = 'https://mail.example.org/send';
    expect(name({ MAIL_FROM, MAIL_HTTP_URL }, true)).toBe('outbox');
    expect(name({ MAIL_FROM, MAIL_HTTP_URL })).toBe('http');
    expect(name({ MAIL_FROM })).toBe('cloudflare');
    for (const waits of [
      {},
      { MAIL_HTTP_URL },
      { MAIL_FROM: 'a\r\nBcc: b@c.test' },
      { MAIL_FROM, MAIL_HTTP_URL: 'no' },
    ])
      expect(name(waits)).toBeUndefined();
  });

  it('holds each line to 72 characters and never breaks a link, whatever is written', () => {
    const word = fc.string({ minLength: 1, maxLength: 60 }).filter((text) => !/\s/.test(text));
    fc.assert(
      fc.property(fc.array(fc.array(word, { minLength: 1 }), { minLength: 1 }), (paragraphs) => {
        const text = plainText(paragraphs.map((words) => words.join(' ')));
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
        expect(text.split(/\s+/).filter(Boolean)).toEqual(paragraphs.flat());
      }),
    );
    const link = `https://vault.test/${'x'.repeat(100)}`;
    expect(plainText([link])).toBe(`${link}\n`);
  });

  it('carries no line, header or direction that a name or title brought along', async () => {
    const evil = 'Banda\r\nBcc: all@school.test\u2028\u202eX\u0000\ud800';
    const who = await aPerson({ name: evil });
    const { id } = await anAssessment(await aUser('instructor'), { title: 'x' });
    for (const locale of ['en', 'ny'] as const) {
      const { subject, text } = composeMail(
        {
          kind: 'result',
          name: who.actor.userId + evil,
          title: `${evil}{name}`,
          link: `https://v.test/${id}`,
          shownAt: null,
        },
        locale,
        'https://v.test',
      );
      expect(subject).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u202e]/u);
      expect(subject).toContain('{name}');
      expect(text).not.toMatch(/[\p{Cs}\u2028\u202e\r\0]|^Bcc/mu);
    }
  });
});

describe('the sweep', () => {
  it('has sent what no message will come for', async () => {
    const { id } = await aMail({}, Date.now() - 10_000);
    await sweep(env);
    await expect.poll(async () => (await db.select().from(mail).where(eq(mail.id, id)))[0]?.state, soon).toBe('sent');
  });

  it('leaves mails alone while nobody has said how they leave', async () => {
    const { id } = await aMail({}, Date.now() - 10_000);
    const jobs = aQueue();
    await sweep({ ...env, ENVIRONMENT: undefined, JOBS: jobs.queue } as unknown as Env);
    expect(jobs.sent.filter(({ body }) => body.job === 'send-mail')).toEqual([]);
    expect((await db.select().from(mail).where(eq(mail.id, id)))[0]).toMatchObject({ state: 'pending', attempts: 0 });
  });
});
