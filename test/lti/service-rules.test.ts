import { describe, expect, it } from 'vitest';
import type { Reached } from '../../src/http/reach-platform.ts';
import { readSettings } from '../../src/http/settings.ts';
import { isCanvas, scoreBody } from '../../src/lti/ags.ts';
import { backoffOf, waitAfter } from '../../src/lti/backoff.ts';
import type { NoToken } from '../../src/lti/platform-token.ts';
import { platformWords } from '../../src/lti/platform-words.ts';
import {
  isBeside,
  lineItemsOfUrl,
  membersUrl,
  nextPage,
  resultsUrl,
  scoresUrl,
} from '../../src/lti/service-address.ts';
import { isHeld, type Sent, verdictOf } from '../../src/lti/verdict.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');
const DAY = 24 * 3600_000;
const fresh: Sent = { scoreGiven: 5, isUnclear: false, timestamp: NOW, attempts: 0 };

const answered = (status: number, text = '', headers: Record<string, string> = {}): Reached => ({
  ...{ kind: 'answered', status, text, at: NOW },
  headers: new Headers(headers),
});

describe('the verdict on an answer', () => {
  const openedxLate = '{"timestamp":["Score timestamp can only be updated to a later point in time"]}';
  const openedxEqual = '{"timestamp":["Score already exists for the provided timestamp"]}';
  const canvasLate =
    '{"errors":{"type":"bad_request","message":"Provided timestamp of 2026-11-21T08:00:00.000Z before last updated timestamp of 2026-11-21T08:00:01.000Z"}}';
  const canvasFuture =
    '{"errors":{"type":"bad_request","message":"Provided submitted_at timestamp of … in the future"}}';
  const moodleRefused =
    '{"status":400,"reason":"Incorrect score received{\\"userId\\":\\"3\\",\\"timestamp\\":\\"2026\\"}"}';
  const later = (isUnclear: boolean) => ({ kind: 'later', isUnclear });
  const unclear = { ...fresh, isUnclear: true };
  const progress = { ...fresh, scoreGiven: null };

  it.each<[string, Reached | NoToken, Sent, object]>([
    ['200', answered(200), fresh, { kind: 'delivered', status: 200 }],
    ['201', answered(201, '{}'), fresh, { kind: 'delivered', status: 201 }],
    ['204', answered(204), fresh, { kind: 'delivered', status: 204 }],
    ['nothing', { kind: 'unreachable', reason: 'The platform cannot be reached.' }, fresh, later(true)],
    ['more than can be read', { kind: 'too-large', reason: 'x' }, fresh, later(true)],
    ['what is no text', { kind: 'not-utf8', reason: 'x' }, fresh, later(true)],
    ['500', answered(500), fresh, later(true)],
    [
      '503',
      answered(503, '', { 'retry-after': '120' }),
      fresh,
      { kind: 'later', isUnclear: true, retryAfterSeconds: 120 },
    ],
    ['408', answered(408), fresh, later(true)],
    [
      '429',
      answered(429, '', { 'retry-after': '9' }),
      fresh,
      { kind: 'later', isUnclear: false, retryAfterSeconds: 9 },
    ],
    ['302', answered(302), fresh, later(false)],
    ['401', answered(401), fresh, { kind: 'parked', status: 401 }],
    ['403', answered(403, '{"detail":"No."}'), fresh, { kind: 'parked', status: 403, words: 'No.' }],
    ['409', answered(409, 'Conflict'), fresh, { kind: 'compare', mayRetime: true }],
    ['400 of Open edX, earlier', answered(400, openedxLate), fresh, { kind: 'compare', mayRetime: true }],
    ['400 of Open edX, equal', answered(400, openedxEqual), fresh, { kind: 'compare', mayRetime: true }],
    ['400 of Canvas', answered(400, canvasLate), fresh, { kind: 'compare', mayRetime: true }],
    ['400 of Canvas, our clock ahead', answered(400, canvasFuture), fresh, later(false)],
    ['400 of Moodle', answered(400, moodleRefused), fresh, { kind: 'parked', status: 400 }],
    ['400 of Moodle, unclear before', answered(400, moodleRefused), unclear, { kind: 'compare', mayRetime: false }],
    [
      '400 for another reason',
      answered(400, '{"userId":["Unknown."]}'),
      fresh,
      { kind: 'parked', words: 'userId: Unknown.' },
    ],
    ['409 for progress', answered(409), progress, { kind: 'delivered', status: 409 }],
    ['400 for late progress', answered(400, openedxLate), progress, { kind: 'delivered', status: 400 }],
    ['400 for progress, unclear', answered(400, 'No'), { ...progress, isUnclear: true }, { kind: 'parked' }],
    ['404', answered(404), fresh, { kind: 'elsewhere', status: 404 }],
    ['410', answered(410), fresh, { kind: 'elsewhere', status: 410 }],
    [
      '422',
      answered(422, '{"errors":[{"message":"Not a student"}]}'),
      fresh,
      { kind: 'parked', words: 'Not a student' },
    ],
    ['415', answered(415), fresh, { kind: 'parked', words: 'The platform answered 415.' }],
    ['a closed address', { kind: 'closed-address', reason: 'closed' }, fresh, { kind: 'parked', words: 'closed' }],
    [
      'no token just now',
      { kind: 'no-token', isTemporary: true, status: 503, reason: 'x', retryAfterSeconds: 5 },
      fresh,
      { ...later(false), retryAfterSeconds: 5 },
    ],
    [
      'no token',
      { kind: 'no-token', isTemporary: false, status: 400, reason: 'x', retryAfterSeconds: null },
      fresh,
      { kind: 'parked', status: 400 },
    ],
  ])('%s', (_, answer, sent, verdict) => {
    expect(verdictOf(answer, sent, NOW)).toMatchObject(verdict);
  });

  it('loses its patience after two weeks and twenty tries, not after one of them', () => {
    const old = (attempts: number, days: number) =>
      verdictOf(answered(503), { ...fresh, attempts, timestamp: NOW - days * DAY }, NOW).kind;
    expect([old(19, 15), old(18, 15), old(500, 13), old(19, 14)]).toEqual(['parked', 'later', 'later', 'later']);
  });
});

describe('whether a platform holds a score', () => {
  it.each([
    [50, 100, 5, 10, true],
    [66.67, 100, 2, 3, true],
    [66.5, 100, 2, 3, false],
    [0.66667, 1, 2, 3, true],
    [0, 1, 0, 10, true],
    [0, 1, 1, 10, false],
    [10, 10, 12, 10, true],
    [12, 10, 12, 10, true],
    [10, 10, 9, 10, false],
  ])('%d of %d for our %d of %d: %s', (resultScore, resultMaximum, scoreGiven, scoreMaximum, is) => {
    expect(isHeld({ resultScore, resultMaximum }, { scoreGiven, scoreMaximum })).toBe(is);
  });
});

describe('what a platform says', () => {
  it.each([
    ['{"detail":"Authentication credentials were not provided."}', 'Authentication credentials were not provided.'],
    ['{"error":"invalid_client","error_description":"No such key"}', 'No such key'],
    ['{"error":"invalid_client"}', 'invalid_client'],
    ['{"status":409,"reason":"Refusing score"}', 'Refusing score'],
    ['{"errors":{"type":"x","message":"Not a student"}}', 'Not a student'],
    ['["One.","Two."]', 'One. Two.'],
    ['{"scoreMaximum":["Must be > 0."],"userId":["Unknown."]}', 'scoreMaximum: Must be > 0. userId: Unknown.'],
    ['{}', ''],
    ['', ''],
    ['  plain\n\n words ', 'plain words'],
    [
      '<html><head><style>p{}</style></head><body><script>alert(1)</script><h1>502</h1>Bad&nbsp;gateway</body>',
      '502 Bad gateway',
    ],
    ['{"detail":"cut in the mid', '{"detail":"cut in the mid'],
    ['{"detail":"bad token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"}', 'bad token …'],
    ['Authorization: Bearer abc123 is wrong', 'Authorization: … is wrong'],
  ])('%s', (text, words) => {
    expect(platformWords(text)).toBe(words);
  });

  it('is cut at 500 characters', () => {
    expect(platformWords('x'.repeat(4000))).toHaveLength(500);
    expect(platformWords(`{"detail":"${'y'.repeat(4000)}"}`)).toHaveLength(500);
  });

  it('costs little, however hostile', () => {
    for (const text of [
      '<'.repeat(4096),
      '<script'.repeat(600),
      `${'['.repeat(2000)}${']'.repeat(2000)}`,
      '{"a":['.repeat(700),
    ])
      expect(platformWords(text).length).toBeLessThanOrEqual(500);
  });
});

describe('addresses of services', () => {
  it.each([
    ['https://lms.mw/lineitem', 'https://lms.mw/lineitem/scores'],
    ['https://lms.mw/lineitem/', 'https://lms.mw/lineitem/scores'],
    ['https://lms.mw/lineitem?type_id=3', 'https://lms.mw/lineitem/scores?type_id=3'],
    ['https://lms.mw/a%2Fb/lineitem?x=a?b&y=%20#top', 'https://lms.mw/a%2Fb/lineitem/scores?x=a?b&y=%20'],
  ])('scores of %s are at %s', (lineItem, scores) => {
    expect(scoresUrl(lineItem)).toBe(scores);
  });

  it('of results, line items and members keep path and query', () => {
    expect(resultsUrl('https://lms.mw/l?type_id=3', 'a b')).toBe('https://lms.mw/l/results?type_id=3&user_id=a+b');
    expect(lineItemsOfUrl('https://lms.mw/lineitems?type_id=3', 'block-v1:A+B')).toBe(
      'https://lms.mw/lineitems?type_id=3&resource_link_id=block-v1%3AA%2BB',
    );
    expect(lineItemsOfUrl('https://lms.mw/lineitems/', 'x')).toBe('https://lms.mw/lineitems/?resource_link_id=x');
    expect(membersUrl('https://lms.mw/members', 250)).toBe('https://lms.mw/members?limit=250');
    expect(membersUrl('https://lms.mw/members?limit=5', 250)).toBe('https://lms.mw/members?limit=5');
  });

  it.each([
    ['https://lms.mw/a', 'https://lms.mw/b?x', true],
    ['https://lms.mw/a', 'http://lms.mw/b', false],
    ['https://lms.mw/a', 'https://lms.mw:8443/b', false],
    ['https://lms.mw/a', 'https://lms.mw.evil.example/b', false],
    ['javascript:alert(1)', 'javascript:alert(2)', false],
    ['nonsense', 'https://lms.mw/b', false],
  ])('%s beside %s: %s', (address, asked, is) => {
    expect(isBeside(address, asked)).toBe(is);
  });

  it.each([
    ['<https://lms.mw/m?Page=2&B=a%20b>; rel="next"', 'https://lms.mw/m?Page=2&B=a%20b'],
    ['<https://lms.mw/1>; rel="prev", <https://lms.mw/3>; rel=next', 'https://lms.mw/3'],
    ['<https://lms.mw/1,2>; title="a, b"; rel="last next"', 'https://lms.mw/1,2'],
    ['</m?page=2>; REL="Next"', 'https://lms.mw/m?page=2'],
    ['<https://lms.mw/1>; rel="nextish"', undefined],
    ['<https://lms.mw/1>; title="rel=next"', undefined],
    ['rel="next"', undefined],
    ['<'.repeat(9000), undefined],
    ['', undefined],
  ])('the page after %s', (link, next) => {
    expect(nextPage(new Headers({ link }), 'https://lms.mw/m')).toBe(next);
  });
});

describe('a score', () => {
  const score = { userId: '3', timestamp: NOW, score: { given: 1, maximum: 3 }, startedAt: NOW, submittedAt: null };
  it('tells Canvas alone to make no new submission', () => {
    expect([isCanvas('https://canvas.instructure.com'), isCanvas('https://canvas.beta.instructure.com')]).toEqual([
      true,
      true,
    ]);
    expect([isCanvas('https://instructure.com.evil.example'), isCanvas('https://lms.mw'), isCanvas('x')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(scoreBody(score, 'https://lms.mw')).toEqual({
      userId: '3',
      timestamp: '2026-11-21T08:00:00.000Z',
      activityProgress: 'Completed',
      gradingProgress: 'FullyGraded',
      scoreGiven: 1,
      scoreMaximum: 3,
      submission: { startedAt: '2026-11-21T08:00:00.000Z' },
    });
  });
});

describe('the wait after a try', () => {
  const settings = { passbackBackoffMs: null } as Parameters<typeof backoffOf>[0];
  it('doubles from 30 s to an hour, give or take a fifth, and is never shorter than asked', () => {
    const at = (random: number) => ({ ...backoffOf(settings), random: () => random });
    expect([1, 2, 8, 99].map((tries) => waitAfter(tries, at(0.5), null))).toEqual([
      30_000, 60_000, 3_600_000, 3_600_000,
    ]);
    expect([waitAfter(1, at(0), null), waitAfter(1, at(1), null)]).toEqual([24_000, 36_000]);
    expect([waitAfter(1, at(0), 90), waitAfter(9, at(0), 90)]).toEqual([90_000, 2_880_000]);
  });

  it('is shorter on a local run that says so', () => {
    const from = (more: object) => backoffOf(readSettings(more as Env));
    const local = { ...from({ ENVIRONMENT: 'local', VE_PASSBACK_BACKOFF_MS: '100' }), random: () => 0.5 };
    expect([1, 2, 9].map((tries) => waitAfter(tries, local, null))).toEqual([100, 200, 200]);
    for (const more of [{ VE_PASSBACK_BACKOFF_MS: '100' }, { ENVIRONMENT: 'local', VE_PASSBACK_BACKOFF_MS: '0' }])
      expect(from(more).baseMs).toBe(30_000);
  });
});
