import { describe, expect, it } from 'vitest';
import { eventTypes, isOurs, readFacts } from '../../src/openedx/event-types.ts';
import { readDatetime, readDatetimeRepr } from '../../src/openedx/python-values.ts';
import { readFormWebhook, readJsonWebhook, type Webhook } from '../../src/openedx/read-webhook.ts';
import manifest from '../fixtures/openedx/webhooks/manifest.json';

const texts = import.meta.glob('../fixtures/openedx/webhooks/**/*.{json,txt}', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>;

const bodyOf = (file: string) => {
  const text = texts[`../fixtures/openedx/webhooks/${file}`];
  if (text === undefined) throw new Error(`there is no fixture ${file}`);
  return text;
};

function read(file: string): Webhook {
  const text = bodyOf(file);
  const found = file.endsWith('.txt') ? readFormWebhook(new URLSearchParams(text)) : readJsonWebhook(JSON.parse(text));
  if (found.kind !== 'event') throw new Error(`${file} is ${found.kind}`);
  return found.webhook;
}

const courseKey = 'course-v1:EduMW+MSCE-MATH-F3+2026_T1';

describe('every recorded body', () => {
  it.each(manifest.files.map(({ file, ...rest }) => [file, rest] as const))('%s', (file, { event_type, event_id }) => {
    const webhook = read(file);
    expect(webhook.eventType).toBe(event_type);
    if (event_id !== undefined) expect(webhook.eventId).toBe(event_id);
    expect(webhook.at === null).toBe(event_type === 'course_published');
    if (!isOurs(webhook.eventType)) throw new Error(`${webhook.eventType} means nothing to us`);
    const says = readFacts(webhook.eventType, webhook.data);
    if ('why' in says) throw new Error(says.why);
    if ('courseKey' in says.facts) expect(says.facts.courseKey).toBe(courseKey);
  });

  it('is of every type that means something to us, but two that are told alike', () => {
    const recorded = new Set(manifest.files.map(({ event_type }) => event_type));
    expect(eventTypes.filter((type) => !recorded.has(type))).toEqual([
      'org.openedx.learning.certificate.changed.v1',
      'org.openedx.learning.certificate.revoked.v1',
    ]);
  });
});

describe('one event in four layouts', () => {
  it('says the same', () => {
    const files = [
      'aulasneo-v21/course-enrollment-created.json',
      'aulasneo-v21/course-enrollment-created.form-urlencoded.txt',
      'pypi-1.0.2/course-enrollment-created.json',
      'virtue-customized-v1/course-enrollment-created.json',
    ];
    for (const file of files) {
      const { eventType, at, data } = read(file);
      expect(at).toBe(Date.UTC(2026, 3, 14, 7, 2, 11) * 1000 + 482_910);
      expect(isOurs(eventType) && readFacts(eventType, data)).toEqual({
        facts: {
          kind: 'enrolment',
          account: {
            lmsUserId: 1042,
            username: 'chisomo_banda',
            email: 'chisomo.banda@example.com',
            name: 'Chisomo Banda',
            isActive: true,
          },
          courseKey,
          mode: 'audit',
          isActive: true,
        },
      });
    }
  });
});

describe('what is no event', () => {
  const meta = (eventType: string) => ({ event_metadata: { event_type: eventType, id: null, time: null } });

  it.each([
    ['a filter by its class', { data: { user: { username: 'x' } }, ...meta('StudentLoginRequested') }],
    ['a filter by its dotted class', { data: {}, ...meta('openedx_filters.learning.filters.CourseEnrollmentStarted') }],
    ['a filter by its type', { data: {}, ...meta('org.openedx.learning.student.login.requested.filter.v1') }],
    ['a password, whatever it calls itself', { user: { pii: { password: 'pbkdf2' } }, ...meta('course_published') }],
  ])('%s is a filter body', (_, body) => {
    expect(readJsonWebhook(body)).toEqual({ kind: 'filter' });
  });

  it.each([
    ['a list', []],
    ['nothing', {}],
    ['no metadata', { course: { course_key: courseKey } }],
    ['metadata without a type', { course: {}, event_metadata: {} }],
    ['metadata that is a number', { course: {}, event_metadata: 7 }],
    ['a type that is no text', { course: {}, event_metadata: { event_type: 7 } }],
    ['an id that is an object', { course: {}, event_metadata: { event_type: 'a.b', id: {} } }],
    ['a time that cannot be read', { course: {}, event_metadata: { event_type: 'a.b', time: 'yesterday' } }],
    ['too many fields', { course: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [i, i])), ...meta('a.b') }],
  ])('%s is malformed', (_, body) => {
    expect(readJsonWebhook(body).kind).toBe('malformed');
  });

  it.each([
    ['a course key that is none', 'course_published', { course_key: 'not-a-key' }],
    ['a course key with a NUL', 'course_published', { course_key: 'course-v1:a\u0000+b+c' }],
    ['a course key of two parts', 'course_published', { course_key: 'course-v1:a+b' }],
    ['no usage key', 'org.openedx.content_authoring.xblock.deleted.v1', { block_type: 'html' }],
    [
      'a user without a number',
      'org.openedx.learning.auth.session.login.completed.v1',
      { id: 'x', is_active: true, pii_username: 'u' },
    ],
    [
      'a user number below one',
      'org.openedx.learning.auth.session.login.completed.v1',
      { id: -1, is_active: true, pii_username: 'u' },
    ],
  ] as const)('%s cannot be read', (_, eventType, data) => {
    expect(readFacts(eventType, data)).toHaveProperty('why');
  });
});

describe('times of Python', () => {
  const at = (ms: number, micros = 0) => ms * 1000 + micros;
  it.each([
    ['2026-04-14 07:02:11.482910+00:00', at(Date.UTC(2026, 3, 14, 7, 2, 11), 482_910)],
    ['2026-04-14 07:02:11+00:00', at(Date.UTC(2026, 3, 14, 7, 2, 11))],
    ['2026-04-14 09:02:11.5+02:00', at(Date.UTC(2026, 3, 14, 7, 2, 11), 500_000)],
    ['2026-04-14 07:02:11', at(Date.UTC(2026, 3, 14, 7, 2, 11))],
    ['2026-04-14T07:02:11Z', at(Date.UTC(2026, 3, 14, 7, 2, 11))],
    ['2026-04-14T07:02:11.000123Z', at(Date.UTC(2026, 3, 14, 7, 2, 11), 123)],
  ])('%s', (text, micros) => expect(readDatetime(text)).toBe(micros));

  it.each(['', 'now', '2026-02-31 00:00:00', '2026-13-01 00:00:00', '2026-04-14 25:00:00', '14/04/2026'])(
    '%s is none',
    (text) => expect(readDatetime(text)).toBeUndefined(),
  );

  it('are read from their repr, with and without µs', () => {
    const zone = 'tzinfo=datetime.timezone.utc';
    expect(readDatetimeRepr(`datetime.datetime(2026, 4, 14, 7, 2, 11, 482910, ${zone})`)).toBe(
      at(Date.UTC(2026, 3, 14, 7, 2, 11), 482_910),
    );
    expect(readDatetimeRepr(`datetime.datetime(2026, 4, 2, 6, 0, ${zone})`)).toBe(at(Date.UTC(2026, 3, 2, 6)));
    expect(readDatetimeRepr('datetime.date(2026, 4, 2)')).toBeUndefined();
  });
});
