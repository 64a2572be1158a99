import type { JWTPayload } from 'jose';
import type { World } from '../world.ts';
import { addLink, type NewLink, removeLink } from './add-link.ts';
import { type Authorisation, authorise, signed } from './authorise.ts';
import { claimsOf } from './claims.ts';
import { type CoursePerson, peopleOf, personIn, subjectOf } from './course-people.ts';
import { type Grade, gradebook } from './gradebook.ts';
import { rotateKeys, signingKey } from './keys.ts';
import type { LineItem, Link, LtiSettings, LtiState, Result, ScorePost, Tool } from './lti-state.ts';
import { type Mode, modes } from './modes.ts';
import { address, toolOf } from './places.ts';
import { type RegistrationBody, registrationBody } from './registration-body.ts';
import { type LoginInitiation, startLaunch } from './start-launch.ts';

type LaunchOptions = { kind?: 'resource' | 'deep-linking'; documentTarget?: 'iframe' | 'window' };

/** What tests and the server do with the LTI side of the stand-in. */
export type Lti = {
  mode: Mode;
  readonly settings: LtiSettings;
  readonly tools: readonly Tool[];
  /** The tool that launches in a mode, the present one when none is named. Its fields may be set. */
  readonly tool: (mode?: Mode) => Tool;
  readonly links: readonly Link[];
  readonly addLink: (link: NewLink) => Link;
  readonly removeLink: (link: Link) => void;
  readonly lineItems: LineItem[];
  readonly results: LtiState['results'];
  /** Every request to a score service, the oldest first. */
  readonly posts: ScorePost[];
  readonly people: (courseKey: string) => CoursePerson[];
  /** What the tool knows somebody by. */
  readonly subject: (username: string, mode?: Mode) => string;
  readonly gradebook: (courseKey?: string) => Grade[];
  /** One cell of it. */
  readonly grade: (username: string, link: Link) => Grade | undefined;
  readonly registration: (mode?: Mode) => RegistrationBody;
  /** Begins a launch: what the browser is sent to the tool with. */
  readonly makeLaunch: (username: string, link: Link, options?: LaunchOptions) => LoginInitiation;
  /** The same as a request that a browser would make. */
  readonly loginRequest: (username: string, link: Link, options?: LaunchOptions) => Request;
  /** Answers the authorisation request that the tool redirected to: the form that goes back to it, or a page. */
  readonly authorise: (url: string) => Promise<Authorisation>;
  /** What an id_token for this person and link says now. */
  readonly claims: (username: string, link: Link, options?: LaunchOptions & { nonce?: string }) => JWTPayload;
  /** Signs any claims with the platform's key. */
  readonly sign: (claims: JWTPayload, header?: Record<string, unknown>) => Promise<string>;
  /** A new key signs; the old stay in the key set unless dropped. Resolves to the new `kid`. */
  readonly rotateKeys: (options?: { drop?: boolean }) => Promise<string>;
  /** The `kid` that signs now. */
  readonly currentKey: () => Promise<string>;
  /** Lets go of every access token, as a platform that was restarted. */
  readonly forgetTokens: () => void;
  readonly allResults: () => Result[];
};

export function ltiHandle(world: World): Lti {
  const { lti } = world;
  const loginOf: Lti['makeLaunch'] = (username, link, options = {}) =>
    startLaunch(world, { username, link, courseKey: link.courseKey, ...options });
  return {
    get mode() {
      return lti.mode;
    },
    set mode(mode) {
      lti.mode = mode;
    },
    settings: lti.settings,
    tools: lti.tools,
    tool: (mode = lti.mode) => toolOf(world, mode),
    links: lti.links,
    addLink: (link) => addLink(world, link),
    removeLink: (link) => removeLink(world, link),
    lineItems: lti.lineItems,
    results: lti.results,
    posts: lti.posts,
    people: (courseKey) => peopleOf(world, courseKey),
    subject: (username, mode = lti.mode) => {
      const person = world.people.get(username);
      if (!person) throw new Error(`There is no user ${username}`);
      return subjectOf(mode, person);
    },
    gradebook: (courseKey) => gradebook(world, courseKey),
    grade: (username, link) => {
      const item = lti.lineItems.find((one) => one.link === (link.block ?? link.number));
      return gradebook(world, link.courseKey).find((one) => one.username === username && one.lineItem === item?.number);
    },
    registration: (mode) => registrationBody(world, mode),
    makeLaunch: loginOf,
    loginRequest: (username, link, options) => {
      const { method, url, params } = loginOf(username, link, options);
      return new Request(url, { method, ...(method === 'POST' && { body: new URLSearchParams(params) }) });
    },
    authorise: async (url) => {
      const { origin, pathname, searchParams } = new URL(url);
      const mode = modes.find((one) => address(world, one, 'authorise') === origin + pathname);
      if (!mode) throw new Error(`${origin}${pathname} is no authorisation endpoint of this platform`);
      return await authorise(world, mode, Object.fromEntries(searchParams));
    },
    claims: (username, link, { kind = 'resource', documentTarget = 'iframe', nonce = 'nonce' } = {}) => {
      const { courseKey } = link;
      const who = personIn(world, courseKey, username);
      if (!who) throw new Error(`${username} is nobody in ${courseKey}`);
      return claimsOf(world, { tool: toolOf(world, lti.mode), link, courseKey, who, kind, documentTarget, nonce });
    },
    sign: (claims, header) => signed(world, claims, header),
    rotateKeys: (options) => rotateKeys(world, options),
    currentKey: async () => (await signingKey(world)).kid,
    forgetTokens: () => lti.tokens.clear(),
    allResults: () => [...lti.results.values()],
  };
}
