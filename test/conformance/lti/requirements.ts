import { it } from 'vitest';

/*
 * What an LTI 1.3 Advantage tool must do, each with the clause it comes from; "own" where it is ours. The tests of this room name
 * what they prove by these ids, and requirements.test.ts sees to it that none is left without a test.
 */

const CORE = 'lti-core-v1p3';
const SECURITY = 'security-v1p0';
const DEEP_LINKS = 'lti-dl-v2p0';
const AGS = 'lti-ags-v2p0';
const NRPS = 'lti-nrps-v2p0';

export const requirements = {
  // Login and launch: login initiation
  'login.methods': ['login initiation by GET and by POST', `${SECURITY} §5.1.1.1`],
  'login.parameters': ['a parameter missing or named twice never leads anywhere else', `${SECURITY} §5.1.1.1`],
  'login.question': [
    'the authentication request as the clause has it, with the one redirect URI',
    `${SECURITY} §5.1.1.2`,
  ],
  'login.registration': ['a registration is known by issuer and client id together', `${CORE} §3.1.3`],
  'login.deployments': ['deployments belong to one registration', `${CORE} §3.1.3`],
  'login.ambiguous': [
    'no client id and several registrations: a named error, never the first one',
    'lti-cs-oidc-v0p1 §4.1',
  ],
  'login.target': ['the target is on our origin', `${SECURITY} §5.1.1.1`],
  'login.hint': ['`lti_message_hint` goes back byte for byte', `${CORE} §4.1.1`],
  'login.record': ['state and nonce: one record, one use, ten minutes', `${SECURITY} §5.1.1.2`],

  // Login and launch: the token, in the order it is checked
  'token.size': ['a body of 64 KB at most', 'own'],
  'token.parts': ['a JWT in three parts', 'RFC 7515 §7.1'],
  'token.algorithm': ['RS256 only, whatever the token says', 'RFC 8725 §3.1'],
  'token.kid': ['`kid` required even when the set has one key', `${SECURITY} §6.3`],
  'token.new-kid': ['an unknown `kid`: one fetch, then a cooldown', `${SECURITY} §6.3`],
  'token.key-headers': ['`jku`, `x5u`, `jwk`, `x5c` are ignored', 'RFC 8725 §3.10'],
  'token.crit': ['an unknown `crit` is refused', 'RFC 7515 §4.1.11'],
  'token.signature': ['the signature of the platform', `${SECURITY} §5.1.3 no. 1`],
  'token.iss': ['`iss` exactly', `${SECURITY} §5.1.3 no. 2`],
  'token.aud': ['`aud` is or contains our client id, and no other', `${SECURITY} §5.1.3 no. 3`],
  'token.azp': ['`azp`, if present, is our client id', `${SECURITY} §5.1.3 no. 5`],
  'token.times': ['`exp` and `iat` required, and numbers', `${SECURITY} §5.1.2`],
  'token.skew': ['60 s of skew, no older than an hour, `nbf` honoured', `${SECURITY} §5.1.3 no. 7, 8`],
  'token.nonce': ['the nonce of this login', `${SECURITY} §5.1.3 no. 9`],
  'token.state': ['the state is known, unused, and of this browser', `${SECURITY} §7.3.1`],
  'token.last': ['the nonce is used up last and atomically: a bad token burns nothing', 'own'],
  'token.version': ['`version` is exactly 1.3.0', `${CORE} §5.3.2`],
  'token.message': ['`message_type` is one of ours', `${CORE} §5.3.1`],
  'token.deployment': ['`deployment_id` is a known text, and the one the login named', `${CORE} §5.3.3, §4.1.2`],
  'token.roles': ['`roles` is a list', `${CORE} §5.3.7`],
  'token.resource-link': ['a resource link launch names its link', `${CORE} §5.3.5`],
  'token.deep-linking': ['a deep linking request has settings with a return address', `${DEEP_LINKS} §4.4.1`],
  'token.target': ['the signed target is the one of the login', `${CORE} §5.3.4`],
  'token.sub': ['`sub`: 1 to 255 ASCII characters, absent only where the registration allows it', `${CORE} §5.3.6`],

  // Login and launch: what is accepted
  'accept.nobody': ['no personal data at all', `${CORE} §5.3.6`],
  'accept.email': ['an e-mail address only', `${CORE} §5.3.6`],
  'accept.names': ['names only', `${CORE} §5.3.6`],
  'accept.no-roles': ['`roles` of `[]` and `[""]` give nothing', `${CORE} §5.3.7`],
  'accept.odd-roles': ['short and unknown roles', `${CORE} §A.2.3`],
  'accept.no-context': ['no context', `${CORE} §5.4.1`],
  'accept.unknown-claims': ['claims nobody knows', `${CORE} §4.3`],
  'accept.empty-custom': ['empty custom values', `${CORE} §5.4.6`],
  'accept.tabs': ['several tabs, finished in any order', 'own'],
  'accept.new-key': ['a key that is new since the last fetch', `${SECURITY} §6.3`],

  // Login and launch: roles
  'roles.whole': ['roles are compared whole: a teaching assistant is no instructor', `${CORE} §A.2.3`],
  'roles.custom': ['a learner with `custom_role=admin` stays a student', `${CORE} §5.4.6`],
  'roles.held': ["a platform's role holds only in that platform's contexts", `${CORE} §A.2.3`],
  'roles.session': ['the role of a launch holds for its session, whatever the user is here', 'own'],

  // Login and launch: the browser
  'browser.cookie': ['bound by a partitioned cookie', 'lti-cs-oidc-v0p1'],
  'browser.page': ['bound by a secret that a page of ours kept', 'own'],
  'browser.platform': ["bound by the platform's storage, at the origin of its authorisation address", 'lti-pm-s-v0p1'],
  'browser.window': ['bound in a window of its own', 'own'],
  'browser.never-unbound': ['never launched unbound', `${SECURITY} §7.3.1`],
  'browser.session': ['the session is a `__Host-`, `SameSite=None; Partitioned` cookie', 'own'],
  'browser.second-code': ['where no cookie sticks, a second one-time code opens a window by POST', 'own'],
  'browser.words': ['an error page says which step failed and what to do', 'own'],
  'browser.code': ["a one-time code becomes the page's own token; no session id in an address", 'own'],
  'browser.error': ['the platform posts `error` and `state`: a page, the state used up', `${SECURITY} §5.1.1.5`],
  'browser.replay': ['a replay is told to open it again from the course', `${SECURITY} §5.1.3 no. 9`],
  'browser.frames': ["`frame-ancestors` is the registration's `frameOrigins`, on every page", 'own'],
  'browser.frames-prefilled': ['prefilled with the issuer, its siblings, and every host of Canvas', 'own'],

  // After the launch
  'after.user': ['a user is issuer, client and sub', `${CORE} §3.1.3`],
  'after.email': ['nobody is linked by an e-mail address alone', 'own'],
  'after.verified': ['a user whom the platform vouches for by a verified identity is that user', 'own'],
  'after.context': ['a context is a course; an Open edX context id is the course key', `${CORE} §5.4.1`],
  'after.by-parameter': ['a link carries an assessment by its custom parameter', `${CORE} §5.4.6`],
  'after.by-item': ['a link carries an assessment by its deep linking item', `${DEEP_LINKS} §3.1`],
  'after.by-instructor': ['a link carries what an instructor chose at its first launch', 'own'],
  'after.unknown-assessment': ['an assessment that is not there, or not published, is said so', 'own'],
  'after.student': ['a student lands on the start page', 'own'],
  'after.instructor': ['an instructor lands on the desk of the link', 'own'],
  'after.facts': ['`GET /auth/me` tells the launch', 'own'],
  'after.blocked': ['who is blocked here does not get in', 'own'],
  'after.round-trips': ['a login and its launch take four round trips to D1', 'own'],
  'deep.items': ['an instructor picks assessments, with line items, and the answer is signed', `${DEEP_LINKS} §4.4.3`],
  'deep.data': ['`data` comes back unchanged', `${DEEP_LINKS} §4.4.3`],
  'deep.types': ['only types, and as many items, as the platform accepts', `${DEEP_LINKS} §4.4.1`],
  'deep.issuer': ['`iss` is the client id', `${SECURITY} §5.2.1`],
  'deep.once': ['the code of the picker answers once', 'own'],
  'deep.own': ['nothing of another course is offered or taken', 'own'],

  // Scores and rosters: scores
  'score.event': ['an attempt that is finished sends its grade', `${AGS} §3.4`],
  'score.row': ['one row for registration, line item and user: two links, two grades', `${AGS} §3.1`],
  'score.method': ['the grade is the one by the grading method', 'own'],
  'score.coalesced': ['grades that wait are one, the last', `${AGS} §3.4.5`],
  'score.address': ['`{path}/scores{?query}`', `${AGS} §3.4`],
  'score.types': ['the exact media types', `${AGS} §3.4`],
  'score.agent': ['a User-Agent on every request', 'own (Canvas)'],
  'score.body': ['user, timestamp, progress, score and maximum', `${AGS} §3.4.1–3.4.9`],
  'score.progress': ['progress only while no final score was delivered', `${AGS} §3.4.8`],
  'score.final': ['FullyGraded when final, a score of 0 too', `${AGS} §3.4.8`],
  'score.line-item': ['the line item is looked for where a launch names none', `${AGS} §3.2`],

  // Scores and rosters: tokens
  'service.assertion': [
    'an assertion: `iat` ten seconds back, `jti` never twice, the right `aud`',
    `${SECURITY} §4.1.1`,
  ],
  'service.cache': ['a token is kept by registration and scopes', `${SECURITY} §4.1.1`],
  'service.scope': ['the granted scope is compared with the asked one', 'RFC 6749 §5.1'],
  'service.refused': ['one more try with a fresh token on 401 and on 403', 'RFC 6750 §3.1'],
  'service.clock': ['clocks half a minute apart, either way', `${SECURITY} §4.1.1`],

  // Scores and rosters: what is done about an answer
  'answer.delivered': ['2xx: delivered, and not sent again', `${AGS} §3.4`],
  'answer.later': ['no answer, 429, 5xx: later, not before `Retry-After`', 'RFC 9110 §10.2.3'],
  'answer.timestamp': ['a refused timestamp after an unclear try: what is held decides', `${AGS} §3.4.5`],
  'answer.gone': ['404: the line items are read again', `${AGS} §3.2`],
  'answer.parked': ["another refusal is parked with the platform's words, and sent again by hand", `${AGS} §3.4`],
  'answer.away': ['a platform away for twenty tries or two days loses nothing and gets each score once', 'own'],

  // Scores and rosters: quirks
  'quirk.openedx-zero': ['Open edX: a score of 0 is stored, never published', 'own'],
  'quirk.openedx-maximum': ["Open edX: a line item's maximum is an integer", 'own'],
  'quirk.openedx-timestamp': ['Open edX: an equal timestamp is refused', 'own'],
  'quirk.moodle-seconds': ['Moodle: whole seconds', 'own'],
  'quirk.moodle-token': ['Moodle: a token lives 60 s', 'own'],
  'quirk.canvas-issuer': ['Canvas: one issuer for everybody', 'own'],
  'quirk.canvas-submission': ['Canvas: a grade is no new submission', 'own'],
  'quirk.canvas-deployments': ['Canvas: a new deployment waits for approval', 'own'],
  'roster.read': ['the roster is read page by page, as `Link` says', `${NRPS} §2.4`],
  'roster.absent': ['grades and rosters that are not offered are missed politely', `${NRPS} §2`],

  // Bad input
  'bad.page': ['a refusal is a page with a code: no session, no way on to the target', 'own'],
  'bad.log': ['nothing secret is logged', 'own'],
  'bad.size': ['what is too large', 'own'],
  'bad.truncated': ['what is cut off', 'own'],
  'bad.type': ['another content type, another method, another path', 'own'],
  'bad.keys': ['a key set that is a page, 10 MB, slow, elsewhere, private, or none', 'own'],
  'bad.links': ['`Link` headers to other places', 'own'],
  'bad.flood': ['more than a school sends: told to wait', 'own'],
  'bad.kids': ['hundreds of unknown `kid`s: bounded work', 'own'],
  'bad.crowd': ['a class that launches at once while no key is known: one fetch', 'own'],
} as const satisfies Record<string, readonly [requirement: string, clause: string]>;

type Requirement = keyof typeof requirements;

/** A test of some requirements. They stand before its sentence, so that a failing one says what it is about. */
export const proves = (which: readonly Requirement[], sentence: string, test: () => Promise<void>) =>
  it(`[${which.join(' ')}] ${sentence}`, test);
