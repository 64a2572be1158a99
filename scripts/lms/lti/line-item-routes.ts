import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { faulty } from '../answers.ts';
import type { World } from '../world.ts';
import { toolOfToken } from './bearer.ts';
import { bodyJson } from './body-text.ts';
import { dated } from './dated.ts';
import type { LineItem, Tool } from './lti-state.ts';
import { type Mode, modes } from './modes.ts';
import { lineItemUrl, linkOf, resourceLinkId, routes } from './places.ts';
import {
  accepts,
  mediaTypeOf,
  moodleError,
  namedItem,
  namesItsType,
  notFound,
  type Place,
  paged,
  placeOf,
} from './service-place.ts';
import { mediaTypes, scopes } from './vocabulary.ts';

const AREA = 'lti-line-items';

function lineItemAnswer(world: World, tool: Tool, item: LineItem) {
  const link = linkOf(world, item.link);
  return {
    id: lineItemUrl(world, tool, item),
    label: item.label,
    scoreMaximum: item.scoreMaximum,
    resourceId: item.resourceId,
    tag: item.tag,
    ...(link && { resourceLinkId: resourceLinkId(tool.mode, link) }),
  };
}

const input = z.looseObject({
  label: z.string(),
  scoreMaximum: z.number(),
  resourceId: z.string().optional(),
  tag: z.string().optional(),
  resourceLinkId: z.string().optional(),
});
type Input = z.infer<typeof input>;

/** What Open edX's columns cannot hold. */
const columns = input.extend({
  label: z.string().max(100),
  tag: z.string().max(50).optional(),
  scoreMaximum: z.int(),
});

const wrong = (c: Context, mode: Mode, message: string) =>
  mode === 'moodle' ? moodleError(c, 400, message) : c.json({ errors: [{ message }] }, 400);

async function read(c: Context, mode: Mode): Promise<Input | string> {
  const body = await bodyJson(c);
  const { success, data, error } = (mode === 'openedx' ? columns : input).safeParse(body);
  if (!success) return z.prettifyError(error);
  if (mode === 'openedx' && data.resourceId === undefined && data.resourceLinkId === undefined)
    return 'resourceId or resourceLinkId is required';
  return data;
}

const linkNamed = (world: World, mode: Mode, place: Place, id: string) =>
  world.lti.links.find((one) => one.courseKey === place.courseKey && resourceLinkId(mode, one) === id);

function listed(world: World, mode: Mode, place: Place, query: Record<string, string>): LineItem[] {
  const link = query.resource_link_id ?? query.lti_link_id;
  return world.lti.lineItems
    .filter((one) => one.courseKey === place.courseKey)
    .filter((one) => mode !== 'openedx' || one.madeUnder === place.link?.number)
    .filter((one) => link === undefined || one.link === linkNamed(world, mode, place, link)?.number)
    .filter((one) => query.resource_id === undefined || one.resourceId === query.resource_id)
    .filter((one) => query.tag === undefined || one.tag === query.tag);
}

async function create(world: World, c: Context, mode: Mode, tool: Tool, place: Place) {
  const { lti } = world;
  if (mode === 'openedx' && !lti.settings.isProgrammatic)
    return c.json({ detail: 'You do not have permission to perform this action.' }, 403);
  const given = await read(c, mode);
  if (typeof given === 'string') return wrong(c, mode, given);
  const link = given.resourceLinkId === undefined ? undefined : linkNamed(world, mode, place, given.resourceLinkId);
  if (given.resourceLinkId !== undefined && !link)
    return mode === 'moodle'
      ? moodleError(c, 403, 'Invalid LTI id supplied.')
      : wrong(c, mode, 'Invalid resourceLinkId');
  lti.counter += 1;
  const item: LineItem = {
    number: lti.counter,
    courseKey: place.courseKey,
    madeUnder: place.link?.number ?? link?.number ?? null,
    link: link?.number ?? null,
    label: given.label,
    scoreMaximum: given.scoreMaximum,
    resourceId: given.resourceId ?? '',
    tag: given.tag ?? '',
  };
  lti.lineItems.push(item);
  return c.body(JSON.stringify(lineItemAnswer(world, tool, item)), 201, { 'content-type': mediaTypes.lineItem });
}

/** What stands before every request: the right token, the right place, types that are understood. */
function opened(world: World, c: Context, mode: Mode, type: string, allowed: readonly string[]) {
  const caller = toolOfToken(world, c, mode, AREA, allowed);
  if ('refusal' in caller) return caller;
  if (!namesItsType(mode, c, caller.tool)) return { refusal: c.body(null, 403) };
  const place = placeOf(world, mode, c);
  if (!place) return { refusal: notFound(c, mode) };
  if (mode === 'openedx' && !accepts(c, type))
    return { refusal: c.json({ detail: 'Could not satisfy the request Accept header.' }, 406) };
  const isWrite = c.req.method === 'POST' || c.req.method === 'PUT';
  if (isWrite && mediaTypeOf(c) !== mediaTypes.lineItem && mode !== 'canvas')
    return {
      refusal:
        mode === 'openedx'
          ? c.json({ detail: `Unsupported media type "${mediaTypeOf(c)}" in request.` }, 415)
          : moodleError(c, 400, 'Unsupported content type'),
    };
  return { tool: caller.tool, place };
}

/** Line items (lti-ags-v2p0 §3.2). */
export function lineItemRoutes(world: World): Hono {
  const app = new Hono();
  const reading = [scopes.lineItems, scopes.readLineItems];
  for (const mode of modes) {
    const { lineItems, lineItem } = routes[mode];
    const before = [dated(world), faulty(world, AREA)] as const;

    app.get(lineItems, ...before, (c) => {
      const may = opened(world, c, mode, mediaTypes.lineItems, reading);
      if ('refusal' in may) return may.refusal;
      const all = listed(world, mode, may.place, c.req.query());
      // Open edX has no pages, Moodle those that are asked for.
      const { page, link } =
        mode === 'openedx' ? { page: all, link: undefined } : paged(c, world, mode, all, mode === 'canvas' ? 10 : null);
      const items = page.map((one) => lineItemAnswer(world, may.tool, one));
      return c.body(JSON.stringify(items), 200, { 'content-type': mediaTypes.lineItems, ...(link && { link }) });
    });

    app.post(lineItems, ...before, async (c) => {
      const may = opened(world, c, mode, mediaTypes.lineItem, [scopes.lineItems]);
      return 'refusal' in may ? may.refusal : await create(world, c, mode, may.tool, may.place);
    });

    app.get(lineItem, ...before, (c) => {
      const may = opened(world, c, mode, mediaTypes.lineItem, reading);
      if ('refusal' in may) return may.refusal;
      const item = namedItem(world, mode, c);
      if (!item) return notFound(c, mode);
      const answer = JSON.stringify(lineItemAnswer(world, may.tool, item));
      return c.body(answer, 200, { 'content-type': mediaTypes.lineItem });
    });

    app.put(lineItem, ...before, async (c) => {
      const may = opened(world, c, mode, mediaTypes.lineItem, [scopes.lineItems]);
      if ('refusal' in may) return may.refusal;
      const item = namedItem(world, mode, c);
      if (!item) return notFound(c, mode);
      const given = await read(c, mode);
      if (typeof given === 'string') return wrong(c, mode, given);
      const { label, scoreMaximum, resourceId = item.resourceId, tag = item.tag } = given;
      Object.assign(item, { label, scoreMaximum, resourceId, tag });
      const answer = JSON.stringify(lineItemAnswer(world, may.tool, item));
      return c.body(answer, 200, { 'content-type': mediaTypes.lineItem });
    });

    app.delete(lineItem, ...before, (c) => {
      const may = opened(world, c, mode, '*/*', [scopes.lineItems]);
      if ('refusal' in may) return may.refusal;
      const item = namedItem(world, mode, c);
      if (!item) return notFound(c, mode);
      // Open edX never does; the others keep what belongs to an activity.
      if (mode === 'openedx' || item.link !== null)
        return c.json({ detail: 'You do not have permission to perform this action.' }, 403);
      world.lti.lineItems.splice(world.lti.lineItems.indexOf(item), 1);
      return c.body(null, 204);
    });
  }
  return app;
}
