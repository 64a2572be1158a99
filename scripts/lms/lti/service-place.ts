import type { Context } from 'hono';
import type { World } from '../world.ts';
import type { LineItem, Link, Tool } from './lti-state.ts';
import type { Mode } from './modes.ts';
import { courseOfNumber, itemOf, linkOf } from './places.ts';

/** The block or course that the path of a service names. */
export type Place = { readonly courseKey: string; readonly link: Link | undefined };

export function placeOf(world: World, mode: Mode, c: Context): Place | undefined {
  const named = c.req.param('place') ?? '';
  if (mode !== 'openedx') {
    const courseKey = courseOfNumber(world, named);
    return courseKey === undefined ? undefined : { courseKey, link: undefined };
  }
  const link = linkOf(world, Number(named));
  return link && { courseKey: link.courseKey, link };
}

/** The line item that the path names, if it stands in that place. */
export function namedItem(world: World, mode: Mode, c: Context): LineItem | undefined {
  const place = placeOf(world, mode, c);
  const item = itemOf(world, Number(c.req.param('item')));
  if (!place || item?.courseKey !== place.courseKey) return undefined;
  return mode === 'openedx' && item.madeUnder !== place.link?.number ? undefined : item;
}

/** Moodle finds the tool by the query; without it nothing is allowed. */
export const namesItsType = (mode: Mode, c: Context, tool: Tool) =>
  mode !== 'moodle' || c.req.query('type_id') === String(tool.number);

/** The media type of a request, without its parameters. */
export const mediaTypeOf = (c: Context) =>
  (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** Django REST offers exactly one type, so `application/json` is not acceptable to it. */
export const accepts = (c: Context, type: string) =>
  (c.req.header('accept') ?? '*/*')
    .split(',')
    .map((one) => one.split(';')[0]?.trim().toLowerCase())
    .some((one) => one === '*/*' || one === 'application/*' || one === type);

export const notFound = (c: Context, mode: Mode) =>
  mode === 'canvas'
    ? c.json({ errors: [{ message: 'The specified resource does not exist.' }] }, 404)
    : c.json({ detail: 'Not found.' }, 404);

/** Moodle tells of an error in its own form. */
export const moodleError = (c: Context, status: 400 | 403 | 404 | 405 | 409, reason: string) =>
  c.json({ status, reason, request: { method: c.req.method, url: c.req.url } }, status);

const MOST = 100;

/** A part of a list, with `Link` to the next parts; each platform counts in its own way. */
export function paged<T>(
  c: Context,
  world: World,
  mode: Mode,
  all: readonly T[],
  fallback: number | null,
): { page: readonly T[]; link: string | undefined } {
  const asked = Number(c.req.query('limit') ?? (mode === 'canvas' ? c.req.query('per_page') : undefined)) || fallback;
  if (!asked) return { page: all, link: undefined };
  const size = Math.min(Math.max(1, Math.floor(asked)), MOST);
  const byOffset = mode === 'moodle';
  const from = byOffset
    ? Math.max(0, Number(c.req.query('from')) || 0)
    : (Math.max(1, Number(c.req.query('page')) || 1) - 1) * size;
  const to = (start: number) => {
    const url = new URL(new URL(c.req.url).pathname, world.origin);
    url.search = new URL(c.req.url).search;
    if (byOffset) url.searchParams.set('from', String(start));
    else url.searchParams.set('page', String(start / size + 1));
    return url.href;
  };
  const links = [`<${to(0)}>; rel="first"`];
  if (from + size < all.length) links.unshift(`<${to(from + size)}>; rel="next"`);
  if (from > 0) links.push(`<${to(Math.max(0, from - size))}>; rel="prev"`);
  return { page: all.slice(from, from + size), link: links.join(', ') };
}
