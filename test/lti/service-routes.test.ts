import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Outside } from '../../src/http/outside.ts';
import { audit } from '../../src/identity/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { readMembers } from '../../src/lti/members.ts';
import { context, ltiUser, passback, registration, resourceLink } from '../../src/lti/schema.ts';
import { scopes } from '../../src/lti/words.ts';
import { aUser, bearer, db, type Somebody, theApp } from '../factories.ts';
import { makeCourse } from '../items/make.ts';
import { aBrowserOf } from '../openedx/a-browser.ts';
import { PLATFORM } from './a-gradebook.ts';
import { aRegistration } from './a-passback.ts';

const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership';

/** A context of a platform whose course somebody teaches. */
async function aContext(teacher: Somebody, changes: Partial<typeof context.$inferInsert> = {}) {
  const { courseId } = await makeCourse(teacher.call());
  const { id: registrationId } = changes.registrationId ? { id: changes.registrationId } : await aRegistration();
  const id = newId('context');
  const row = {
    ...{ id, registrationId, deploymentId: '1', contextId: `course-v1:A+B+${id}`, title: 'Mathematics', courseId },
    ...{ rosterUrl: `${PLATFORM}/members`, createdAt: Date.now(), ...changes },
  };
  await db.insert(context).values(row);
  return row;
}

/** A passback of a link in that context. */
async function aRow(its: { id: string; registrationId: string }, changes: Partial<typeof passback.$inferInsert> = {}) {
  const [linkId, { id: userId }] = [newId('resourceLink'), await aUser('student', { name: 'Chisomo Banda' })];
  await db.insert(resourceLink).values({
    ...{ id: linkId, registrationId: its.registrationId, deploymentId: '1', resourceLinkId: linkId },
    ...{ contextId: its.id, title: 'Surds', scopes: [scopes.score], createdAt: 0 },
  });
  const [row] = await db
    .insert(passback)
    .values({
      ...{ id: newId('passback'), registrationId: its.registrationId, linkId, slot: `${PLATFORM}/${linkId}`, userId },
      ...{
        sub: userId,
        revision: 1,
        scoreGiven: 5,
        scoreMaximum: 10,
        timestamp: Date.now(),
        state: 'parked',
        attempts: 25,
      },
      ...{ lastStatus: 422, lastError: 'Not a student', isRetimed: true, createdAt: 0, ...changes },
    })
    .returning();
  if (!row) throw new Error('no row');
  return row;
}

describe('the passbacks', () => {
  it('are listed as the contract says, by state and registration', async () => {
    const teacher = await aUser('instructor');
    const its = await aContext(teacher);
    const parked = await aRow(its);
    const waiting = await aRow(its, {
      state: 'pending',
      nextAt: Date.parse('2026-11-21T08:00:00Z'),
      lastError: null,
      lastStatus: null,
    });
    await db.update(passback).set({ slot: waiting.linkId }).where(eq(passback.id, waiting.id));
    expect((await teacher.ask('GET', '/lti/passbacks?state=parked')).json).toMatchObject({
      count: 1,
      results: [
        {
          id: parked.id,
          registrationId: its.registrationId,
          lineItem: parked.slot,
          userId: parked.userId,
          state: 'parked',
          attempts: 25,
          lastStatus: 422,
          lastError: 'Not a student',
          nextAt: null,
        },
      ],
    });
    expect((await teacher.ask('GET', `/lti/passbacks?registrationId=${its.registrationId}`)).json.count).toBe(2);
    expect((await teacher.ask('GET', '/lti/passbacks?registrationId=reg_none')).json.count).toBe(0);
    const { json } = await teacher.ask('GET', '/lti/passbacks?state=pending');
    expect(json.results).toMatchObject([{ lineItem: null, nextAt: '2026-11-21T08:00:00.000Z', lastError: null }]);
    expect((await teacher.ask('GET', '/lti/passbacks?state=lost')).status).toBe(400);
  });

  it('of another’s course, or of no course, are for admins only', async () => {
    const [teacher, other, admin] = [await aUser('instructor'), await aUser('instructor'), await aUser('admin')];
    const its = await aContext(teacher);
    const [theirs, homeless] = [await aRow(its), await aRow(its)];
    await db.update(resourceLink).set({ contextId: null }).where(eq(resourceLink.id, homeless.linkId));
    const idsOf = async (who: Somebody) =>
      (await who.ask('GET', `/lti/passbacks?registrationId=${its.registrationId}`)).json.results
        .map(({ id }) => id)
        .sort();
    expect(await idsOf(teacher)).toEqual([theirs.id]);
    expect(await idsOf(other)).toEqual([]);
    expect(await idsOf(admin)).toEqual([theirs.id, homeless.id].sort());
    for (const id of [theirs.id, 'pas_none']) {
      const { status, json } = await other.ask('POST', `/lti/passbacks/${id}/send`, {});
      expect([status, json.code, json.detail]).toEqual([404, 'not_found', 'Not found']);
    }
    expect((await (await aUser()).ask('GET', '/lti/passbacks')).status).toBe(403);
  });
});

describe('sending again', () => {
  it('makes a parked score due at once, with chances and waits as new, and puts it on the queue', async () => {
    const teacher = await aUser('instructor');
    const its = await aContext(teacher);
    // An address nobody may ask: the consumer parks it again, at once.
    const row = await aRow(its, { slot: 'https://10.0.0.1/x', nextAt: null });
    await db.update(registration).set({ isActive: false }).where(eq(registration.id, its.registrationId));
    const { status, json } = await teacher.ask('POST', `/lti/passbacks/${row.id}/send`);
    expect([status, json.state, json.attempts]).toEqual([202, 'pending', 0]);
    expect(Date.parse(String(json.nextAt))).toBeLessThanOrEqual(Date.now());
    await expect
      .poll(async () => (await db.select().from(passback).where(eq(passback.id, row.id)))[0], { timeout: 5000 })
      .toMatchObject({
        state: 'parked',
        attempts: 1,
        isRetimed: false,
        lastError: 'The platform is switched off here.',
      });
    expect(await db.select().from(audit).where(eq(audit.subject, row.id))).toMatchObject([
      { action: 'lti.passback.sent-again', actorId: teacher.id },
    ]);
  });

  it('hurries one that waits, leaves one alone that is being sent, and refuses what the platform has', async () => {
    const teacher = await aUser('instructor');
    const its = await aContext(teacher);
    const later = Date.now() + 3600_000;
    const [waiting, sending, done] = [
      await aRow(its, { state: 'pending', nextAt: later, attempts: 7 }),
      await aRow(its, { state: 'sending', leaseUntil: later, nextAt: 5 }),
      await aRow(its, { state: 'delivered' }),
    ];
    const quiet = { PASSBACKS: { sendBatch: async () => {} } as unknown as Queue };
    const send = async (id: string) =>
      await theApp.ask('POST', `/lti/passbacks/${id}/send`, {
        headers: { ...(await bearer(teacher.actor)) },
        bindings: quiet,
      });
    expect((await send(waiting.id)).json).toMatchObject({ state: 'pending', attempts: 7 });
    expect((await db.select().from(passback).where(eq(passback.id, waiting.id)))[0]?.nextAt).toBeLessThan(later);
    expect((await send(sending.id)).json).toMatchObject({ state: 'sending' });
    expect((await db.select().from(passback).where(eq(passback.id, sending.id)))[0]).toMatchObject({
      leaseUntil: later,
    });
    const refused = await send(done.id);
    expect([refused.status, refused.json.code]).toEqual([409, 'conflict']);
  });

  it('is a button on a page for staff, that says what the platform said', async () => {
    const teacher = await aUser('instructor');
    const its = await aContext(teacher);
    const row = await aRow(its, { lastError: '<b>Not</b> a student' });
    await aRow(its, { state: 'delivered', deliveredAt: Date.now(), lastError: null });
    await db.update(registration).set({ isActive: false }).where(eq(registration.id, its.registrationId));
    const browser = await aBrowserOf(teacher);
    const list = await browser.open('/staff/lti/passbacks?state=parked');
    expect(list.status).toBe(200);
    expect(list.text).toContain('Chisomo Banda');
    expect(list.text).toContain('The platform (422): &lt;b&gt;Not&lt;/b&gt; a student');
    expect(list.text.match(/<form method="post"/g)?.length).toBe(2);
    const sent = await browser.send(`/staff/lti/passbacks/${row.id}/send`, { state: 'parked' });
    expect([sent.status, sent.to]).toEqual([303, '/staff/lti/passbacks?state=parked&notice=sent']);
    expect((await browser.open(sent.to)).text).toContain('It is on its way again.');
    await db.update(passback).set({ state: 'delivered' }).where(eq(passback.id, row.id));
    expect((await browser.send(`/staff/lti/passbacks/${row.id}/send`)).to).toBe('/staff/lti/passbacks?notice=has');
    const stranger = await aBrowserOf(await aUser('instructor'));
    expect((await stranger.open('/staff/lti/passbacks')).text).toContain('There are none.');
    expect((await stranger.send(`/staff/lti/passbacks/${row.id}/send`)).status).toBe(404);
    expect((await (await aBrowserOf(await aUser())).open('/staff/lti/passbacks')).status).toBe(403);
    expect((await browser.open(`/staff/lti/passbacks/${row.id}/send`)).to).toBe('/staff/lti/passbacks');
  });
});

type Page = { status?: number; body?: unknown; link?: string };

/** A roster in pages. */
function aRoster(pages: (url: URL) => Page | undefined, more: Partial<Outside> = {}) {
  const asked: Request[] = [];
  const outside: Outside = {
    secretsKey: env.SECRETS_KEY,
    allowLoopback: false,
    now: Date.now,
    tokens: new Map(),
    async fetch(input, init) {
      const request = new Request(input, init);
      asked.push(request);
      const url = new URL(request.url);
      if (url.pathname === '/token') {
        const form = new URLSearchParams(new TextDecoder().decode(await request.arrayBuffer()));
        return Response.json({
          access_token: 'token-1',
          token_type: 'bearer',
          expires_in: 3600,
          scope: form.get('scope'),
        });
      }
      const { status = 200, body = {}, link } = pages(url) ?? { status: 404 };
      return new Response(typeof body === 'string' ? body : JSON.stringify(body), {
        status,
        headers: { ...(link !== undefined && { link }) },
      });
    },
    ...more,
  };
  return { outside, asked, urls: () => asked.map(({ url }) => url).filter((url) => !url.endsWith('/token')) };
}

const aMember = (user_id: string | number, more = {}) => ({ user_id, roles: [`${MEMBERSHIP}#Learner`], ...more });

describe('a roster', () => {
  it('is read now, page by page, with the exact media type, and knows who has launched', async () => {
    const teacher = await aUser('instructor');
    const its = await aContext(teacher, { rosterUrl: `${PLATFORM}/members?rlid=x` });
    const { id: userId } = await aUser();
    await db.insert(ltiUser).values({ registrationId: its.registrationId, sub: '7', userId, at: 0 });
    const { outside, asked, urls } = aRoster((url) =>
      url.searchParams.get('Page') === '2'
        ? {
            body: {
              members: [aMember('8', { status: 'Inactive', roles: [`${MEMBERSHIP}/Instructor#TeachingAssistant`] })],
            },
          }
        : {
            body: {
              id: 'x',
              context: { id: 'x' },
              members: [
                aMember(7, { name: 'Chisomo', email: 'c@example.mw' }),
                { user_id: '9', roles: [`${MEMBERSHIP}#Instructor`], name: null },
              ],
            },
            link: `<${PLATFORM}/members?Page=2&Keep=a%20B>; rel="next"`,
          },
    );
    expect(await readMembers(teacher.call(), its.id, outside)).toEqual([
      {
        ...{ userId, sub: '7', name: 'Chisomo', email: 'c@example.mw', roles: [`${MEMBERSHIP}#Learner`] },
        ...{ role: 'student', status: 'Active' },
      },
      { sub: '9', roles: [`${MEMBERSHIP}#Instructor`], role: 'instructor', status: 'Active' },
      { sub: '8', roles: [`${MEMBERSHIP}/Instructor#TeachingAssistant`], role: 'student', status: 'Inactive' },
    ]);
    expect(urls()).toEqual([`${PLATFORM}/members?rlid=x&limit=250`, `${PLATFORM}/members?Page=2&Keep=a%20B`]);
    expect(asked[1]?.headers.get('accept')).toBe('application/vnd.ims.lti-nrps.v2.membershipcontainer+json');
    expect(asked[1]?.headers.get('authorization')).toBe('Bearer token-1');
  });

  it('may be asked for by the platform’s own id, where that means one course', async () => {
    const teacher = await aUser('instructor');
    const contextId = `course-v1:VE+${newId('course')}+1`;
    const { outside } = aRoster(() => ({ body: { members: [aMember('1')] } }));
    const its = await aContext(teacher, { contextId });
    expect(await readMembers(teacher.call(), contextId, outside)).toHaveLength(1);
    await aContext(await aUser('instructor'), { contextId });
    expect(await readMembers(teacher.call(), contextId, outside), 'another’s does not count').toHaveLength(1);
    await aContext(teacher, { contextId });
    await expect(readMembers(teacher.call(), contextId, outside)).rejects.toMatchObject({ code: 'not_found' });
    expect(await readMembers(teacher.call(), its.id, outside)).toHaveLength(1);
  });

  it('of somebody else’s course is refused like one that is not there', async () => {
    const its = await aContext(await aUser('instructor'));
    const { outside, asked } = aRoster(() => ({ body: { members: [] } }));
    for (const id of [its.id, its.contextId, 'ctx_none'])
      await expect(readMembers((await aUser('instructor')).call(), id, outside)).rejects.toMatchObject({
        code: 'not_found',
      });
    expect(asked).toEqual([]);
    expect(await readMembers((await aUser('admin')).call(), its.id, outside)).toEqual([]);
  });

  it.each([
    ['another site', 'https://evil.example.mw/members'],
    ['another port', `${PLATFORM}:8443/members`],
    ['plain http', PLATFORM.replace('https', 'http')],
    ['a file', 'file:///etc/passwd'],
  ])('whose next page lies on %s ends there, and nothing is sent to it', async (_, next) => {
    const teacher = await aUser('instructor');
    const its = await aContext(teacher);
    const { outside, urls } = aRoster(() => ({ body: { members: [aMember('1')] }, link: `<${next}>; rel="next"` }));
    await expect(readMembers(teacher.call(), its.id, outside)).rejects.toMatchObject({ code: 'roster_unavailable' });
    expect(urls()).toHaveLength(1);
  });

  it('without end is given up after twenty pages, and after five thousand people', async () => {
    const teacher = await aUser('instructor');
    const its = await aContext(teacher);
    const endless = aRoster(() => ({ body: { members: [aMember('1')] }, link: `<${PLATFORM}/members>; rel="next"` }));
    await expect(readMembers(teacher.call(), its.id, endless.outside)).rejects.toThrow('more than 20 pages');
    expect(endless.urls()).toHaveLength(20);
    const crowd = Array.from({ length: 5001 }, (_, index) => aMember(index));
    const large = aRoster(() => ({ body: { members: crowd } }));
    await expect(readMembers(teacher.call(), its.id, large.outside)).rejects.toThrow('more than 5000');
  });

  it.each<[string, Page, string, string]>([
    [
      'a course too large for Open edX',
      { status: 403, body: { error: 'above_response_limit' } },
      'roster_unavailable',
      'more people than',
    ],
    ['a refusal', { status: 403, body: { detail: 'Not yours.' } }, 'roster_unavailable', 'Not yours.'],
    ['nothing there', { status: 404 }, 'roster_unavailable', '404'],
    ['a problem', { status: 503, body: 'Down' }, 'platform_unavailable', 'Down'],
    ['too many questions', { status: 429 }, 'platform_unavailable', '429'],
    ['a page', { body: '<html>' }, 'roster_unavailable', 'unexpected shape'],
    ['another shape', { body: { members: [{ name: 'x' }] } }, 'roster_unavailable', 'unexpected shape'],
  ])('that is %s is refused in plain words', async (_, answer, code, words) => {
    const teacher = await aUser('instructor');
    const its = await aContext(teacher);
    const { outside } = aRoster(() => answer);
    await expect(readMembers(teacher.call(), its.id, outside)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  it('is not asked for where it is not offered, is switched off, or lies on a private address', async () => {
    const teacher = await aUser('instructor');
    const { outside, urls } = aRoster(() => ({ body: { members: [] } }));
    const refused = async (changes: Parameters<typeof aContext>[1]) => {
      const its = await aContext(teacher, changes);
      await expect(readMembers(teacher.call(), its.id, outside)).rejects.toMatchObject({ code: 'roster_unavailable' });
    };
    await refused({ rosterUrl: null });
    await refused({ rosterUrl: 'https://192.168.1.1/members' });
    await refused({ rosterUrl: 'nonsense' });
    await refused({ registrationId: (await aRegistration({ isActive: false })).id });
    expect(urls()).toEqual([]);
    const its = await aContext(teacher);
    const away = aRoster(() => undefined, { fetch: () => Promise.reject(new Error('refused')) });
    await expect(readMembers(teacher.call(), its.id, away.outside)).rejects.toMatchObject({
      code: 'platform_unavailable',
    });
  });

  it('over HTTP is a list of the contract, or 409 and 503', async () => {
    const teacher = await aUser('instructor');
    const [none, away] = [await aContext(teacher, { rosterUrl: null }), await aContext(teacher)];
    const refused = await teacher.ask('GET', `/lti/contexts/${none.id}/members`);
    expect([refused.status, refused.json.code]).toEqual([409, 'roster_unavailable']);
    const unreached = await teacher.ask('GET', `/lti/contexts/${encodeURIComponent(away.contextId)}/members`);
    expect([unreached.status, unreached.json.code]).toEqual([503, 'platform_unavailable']);
  });
});
