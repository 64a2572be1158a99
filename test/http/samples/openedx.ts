import { eq } from 'drizzle-orm';
import { course, node } from '../../../src/courses/index.ts';
import { hmacHex } from '../../../src/lib/crypto.ts';
import { newId } from '../../../src/lib/ids.ts';
import { connection, followedCourse, syncPatch, syncRun } from '../../../src/openedx/schema.ts';
import { aUser, db } from '../../factories.ts';
import { makeCourse } from '../../items/make.ts';
import { nobody, type Sample, type Samples, type World } from '../sample.ts';
import { asTeacher, onCourse } from './make.ts';

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

export const openedx: Samples = {
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
};
