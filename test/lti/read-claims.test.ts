import { describe, expect, it } from 'vitest';
import type { Launch } from '../../src/lti/launch.ts';
import { readClaims } from '../../src/lti/read-claims.ts';
import {
  AGS,
  type Claims,
  canvasClaims,
  DEEP_LINKING_SETTINGS,
  deepLinkingClaims,
  goodClaims,
  ISSUER,
  lti,
  membership,
  moodleClaims,
  NRPS,
  openEdxClaims,
  openEdxDeepLinkingClaims,
  TARGET,
} from './a-launch.ts';

/** What claims say, as JSON brings them. */
function launchOf(claims: Claims): Launch {
  const sent = JSON.parse(JSON.stringify(claims)) as Claims;
  const read = readClaims(sent, { targetLinkUri: TARGET, deploymentId: null, allowAnonymous: false });
  if (typeof read === 'string') throw new Error(`refused: ${read}`);
  return read;
}

const long = 'x'.repeat(256);

describe('a launch says what the platform said', () => {
  it('when it sent everything', () => {
    expect(launchOf(goodClaims())).toEqual({
      messageType: 'LtiResourceLinkRequest',
      deploymentId: 'deployment-1',
      sub: 'user-1',
      roles: [membership('#Learner')],
      targetLinkUri: TARGET,
      context: { id: 'course-1', title: 'Mathematics' },
      resourceLink: { id: 'link-1', title: 'Algebra test' },
      name: 'Chikondi Banda',
      email: 'chikondi@example.org',
      preferredUsername: null,
      custom: { unit: 'u1' },
      grades: {
        scopes: [
          'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem',
          'https://purl.imsglobal.org/spec/lti-ags/scope/score',
        ],
        lineItem: `${ISSUER}/course-1/lineitems/1`,
        lineItems: `${ISSUER}/course-1/lineitems`,
      },
      rosterUrl: `${ISSUER}/course-1/members`,
      deepLinking: null,
    });
  });

  it('when it is Open edX', () => {
    expect(launchOf(openEdxClaims())).toMatchObject({
      sub: '5b0ad1d8-8d3e-4d0b-9c2f-3a0f0a1c9b77',
      name: null,
      email: null,
      context: { id: 'course-v1:Org+C+R', title: 'Course - Org' },
      resourceLink: { id: 'block-v1:Org+C+R+type@lti_consumer+block@6f1c0a9b7d3e4f5a8b2c1d0e9f8a7b6c', title: null },
      custom: { unit: 'u1' },
      grades: { lineItem: `${ISSUER}/api/lti_consumer/v1/lti/7/lti-ags/3` },
      rosterUrl: `${ISSUER}/api/lti_consumer/v1/lti/7/memberships`,
    });
    expect(launchOf(openEdxClaims({ preferred_username: 'chikondi_b' })).preferredUsername).toBe('chikondi_b');
  });

  it('when it is Open edX asking for deep linking, with a resource link and no services', () => {
    expect(launchOf(openEdxDeepLinkingClaims())).toMatchObject({
      resourceLink: { id: expect.stringContaining('block-v1:') },
      grades: null,
      rosterUrl: null,
      custom: {},
      deepLinking: {
        returnUrl: `${ISSUER}/api/lti_consumer/v1/lti/7/lti-dl/response`,
        acceptTypes: ['ltiResourceLink', 'link', 'html', 'image'],
        acceptMultiple: true,
        acceptLineItem: null,
        data: null,
      },
    });
  });

  it('when it is Moodle, whose line item has a query', () => {
    expect(launchOf(moodleClaims())).toMatchObject({
      name: 'Thokozani Phiri',
      email: 'thoko@example.org',
      grades: { lineItem: `${ISSUER}/mod/lti/services.php/2/lineitems/5/lineitem?type_id=3` },
    });
  });

  it('when it is Canvas, which may name no line item', () => {
    expect(launchOf(canvasClaims())).toMatchObject({
      context: { id: '4dde05e8ca1973bcca9bffc13e1548820eee93a3', title: 'Mathematics' },
      custom: {},
      grades: { lineItem: null, lineItems: `${ISSUER}/api/lti/courses/2/line_items` },
    });
  });

  it('and nothing of deep linking where it did not ask for it', () => {
    expect(
      launchOf(
        deepLinkingClaims({ [lti('message_type')]: 'LtiResourceLinkRequest', [lti('resource_link')]: { id: 'a' } }),
      ).deepLinking,
    ).toBeNull();
  });

  it('when it asks for deep linking: with what the response has to echo', () => {
    const launch = launchOf(deepLinkingClaims());
    expect(launch.resourceLink).toBeNull();
    expect(launch.deepLinking).toEqual({
      returnUrl: `${ISSUER}/deep-links`,
      acceptTypes: ['link', 'ltiResourceLink'],
      acceptMultiple: true,
      acceptLineItem: true,
      data: 'opaque',
    });
    const deepLinkingOf = (settings: object) =>
      launchOf(deepLinkingClaims({ [DEEP_LINKING_SETTINGS]: settings })).deepLinking;
    const scarce = { deep_link_return_url: 'http://localhost:8080/x?a=1#b', accept_types: [] };
    const read = { returnUrl: scarce.deep_link_return_url, acceptTypes: [], acceptMultiple: false };
    expect(deepLinkingOf(scarce)).toEqual({ ...read, acceptLineItem: null, data: null });
    expect(deepLinkingOf({ ...scarce, accept_lineitem: false, data: '' })).toMatchObject({
      acceptLineItem: false,
      data: '',
    });
    const wrong = { accept_multiple: 'yes', accept_lineitem: 'yes', data: { a: 1 } };
    expect(deepLinkingOf({ ...scarce, ...wrong })).toEqual({ ...read, acceptLineItem: null, data: null });
  });
});

describe('what a platform may leave out is left out when it makes no sense:', () => {
  const nonsense = [null, true, 1, '', 'text', [], [{}], {}, { id: 1 }, { id: '' }, { id: long }];
  const places = [...nonsense, { title: 'no id' }, { id: 'é' }, ['course-1'], { id: ['course-1'] }];
  const emails = [...nonsense, 'a@', '@b', 'a b@c', 'a@b@c', `a@${long}`, 'a@b\n'];
  const lists = [true, 1, '', 'text', ['a'], [{}], null, {}, { a: null, b: 1, c: ['x'] }];
  const noScopes = [{ lineitem: ISSUER }, { scope: 'a', lineitem: ISSUER }, { scope: [1], lineitem: ISSUER }];
  const noAddress = [{ scope: [] }, { scope: [], lineitem: 'ftp://x/' }, { scope: [], lineitems: `${ISSUER}/\n` }];
  const rosters = [...nonsense, { context_memberships_url: 1 }, { context_memberships_url: 'members' }];

  it.each<[string, string, keyof Launch, unknown[], unknown]>([
    ['the context', lti('context'), 'context', places, null],
    ['the e-mail address', 'email', 'email', emails, null],
    ['the user name', 'preferred_username', 'preferredUsername', [null, 1, '', [], {}, long, 'a\u0007'], null],
    ['custom parameters', lti('custom'), 'custom', lists, {}],
    ['grades', AGS, 'grades', [...nonsense, ...noScopes, ...noAddress], null],
    ['the roster', NRPS, 'rosterUrl', rosters, null],
    ['the whole name', 'name', 'name', [null, 1, '', '  ', [], {}, '\u0000\n'], 'Chikondi Banda'],
  ])('%s', (_what, name, field, values, expected) => {
    for (const value of values)
      expect(launchOf(goodClaims({ [name]: value }))[field], JSON.stringify(value)).toEqual(expected);
  });

  it('a resource link in a deep linking request', () => {
    for (const value of places)
      expect(launchOf(deepLinkingClaims({ [lti('resource_link')]: value })).resourceLink).toBeNull();
  });

  it('the whole name, which is put together from its parts', () => {
    const nameOf = (claims: Claims) => launchOf(goodClaims(claims)).name;
    expect(nameOf({ name: undefined, given_name: undefined })).toBe('Banda');
    expect(nameOf({ name: undefined, family_name: 7 })).toBe('Chikondi');
    expect(nameOf({ name: undefined, given_name: '', family_name: null })).toBeNull();
    expect(nameOf({ name: 'Mada' })).toBe('Mada');
  });

  it('a title that is none; others are cut and stand on one line', () => {
    const titleOf = (title: unknown) => launchOf(goodClaims({ [lti('context')]: { id: 'a', title } })).context?.title;
    for (const none of [1, null, '', ' ', '\u0000']) expect(titleOf(none)).toBeNull();
    expect(titleOf(' Algebra\r\n\u0000test ')).toBe('Algebra test');
    expect(titleOf('Zoë 😀')).toBe('Zoë 😀');
    expect(titleOf('a\u2028b\u202Ec\u2066d')).toBe('a b c d');
    expect(titleOf('x'.repeat(300))).toBe('x'.repeat(255));
    expect(titleOf(`${'x'.repeat(254)}😀`)?.isWellFormed()).toBe(true);
  });

  it('one address of grades, and the good one beside it stays', () => {
    const grades = { scope: ['a'], lineitem: 'javascript:x', lineitems: `${ISSUER}/items` };
    const read = { scopes: ['a'], lineItem: null, lineItems: `${ISSUER}/items` };
    expect(launchOf(goodClaims({ [AGS]: grades })).grades).toEqual(read);
  });

  it('a custom parameter that is no text; empty and unresolved ones stay', () => {
    const texts = { empty: '', text: 'x', unresolved: '$User.id' };
    const custom = { ...texts, null: null, number: 1, list: ['x'], object: { a: 'b' } };
    expect(launchOf(goodClaims({ [lti('custom')]: custom })).custom).toEqual(texts);
  });
});

describe('custom parameters', () => {
  it('may have names that every object has', () => {
    const json = '{"unit":"u1","__proto__":"a","constructor":"b","hasOwnProperty":"c"}';
    const { custom } = launchOf(goodClaims({ [lti('custom')]: JSON.parse(json) }));
    expect(JSON.stringify(custom)).toBe(json);
    const nested = JSON.parse('{"__proto__":{"assessment_id":"asm_1"}}') as unknown;
    expect(launchOf(goodClaims({ [lti('custom')]: nested })).custom.assessment_id).toBeUndefined();
  });

  it('are undefined when nobody sent them, whatever their name', () => {
    for (const custom of [undefined, {}]) {
      const none = launchOf(goodClaims({ [lti('custom')]: custom })).custom;
      for (const name of ['constructor', '__proto__', 'toString', 'assessment_id']) expect(none[name]).toBeUndefined();
    }
  });
});
