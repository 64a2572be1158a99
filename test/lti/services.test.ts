import { env } from 'cloudflare:workers';
import { eq, isNull } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { modes } from '../../scripts/lms/lti/modes.ts';
import { createPlatform } from '../../scripts/lms/platform.ts';
import { seededRandom } from '../../scripts/lms/random-source.ts';
import type { Outside } from '../../src/http/outside.ts';
import { newId } from '../../src/lib/ids.ts';
import { readMembers } from '../../src/lti/members.ts';
import { context, linkUser, passback, registration, resourceLink } from '../../src/lti/schema.ts';
import { publishedKeys } from '../../src/lti/signing-keys.ts';
import { AGS_CLAIM, NRPS_CLAIM } from '../../src/lti/words.ts';
import { aUser, db } from '../factories.ts';
import { makeCourse } from '../items/make.ts';
import { aPassback, aRegistration } from './a-passback.ts';

/* The services against the stand-in platform, which behaves as Open edX, Moodle and Canvas do. */

/** Issuer and client are the same for all: there is room for one registration of them. */
const retire = async () => {
  await db.update(registration).set({ deletedAt: 1 }).where(isNull(registration.deletedAt));
  await db.delete(passback);
};

type Mode = (typeof modes)[number];
type NewLink = Parameters<ReturnType<typeof createPlatform>['lti']['addLink']>[0];

const STUDENT = 'chisomo_banda';

/** A stand-in in one mode, asked over an outside of its own. */
function aStandIn(mode: Mode) {
  const clock = { ms: Date.parse('2026-11-21T08:00:00.400Z') };
  const call = () => ({ db, now: clock.ms });
  const platform = createPlatform({
    origin: 'http://localhost:8799',
    now: () => clock.ms,
    random: seededRandom(7),
    deliver: () => {},
    mode,
    toolUrl: 'http://127.0.0.1:8798',
    fetch: async () => Response.json({ keys: await publishedKeys(call(), env.SECRETS_KEY) }),
  });
  const { lti, faults } = platform;
  const outside: Outside = {
    secretsKey: env.SECRETS_KEY,
    allowLoopback: true,
    now: () => clock.ms,
    tokens: new Map(),
    fetch: async (input, init) => await platform.fetch(new Request(input, init)),
  };
  const { deployments: _, active: __, ...given } = lti.registration(mode);
  const register = { ...given, frameOrigins: [...given.frameOrigins] };
  return { clock, lti, faults, outside, register };
}

/** A student of the stand-in who came by a link of it. */
async function aLaunched(mode: Mode, newLink: Partial<NewLink> = {}) {
  const standIn = aStandIn(mode);
  const { lti, clock } = standIn;
  const link = lti.addLink({ title: 'Surds', lineItem: { scoreMaximum: 20 }, ...newLink });
  const claims = lti.claims(STUDENT, link);
  const services = claims[AGS_CLAIM] as { scope: string[]; lineitems?: string; lineitem?: string };
  const place = claims['https://purl.imsglobal.org/spec/lti/claim/resource_link'] as { id: string };
  await retire();
  const one = await aPassback({
    outside: standIn.outside,
    sub: String(claims.sub),
    registration: standIn.register,
    link: {
      resourceLinkId: place.id,
      lineItem: services.lineitem ?? null,
      lineItems: services.lineitems ?? null,
      scopes: services.scope,
    },
  });
  return {
    ...standIn,
    one,
    link,
    cell: () => lti.grade(STUDENT, link),
    /** Lets time go by until nothing is on its way. */
    async settle() {
      await one.drain();
      for (let times = 0; one.messages.length > 0; times++) {
        if (times > 60) throw new Error('it does not settle');
        clock.ms = Math.max(clock.ms, ...one.messages.map(({ at }) => at));
        await one.drain();
      }
    },
  };
}

describe.each(modes)('the gradebook of %s', (mode) => {
  it('shows first that a student has begun, then the grade', async () => {
    const { one, cell, clock, settle } = await aLaunched(mode);
    await one.react(await one.start());
    await settle();
    expect(cell()).toMatchObject({ activityProgress: 'Started', gradingProgress: 'NotReady', grade: null });
    clock.ms += 300;
    await one.graded(7);
    await settle();
    expect(cell()).toMatchObject({ grade: 14, scoreMaximum: 20, accepted: 2, gradingProgress: 'FullyGraded' });
    expect(await one.row()).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  it('keeps the grade while another attempt is under way, and shows a better one', async () => {
    const { one, cell, settle } = await aLaunched(mode);
    for (const given of [4, 9]) {
      await one.react(await one.start());
      await settle();
      await one.graded(given);
      await settle();
    }
    expect(cell()).toMatchObject({ grade: 18, accepted: 3 });
  });

  it('gets the score once after twenty tries that failed', async () => {
    const { one, cell, faults, settle } = await aLaunched(mode);
    faults.down = { times: 20, on: ['lti-scores'] };
    await one.graded(7);
    await settle();
    expect(cell()).toMatchObject({ grade: 14, accepted: 1 });
    expect(await one.row()).toMatchObject({ state: 'delivered', attempts: 21 });
  });

  it('gets it once though it answers 500 after storing it', async () => {
    const { one, cell, faults, settle } = await aLaunched(mode);
    faults.storeThenFail = { times: 1 };
    await one.graded(7);
    await settle();
    expect(cell()).toMatchObject({ grade: 14, accepted: 1 });
    expect(await one.row()).toMatchObject({ state: 'delivered' });
  });

  it.each([-30_000, 30_000])('gets it though its clock is %i ms ahead', async (skew) => {
    const { one, cell, faults, settle } = await aLaunched(mode);
    faults.clockSkewMs = skew;
    await one.react(await one.start());
    await settle();
    await one.graded(7);
    await settle();
    expect(cell()).toMatchObject({ grade: 14 });
  });

  it('gets it in the same try when it has forgotten our token, or says that we lack a right', async () => {
    for (const name of ['unauthorised', 'forbidden', 'expiredToken'] as const) {
      const { one, cell, faults, settle } = await aLaunched(mode);
      faults[name] = { times: 1, on: ['lti-scores'] };
      await one.graded(7);
      await settle();
      expect(cell(), name).toMatchObject({ grade: 14 });
      expect(await one.row(), name).toMatchObject({ state: 'delivered', attempts: 1 });
    }
  });

  it('gets it when the token endpoint recovers, refuses us once, or a token has ended', async () => {
    const { one, cell, faults, clock, lti, settle } = await aLaunched(mode);
    lti.settings.accessTokenSeconds = 60;
    faults.tokenError = { times: 2 };
    await one.graded(7);
    await settle();
    expect(cell()).toMatchObject({ grade: 14 });
    clock.ms += 61_000;
    faults.clientRefused = { times: 1 };
    await one.graded(8);
    await settle();
    expect(cell()).toMatchObject({ grade: 16 });
  });

  it('waits as long as it asks', async () => {
    const { one, cell, faults, clock, settle } = await aLaunched(mode);
    faults.throttled = { times: 1, on: ['lti-scores'] };
    faults.retryAfterSeconds = 600;
    await one.graded(7);
    await one.drain();
    expect((await one.row()).nextAt).toBe(clock.ms + 600_000);
    await settle();
    expect(cell()).toMatchObject({ grade: 14 });
  });

  it('has the grade of a link whose line item the launch did not name', async () => {
    const { one, lti, link, settle } = await aLaunched(mode, { lineItem: false });
    lti.settings.isProgrammatic = true;
    const claims = lti.claims(STUDENT, link)[AGS_CLAIM] as { scope: string[] };
    await db.update(resourceLink).set({ scopes: claims.scope }).where(eq(resourceLink.id, one.linkId));
    await one.graded(7);
    await settle();
    expect(await one.row()).toMatchObject({ state: 'delivered' });
    expect(lti.grade(STUDENT, link)).toMatchObject({ grade: mode === 'openedx' ? expect.any(Number) : 70 });
    expect(lti.lineItems.filter((item) => item.link === link.number)).toMatchObject([
      { scoreMaximum: 100, label: 'Surds', tag: 'grade', resourceId: one.assessmentId },
    ]);
  });

  it('that refuses somebody says why, and the row waits for people', async () => {
    const { one, settle } = await aLaunched(mode);
    await db.update(linkUser).set({ sub: 'nobody-there' }).where(eq(linkUser.linkId, one.linkId));
    await one.graded(7);
    await one.drain();
    // Open edX falls over such a user, every time; the others say so.
    if (mode === 'openedx') expect(await one.row()).toMatchObject({ state: 'pending', lastStatus: 500 });
    else expect(await one.row()).toMatchObject({ state: 'parked', lastStatus: mode === 'moodle' ? 400 : 422 });
    expect((await one.row()).lastError).toMatch(
      { openedx: /Server Error/, moodle: /Incorrect score received/, canvas: /not a student/ }[mode],
    );
    if (mode !== 'openedx') await settle();
  });
});

describe('Canvas', () => {
  it('counts no score as a submission', async () => {
    const { one, cell, settle } = await aLaunched('canvas');
    for (const given of [4, 9]) {
      await one.graded(given);
      await settle();
    }
    expect(cell()).toMatchObject({ grade: 18, submissions: 0 });
  });
});

describe('Open edX', () => {
  it('stores a score of 0 and never publishes it: we hear 201 and can do no more', async () => {
    const { one, cell, settle } = await aLaunched('openedx');
    await one.graded(0);
    await settle();
    expect(cell()).toMatchObject({ scoreGiven: 0, grade: null });
    expect(await one.row()).toMatchObject({ state: 'delivered', lastStatus: 201 });
  });
});

describe.each(modes)('the roster of %s', (mode) => {
  it('tells who is in the course, and what they are here', async () => {
    const { lti, outside, register, faults } = aStandIn(mode);
    const [link] = lti.links;
    if (!link) throw new Error('no link');
    const { context_memberships_url: rosterUrl } = lti.claims(STUDENT, link)[NRPS_CLAIM] as {
      context_memberships_url: string;
    };
    await retire();
    const teacher = await aUser('instructor');
    const [{ courseId }, { id: registrationId }] = [await makeCourse(teacher.call()), await aRegistration(register)];
    const id = newId('context');
    await db.insert(context).values({
      ...{ id, registrationId, deploymentId: '1', contextId: id, title: 'x', courseId, rosterUrl, createdAt: 0 },
    });
    const members = await readMembers(teacher.call(), id, outside);
    const roleOf = (username: string) => members.find(({ sub }) => sub === lti.subject(username))?.role;
    // Moodle and Canvas call teaching assistants instructors too.
    const assistant = mode === 'openedx' ? 'student' : 'instructor';
    expect([roleOf(STUDENT), roleOf('mercy_teacher'), roleOf('pemphero_zulu')]).toEqual([
      'student',
      'instructor',
      assistant,
    ]);
    // The administrator looks in without being a member.
    expect(members.length).toBe(lti.people(link.courseKey).length - 1);
    faults.aboveResponseLimit = true;
    await expect(readMembers(teacher.call(), id, outside)).rejects.toMatchObject({ code: 'roster_unavailable' });
    faults.aboveResponseLimit = false;
    faults.down = { times: 1, on: ['lti-members'] };
    await expect(readMembers(teacher.call(), id, outside)).rejects.toMatchObject({ code: 'platform_unavailable' });
  });
});
