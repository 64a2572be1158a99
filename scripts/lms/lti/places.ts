import type { World } from '../world.ts';
import type { LineItem, Link, Tool } from './lti-state.ts';
import type { Mode } from './modes.ts';
import { steadyHex, steadyUuid } from './steady-ids.ts';

/** What one Open edX component is known by to tools. */
const PASSPORT = steadyUuid('passport of the stand-in');

const consumer = '/api/lti_consumer/v1';
const services = '/mod/lti/services.php';

/** Where each platform has its endpoints, as patterns of routes. `place` is a block in Open edX, a course elsewhere. */
export const routes = {
  openedx: {
    authorise: `${consumer}/launch/`,
    token: `${consumer}/token/${PASSPORT}`,
    keys: `${consumer}/public_keysets/${PASSPORT}`,
    lineItems: `${consumer}/lti/:place/lti-ags`,
    lineItem: `${consumer}/lti/:place/lti-ags/:item`,
    scores: `${consumer}/lti/:place/lti-ags/:item/scores`,
    results: `${consumer}/lti/:place/lti-ags/:item/results`,
    result: `${consumer}/lti/:place/lti-ags/:item/results/:who`,
    members: `${consumer}/lti/:place/memberships`,
    deepLinkReturn: `${consumer}/lti/:place/lti-dl/response`,
  },
  moodle: {
    authorise: '/mod/lti/auth.php',
    token: '/mod/lti/token.php',
    keys: '/mod/lti/certs.php',
    lineItems: `${services}/:place/lineitems`,
    lineItem: `${services}/:place/lineitems/:item/lineitem`,
    scores: `${services}/:place/lineitems/:item/lineitem/scores`,
    results: `${services}/:place/lineitems/:item/lineitem/results`,
    result: `${services}/:place/lineitems/:item/lineitem/results/:who/result`,
    members: `${services}/CourseSection/:place/bindings/:binding/memberships`,
    deepLinkReturn: '/mod/lti/contentitem_return.php',
  },
  canvas: {
    authorise: '/api/lti/authorize_redirect',
    token: '/login/oauth2/token',
    keys: '/api/lti/security/jwks',
    lineItems: '/api/lti/courses/:place/line_items',
    lineItem: '/api/lti/courses/:place/line_items/:item',
    scores: '/api/lti/courses/:place/line_items/:item/scores',
    results: '/api/lti/courses/:place/line_items/:item/results',
    result: '/api/lti/courses/:place/line_items/:item/results/:who',
    members: '/api/lti/courses/:place/names_and_roles',
    deepLinkReturn: '/courses/:place/deep_linking_response',
  },
} as const satisfies { [M in Mode]: Record<string, string> };

type Service = keyof (typeof routes)['openedx'];

/** The address of a service; Moodle's carry the tool type in their query. */
export function address(
  world: World,
  mode: Mode,
  service: Service,
  parts: { place?: number | string; item?: number | string; who?: string; binding?: number; query?: string } = {},
): string {
  const path = routes[mode][service].replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(parts[name as keyof typeof parts] ?? '')),
  );
  return world.origin + path + (parts.query ? `?${parts.query}` : '');
}

/** Moodle's and Canvas's number of a course. */
export const courseNumber = (world: World, courseKey: string) => [...world.courses.keys()].indexOf(courseKey) + 2;

export const courseOfNumber = (world: World, number: string): string | undefined =>
  [...world.courses.keys()][Number(number) - 2];

export const linkOf = (world: World, number: number | null): Link | undefined =>
  world.lti.links.find((one) => one.number === number);

export const itemOf = (world: World, number: number): LineItem | undefined =>
  world.lti.lineItems.find((one) => one.number === number);

/** The tool that launches in this mode: of several the one made active last. */
export function toolOf(world: World, mode: Mode): Tool {
  const tool = world.lti.tools.findLast((one) => one.mode === mode && one.isActive);
  if (!tool) throw new Error(`No tool in ${mode}`);
  return tool;
}

/** Open edX knows only the block, also when deep linking chose what stands in it. */
export const blockNumber = (link: Link) => link.block ?? link.number;

const courseParts = (courseKey: string) => courseKey.replace(/^course-v1:/, '');

export function resourceLinkId(mode: Mode, link: Link): string {
  if (mode === 'moodle') return String(link.number);
  if (mode === 'canvas') return steadyUuid(`resource link ${link.number}`);
  const hash = steadyHex(`block ${blockNumber(link)}`, 32);
  return `block-v1:${courseParts(link.courseKey)}+type@lti_consumer+block@${hash}`;
}

/** What a context is called: the course key in Open edX, a number in Moodle, an opaque id in Canvas. */
export function contextId(world: World, mode: Mode, courseKey: string): string {
  if (mode === 'openedx') return courseKey;
  return mode === 'moodle' ? String(courseNumber(world, courseKey)) : steadyHex(`context ${courseKey}`, 40);
}

/** The line item a launch of this link names: the one made with the link. */
export function itemOfLink(world: World, mode: Mode, link: Link): LineItem | undefined {
  const number = mode === 'openedx' ? blockNumber(link) : link.number;
  const all = world.lti.lineItems.filter((one) => one.link === number);
  // Named only while there is no doubt which it is.
  return mode === 'openedx' || all.length === 1 ? all[0] : undefined;
}

const placeOf = (world: World, mode: Mode, link: Link | undefined, courseKey: string) =>
  mode === 'openedx' && link ? blockNumber(link) : courseNumber(world, courseKey);

const typeQuery = (mode: Mode, tool: Tool) => (mode === 'moodle' ? { query: `type_id=${tool.number}` } : {});

export const lineItemsUrl = (world: World, tool: Tool, link: Link | undefined, courseKey: string) =>
  address(world, tool.mode, 'lineItems', {
    place: placeOf(world, tool.mode, link, courseKey),
    ...typeQuery(tool.mode, tool),
  });

export function lineItemUrl(world: World, tool: Tool, item: LineItem): string {
  const place = tool.mode === 'openedx' ? (item.madeUnder ?? item.link ?? 0) : courseNumber(world, item.courseKey);
  return address(world, tool.mode, 'lineItem', { place, item: item.number, ...typeQuery(tool.mode, tool) });
}

export const membersUrl = (world: World, tool: Tool, link: Link | undefined, courseKey: string) =>
  address(world, tool.mode, 'members', {
    place: placeOf(world, tool.mode, link, courseKey),
    binding: tool.number,
  });
