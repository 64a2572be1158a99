import { eq } from 'drizzle-orm';
import { course, node } from '../../src/courses/index.ts';
import type { Endpoint } from '../../src/http/endpoint.ts';
import type { Guard } from '../../src/http/index.ts';
import { type Role, roles } from '../../src/lib/call.ts';
import { hmacHex } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { scopeFor } from '../../src/lib/permissions.ts';
import { newCode } from '../../src/lti/launch-codes.ts';
import { context, passback, registration, resourceLink } from '../../src/lti/schema.ts';
import { connection, followedCourse, syncPatch, syncRun } from '../../src/openedx/schema.ts';
import {
  anAssessment,
  aSittingStudent,
  aUser,
  bearer,
  db,
  enrolIn,
  type Reply,
  type Somebody,
  testApp,
} from '../factories.ts';
import { makeCourse } from '../items/make.ts';
import { accounts } from './samples/accounts.ts';
import { courses } from './samples/courses.ts';
import { edge } from './samples/edge.ts';
import { factors } from './samples/factors.ts';
import { lessons } from './samples/lessons.ts';
import { operations } from './samples/operations.ts';
import { people } from './samples/people.ts';

/*
 * The one security suite for every route. A probe does not assert: it counts what is wrong, so that the same probes prove, on
 * an app that lacks a guard, that they would notice.
 */

/**
 * A valid request: who makes it, and the ids in its path. `type` where the body is text of that type, no JSON; `half`: what half
 * of such a body is refused with.
 */
export type Sample = {
  as: Somebody;
  path: string;
  body?: object | string;
  type?: string;
  headers?: Record<string, string>;
  half?: readonly [status: number, code: string];
  absent?: string;
  /** What the request is refused with in the end, where no platform is there to answer it. */
  refused?: readonly [status: number, code: string];
};
export type World = { teacher: Somebody };

export const nobody = 'none_00000000000000000000000000';

const onBank =
  (body?: object, suffix = '') =>
  async ({ teacher }: World): Promise<Sample> => {
    const { bank } = await anAssessment(teacher, { published: false });
    return {
      as: teacher,
      path: `/banks/${bank.id}${suffix}`,
      absent: `/banks/${nobody}${suffix}`,
      ...(body && { body }),
    };
  };
const onItem =
  (body?: object) =>
  async ({ teacher }: World): Promise<Sample> => {
    const { bank } = await anAssessment(teacher, { published: false });
    return { as: teacher, path: `/items/${bank.items[0]?.id}`, absent: `/items/${nobody}`, ...(body && { body }) };
  };
const onAssessment =
  (body?: object, suffix = '') =>
  async ({ teacher }: World): Promise<Sample> => {
    // Of a course, or it would be every student's.
    const { courseKey } = await makeCourse(teacher.call());
    const { id } = await anAssessment(teacher, { courseKey });
    return {
      as: teacher,
      path: `/assessments/${id}${suffix}`,
      absent: `/assessments/${nobody}${suffix}`,
      ...(body && { body }),
    };
  };
const onCourse =
  (suffix = '') =>
  async ({ teacher }: World): Promise<Sample> => {
    const { courseKey, courseId } = await makeCourse(teacher.call());
    await enrolIn(courseId, await aUser());
    return {
      as: teacher,
      path: `/courses/${encodeURIComponent(courseKey)}${suffix}`,
      absent: `/courses/none${suffix}`,
    };
  };
const onAttempt =
  (suffix: string, body?: object, { by = 'student', isOver = false } = {}) =>
  async ({ teacher }: World): Promise<Sample> => {
    const { student, path } = await aSittingStudent(teacher);
    if (isOver) await student.ask('POST', `${path}/submit`, { epoch: 1 });
    return {
      as: by === 'student' ? student : teacher,
      path: `${path}${suffix}`,
      absent: `/attempts/${nobody}${suffix}`,
      ...(body && { body }),
    };
  };
const asTeacher =
  (path: string, body?: object) =>
  async ({ teacher }: World): Promise<Sample> => ({ as: teacher, path, ...(body && { body }) });
const asStudent = (path: string) => async (): Promise<Sample> => ({ as: await aUser(), path });

const aSite = {
  name: 'A site',
  lmsUrl: 'https://lms.example.mw',
  clientId: 'vault-backend',
  clientSecret: 'a client secret',
};
const onConnection =
  (suffix = '', body?: object) =>
  async (): Promise<Sample> => {
    const as = await aUser('admin');
    const { json } = await as.ask('POST', '/openedx/connections', aSite);
    return {
      as,
      path: `/openedx/connections/${json.id}${suffix}`,
      absent: `/openedx/connections/${nobody}${suffix}`,
      ...(body && { body }),
    };
  };

const aPlatform = () => ({
  issuer: 'https://lms.example.mw',
  clientId: newId('registration'),
  authLoginUrl: 'https://lms.example.mw/login',
  authTokenUrl: 'https://lms.example.mw/token',
  keySetUrl: 'https://lms.example.mw/keys',
  deployments: ['1'],
});
const onRegistration =
  (suffix = '', body?: object) =>
  async (): Promise<Sample> => {
    const as = await aUser('admin');
    const { json } = await as.ask('POST', '/lti/registrations', aPlatform());
    return {
      as,
      path: `/lti/registrations/${json.id}${suffix}`,
      absent: `/lti/registrations/${nobody}${suffix}`,
      ...(body && { body }),
    };
  };

const anItem = { type: 'numeric', prompt: 'Half of 5', answer: 2.5, difficulty: 'easy' };
const unknownRefresh = { refresh: 'x'.repeat(43) };

/** What a platform sends, to a connection that expects it. */
const aWebhook = async () => {
  const as = await aUser('admin');
  const { json } = await as.ask('POST', '/openedx/connections', aSite);
  const body = JSON.stringify({
    course: { course_key: 'course-v1:A+B+C' },
    event_metadata: { event_type: 'course_published' },
  });
  const [secret] = json.webhookSecrets as string[];
  return { as, body, type: 'application/json', secret: secret ?? '', hmacSecret: String(json.hmacSecret) };
};

/** A followed course of a teacher, whose first sync is as given. */
const onRun =
  (state: 'held' | 'failed' | 'succeeded', suffix = '') =>
  async ({ teacher }: World): Promise<Sample> => {
    const { courseId } = await makeCourse(teacher.call());
    const id = newId('syncRun');
    const now = Date.now();
    await db
      .insert(syncRun)
      .values({ id, courseId, cause: 'staff', state, courseVersion: 2, createdAt: now, finishedAt: now });
    const usageKey = 'block-v1:A+B+C+type@chapter+block@a';
    const [root] = await db.select().from(node).where(eq(node.id, courseId));
    const made = {
      parent: root?.usageKey ?? '',
      position: 0,
      title: 'A',
      start: null,
      due: null,
      graded: false,
      format: null,
    };
    await db
      .insert(node)
      .values({ ...made, id: newId('topic'), courseId, kind: 'topic', parentId: courseId, usageKey, type: 'chapter' });
    await db.insert(syncPatch).values({
      runId: id,
      usageKey,
      patch: { usageKey, made: { ...made, usageKey, kind: 'topic', type: 'chapter', visibility: 'shown' } },
    });
    return {
      as: teacher,
      path: `/sync-runs/${id}${suffix}`,
      absent: `/sync-runs/${nobody}${suffix}`,
      ...(suffix !== '' && { body: {} }),
    };
  };

/** A score of a student that a platform refused, and the context it belongs to, in a course of a teacher. */
const onPassback = async ({ teacher }: World) => {
  const { courseId } = await makeCourse(teacher.call());
  const [registrationId, contextId, linkId] = [newId('registration'), newId('context'), newId('resourceLink')];
  const [id, { id: userId }] = [newId('passback'), await aUser()];
  const origin = 'https://lms.example.mw';
  await db.batch([
    db.insert(registration).values({
      ...{ id: registrationId, name: 'A platform', issuer: origin, clientId: registrationId, createdAt: 0 },
      ...{ authLoginUrl: origin, authTokenUrl: origin, keySetUrl: origin, frameOrigins: [origin] },
    }),
    db.insert(context).values({
      ...{ id: contextId, registrationId, deploymentId: '1', contextId, title: 'A course', courseId, createdAt: 0 },
    }),
    db.insert(resourceLink).values({
      ...{ id: linkId, registrationId, deploymentId: '1', resourceLinkId: linkId, contextId, title: 'A place' },
      ...{ scopes: [], createdAt: 0 },
    }),
    db.insert(passback).values({
      ...{ id, registrationId, linkId, slot: linkId, userId, sub: '1', revision: 1, timestamp: 0, createdAt: 0 },
      ...{ state: 'parked' },
    }),
  ]);
  return { id, contextId };
};

export type Samples = Record<string, (world: World) => Promise<Sample>>;

/** A valid request for every endpoint. One that is missing here fails the suite. */
export const samples: Samples = {
  ...accounts,
  ...factors,
  ...people,
  ...courses,
  ...lessons,
  ...operations,
  ...edge,
  'GET /api/schema': asStudent('/api/schema'),
  'GET /health': asStudent('/health'),
  'GET /health/ready': asStudent('/health/ready'),
  'GET /health/live': asStudent('/health/live'),
  'POST /api/v1/auth/login': asTeacher('/auth/login', { email: 'nobody@demo.test', password: 'x' }),
  'POST /api/v1/auth/refresh': asTeacher('/auth/refresh', unknownRefresh),
  'POST /api/v1/auth/logout': asTeacher('/auth/logout', unknownRefresh),
  'POST /api/v1/auth/logout-all': async () => ({ as: await aUser(), path: '/auth/logout-all', body: {} }),
  'GET /api/v1/auth/me': asStudent('/auth/me'),
  'GET /api/v1/courses': asStudent('/courses'),
  'GET /api/v1/courses/{courseKey}': onCourse(),
  'GET /api/v1/courses/{courseKey}/outline': onCourse('/outline'),
  'GET /api/v1/openedx/connections': async () => ({ as: await aUser('admin'), path: '/openedx/connections' }),
  'POST /api/v1/openedx/connections': async () => ({
    as: await aUser('admin'),
    path: '/openedx/connections',
    body: aSite,
  }),
  'GET /api/v1/openedx/connections/{id}': onConnection(),
  'PATCH /api/v1/openedx/connections/{id}': onConnection('', { name: 'Another name' }),
  'DELETE /api/v1/openedx/connections/{id}': onConnection(),
  'POST /api/v1/openedx/connections/{id}/test': async () => {
    const sample = await onConnection('/test', {})();
    // An address that is refused: no test asks the real network.
    await db.update(connection).set({ lmsUrl: 'https://10.0.0.1' });
    return sample;
  },
  'POST /api/v1/openedx/connections/{id}/webhook-secrets': onConnection('/webhook-secrets', {}),
  'DELETE /api/v1/openedx/connections/{id}/webhook-secrets/{secretId}': async () => {
    const { as, path } = await onConnection()();
    const [secret] = (await as.ask('GET', path)).json.activeSecrets as { id: string }[];
    return { as, path: `${path}/webhook-secrets/${secret?.id}` };
  },
  'POST /api/v1/openedx/connections/{id}/hmac-secret': onConnection('/hmac-secret', {}),
  'GET /api/v1/enrollments': asStudent('/enrollments'),
  'POST /api/v1/webhooks/openedx/{secret}': async () => {
    const { secret, ...sample } = await aWebhook();
    return { ...sample, path: `/webhooks/openedx/${secret}` };
  },
  'POST /api/v1/webhooks/openedx': async () => {
    const { hmacSecret, ...sample } = await aWebhook();
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = await hmacHex(hmacSecret, new TextEncoder().encode(`${timestamp}.${sample.body}`));
    const headers = { 'x-ve-timestamp': timestamp, 'x-ve-signature': `sha256=${signature}` };
    return { ...sample, path: '/webhooks/openedx', headers, half: [401, 'bad_webhook'] };
  },
  'GET /api/v1/openedx/events': asTeacher('/openedx/events'),
  'POST /api/v1/courses': asTeacher('/courses', {
    courseKey: `course-v1:VE+${newId('course')}+1`,
    title: 'A course',
    examinationLevel: 'JCE',
    academicClass: 'Form 1',
  }),
  'POST /api/v1/courses/{courseKey}/sync': async ({ teacher }) => {
    const [sample, { as }] = [await onCourse('/sync')({ teacher }), await onConnection()()];
    const { json } = await as.ask('GET', '/openedx/connections');
    const [site] = json.results as { id: string }[];
    const [found] = await db
      .select()
      .from(course)
      .where(eq(course.courseKey, decodeURIComponent(sample.path.split('/')[2] ?? '')));
    await db
      .insert(followedCourse)
      .values({ courseId: found?.id ?? '', connectionId: site?.id ?? '', reconcileAt: 1e15 });
    return { ...sample, body: {} };
  },
  'GET /api/v1/courses/{courseKey}/sync-runs': onCourse('/sync-runs'),
  'GET /api/v1/sync-runs/{id}': onRun('succeeded'),
  'POST /api/v1/sync-runs/{id}/confirm': onRun('held', '/confirm'),
  'POST /api/v1/sync-runs/{id}/retry': onRun('failed', '/retry'),
  'POST /api/v1/sync-runs/{id}/undo': onRun('succeeded', '/undo'),
  'GET /lti/jwks': asStudent('/lti/jwks'),
  'POST /lti/session': async () => {
    const as = await aUser();
    const launch = { registrationId: nobody, deploymentId: '1', contextId: null, resourceLinkId: null } as const;
    const opens = { userId: as.id, launch: { ...launch, role: 'student' as const }, landing: '/' };
    const { code, statement } = await newCode(as.call(), 'session', opens);
    await statement;
    return { as, path: '/lti/session', body: { code } };
  },
  'GET /api/v1/lti/registrations': async () => ({ as: await aUser('admin'), path: '/lti/registrations' }),
  'POST /api/v1/lti/registrations': async () => ({
    as: await aUser('admin'),
    path: '/lti/registrations',
    body: aPlatform(),
  }),
  'GET /api/v1/lti/registrations/{id}': onRegistration(),
  'PATCH /api/v1/lti/registrations/{id}': onRegistration('', { name: 'Another name' }),
  'DELETE /api/v1/lti/registrations/{id}': onRegistration(),
  'POST /api/v1/lti/registrations/{id}/deployments': onRegistration('/deployments', { deploymentId: '2' }),
  'DELETE /api/v1/lti/registrations/{id}/deployments/{deploymentId}': onRegistration('/deployments/1'),
  'POST /api/v1/lti/registrations/{id}/test': onRegistration('/test', {}),
  'POST /api/v1/lti/invitations': async () => ({ as: await aUser('admin'), path: '/lti/invitations', body: {} }),
  'GET /api/v1/lti/contexts': async () => ({ as: await aUser('admin'), path: '/lti/contexts' }),
  'PATCH /api/v1/lti/contexts/{id}': async (world) => {
    const { contextId } = await onPassback(world);
    const { courseKey } = await makeCourse(world.teacher.call());
    return {
      as: await aUser('admin'),
      path: `/lti/contexts/${contextId}`,
      absent: `/lti/contexts/${nobody}`,
      body: { courseKey },
    };
  },
  'GET /api/v1/lti/passbacks': asTeacher('/lti/passbacks'),
  'POST /api/v1/lti/passbacks/{id}/send': async (world) => {
    const { id } = await onPassback(world);
    const absent = `/lti/passbacks/${nobody}/send`;
    return { as: world.teacher, path: `/lti/passbacks/${id}/send`, absent, body: {} };
  },
  'GET /api/v1/lti/contexts/{id}/members': async (world) => {
    const { contextId } = await onPassback(world);
    return {
      as: world.teacher,
      path: `/lti/contexts/${contextId}/members`,
      absent: `/lti/contexts/${nobody}/members`,
      refused: [409, 'roster_unavailable'],
    };
  },
  'GET /api/v1/banks': asTeacher('/banks'),
  'POST /api/v1/banks': asTeacher('/banks', { title: 'A bank' }),
  'GET /api/v1/banks/{id}': onBank(),
  'PATCH /api/v1/banks/{id}': onBank({ title: 'Another title' }),
  'DELETE /api/v1/banks/{id}': onBank(),
  'GET /api/v1/banks/{id}/items': onBank(undefined, '/items'),
  'POST /api/v1/banks/{id}/items': onBank({ items: [anItem] }, '/items'),
  'POST /api/v1/banks/{id}/import': async ({ teacher }) => {
    const [sample, suffix] = [await onBank()({ teacher }), '/import?format=olx'];
    const body = '<problem><stringresponse answer="x"><label>What?</label><textline/></stringresponse></problem>';
    const absent = `${sample.absent}${suffix}`;
    return { as: teacher, path: `${sample.path}${suffix}`, absent, body, type: 'application/xml' };
  },
  'GET /api/v1/items/{id}': onItem(),
  'PUT /api/v1/items/{id}': onItem(anItem),
  'DELETE /api/v1/items/{id}': onItem(),
  'POST /api/v1/assessments': async ({ teacher }) => {
    const { bank } = await anAssessment(teacher, { published: false });
    const body = { title: 'A paper', behaviour: 'exam', sections: [{ bankId: bank.id, select: 1 }] };
    return { as: teacher, path: '/assessments', body };
  },
  'GET /api/v1/assessments': asStudent('/assessments'),
  'GET /api/v1/assessments/{id}': onAssessment(),
  'PATCH /api/v1/assessments/{id}': onAssessment({ title: 'Another title' }),
  'POST /api/v1/assessments/{id}/publish': onAssessment({}, '/publish'),
  'GET /api/v1/assessments/{id}/preview': onAssessment(undefined, '/preview'),
  'PUT /api/v1/assessments/{id}/accommodations/{userId}': async ({ teacher }) => {
    const student = await aUser();
    return await onAssessment({ extraTimeSeconds: 60 }, `/accommodations/${student.id}`)({ teacher });
  },
  'POST /api/v1/assessments/{id}/extra-time': onAssessment({ extraSeconds: 60 }, '/extra-time'),
  'GET /api/v1/assessments/{id}/attempts': onAssessment(undefined, '/attempts'),
  'POST /api/v1/assessments/{id}/attempts': async ({ teacher }) => {
    const { courseKey, courseId } = await makeCourse(teacher.call());
    const [as, { id }] = [await aUser(), await anAssessment(teacher, { courseKey })];
    await enrolIn(courseId, as);
    return { as, path: `/assessments/${id}/attempts`, absent: `/assessments/${nobody}/attempts`, body: {} };
  },
  'GET /api/v1/me/attempts': asStudent('/me/attempts'),
  'GET /api/v1/attempts/{id}': onAttempt(''),
  'POST /api/v1/attempts/{id}/ops': onAttempt('/ops', { epoch: 1, ops: [] }),
  'POST /api/v1/attempts/{id}/takeover': onAttempt('/takeover', {}),
  'POST /api/v1/attempts/{id}/submit': onAttempt('/submit', { epoch: 1 }),
  'POST /api/v1/attempts/{id}/tries': async ({ teacher }) => {
    const { student, path, itemIds } = await aSittingStudent(teacher, { behaviour: 'practice' });
    const body = { itemId: itemIds[0], response: { selected: ['a'] }, tryNumber: 1 };
    return { as: student, path: `${path}/tries`, absent: `/attempts/${nobody}/tries`, body };
  },
  'GET /api/v1/attempts/{id}/result': onAttempt('/result', undefined, { isOver: true }),
  'GET /api/v1/attempts/{id}/ops': onAttempt('/ops', undefined, { by: 'teacher' }),
  'POST /api/v1/attempts/{id}/reopen': onAttempt('/reopen', { extraSeconds: 60 }, { by: 'teacher', isOver: true }),
};

export const nameOf = (endpoint: Endpoint) => `${endpoint.method.toUpperCase()} ${endpoint.path}`;

const mayUse = ({ access }: Endpoint, role: Role) =>
  access.kind === 'anyone' ||
  (access.kind === 'attempt' ? role === 'student' : scopeFor(role, access.permission) !== undefined);

/** A refusal without what differs from request to request. */
const wordForWord = ({ status, json }: Reply) => JSON.stringify({ status, ...json, requestId: '' });

/** Everything that is wrong with how an endpoint refuses: nothing, for an app with all its guards. */
export async function probe(endpoint: Endpoint, guards?: readonly Guard[]): Promise<string[]> {
  const app = testApp(guards ? { guards } : {});
  const name = nameOf(endpoint);
  const wrong: string[] = [];
  const expectRefusal = (what: string, reply: Reply, status: number, code: string) => {
    const isProblem =
      reply.headers.get('content-type')?.startsWith('application/problem+json') && reply.json.status === status;
    if (reply.status !== status || reply.json.code !== code || !isProblem)
      wrong.push(`${name}: ${what} → ${reply.status} ${reply.json.code}`);
  };

  const makeSample = samples[name];
  if (!makeSample) return [`${name}: has no sample request`];
  const sample = await makeSample({ teacher: await aUser('instructor') });
  const { as, path, body, type, absent, half = [400, 'malformed'] } = sample;
  const method = endpoint.method.toUpperCase();
  const own = { body, ...(type !== undefined && { type }) };
  const askAs = async (who: Somebody, to = path, given: { body?: unknown; type?: string } = own) =>
    await app.ask(method, to, {
      ...(given.body !== undefined && { body: given.body }),
      headers: {
        ...(await bearer(who.actor)),
        ...sample.headers,
        ...(given.type !== undefined && { 'content-type': given.type }),
      },
    });

  if (endpoint.access.kind !== 'anyone') {
    const signedOut = await app.ask(method, path, { ...(body && { body }) });
    expectRefusal('signed out', signedOut, 401, 'unauthenticated');
    if (signedOut.headers.get('www-authenticate') !== 'Bearer') wrong.push(`${name}: 401 without WWW-Authenticate`);
    for (const role of roles) {
      if (!mayUse(endpoint, role)) expectRefusal(`as ${role}`, await askAs(await aUser(role)), 403, 'forbidden');
    }
  }
  if (absent !== undefined) {
    for (const role of ['student', 'instructor'] as const) {
      if (!mayUse(endpoint, role)) continue;
      const stranger = await aUser(role);
      const [theirs, none] = [await askAs(stranger), await askAs(stranger, absent)];
      expectRefusal(`another's id as ${role}`, theirs, 404, 'not_found');
      if (wordForWord(theirs) !== wordForWord(none)) wrong.push(`${name}: another's id is told from an absent one`);
    }
  }
  if (endpoint.raw && type !== undefined) {
    const tooLarge = { body: new Uint8Array(endpoint.raw.limit + 1), type };
    expectRefusal('more than its limit', await askAs(as, path, tooLarge), 413, 'too_large');
    expectRefusal('text/plain', await askAs(as, path, { body, type: 'text/plain' }), 415, 'unsupported_media_type');
    expectRefusal('half a body', await askAs(as, path, { body: '<a', type }), ...half);
  } else if (endpoint.method !== 'get' && endpoint.method !== 'delete') {
    const json = 'application/json';
    const tooLarge = { body: `{"a":"${'x'.repeat(1024 * 1024)}"}`, type: json };
    expectRefusal('1 MiB and more', await askAs(as, path, tooLarge), 413, 'too_large');
    expectRefusal(
      'text/plain',
      await askAs(as, path, { body: JSON.stringify(body), type: 'text/plain' }),
      415,
      'unsupported_media_type',
    );
    expectRefusal('half a JSON', await askAs(as, path, { body: '{"a":', type: json }), 400, 'malformed');
    expectRefusal('a list', await askAs(as, path, { body: '[]', type: json }), 400, 'invalid');
    const surprised = await askAs(as, path, { body: { ...Object(body), surprise: 1 }, type: json });
    expectRefusal('an unknown field', surprised, 400, 'invalid');
    if (!surprised.json.errors?.some(({ pointer }) => pointer === '/surprise'))
      wrong.push(`${name}: does not point at the unknown field`);
  }
  // Last, for it may change what the others ask for. Strangers to sign-in are refused for their own reason.
  const good = await askAs(as);
  const isRight =
    (sample.refused && good.status === sample.refused[0] && good.json.code === sample.refused[1]) ||
    good.status < 300 ||
    (name.includes('/auth/') && good.status === 401 && good.json.code !== 'unauthenticated');
  if (!isRight) wrong.push(`${name}: its own sample → ${good.status} ${good.text}`);
  if (endpoint.access.kind !== 'anyone' && !/\b(no-store|private)\b/.test(good.headers.get('cache-control') ?? ''))
    wrong.push(`${name}: may be kept by a shared cache`);
  return wrong;
}
