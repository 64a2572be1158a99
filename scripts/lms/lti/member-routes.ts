import { type Context, Hono } from 'hono';
import { faulty } from '../answers.ts';
import { strikes } from '../faults.ts';
import type { World } from '../world.ts';
import { toolOfToken } from './bearer.ts';
import { courseTitle, personalClaims } from './claims.ts';
import { memberRoles, membersOf, subjectOf } from './course-people.ts';
import { dated } from './dated.ts';
import { type Mode, modes } from './modes.ts';
import { contextId, routes } from './places.ts';
import { accepts, notFound, paged, placeOf } from './service-place.ts';
import { mediaTypes, scopes } from './vocabulary.ts';

function showMembers(world: World, c: Context, mode: Mode) {
  const caller = toolOfToken(world, c, mode, 'lti-members', [scopes.members]);
  if ('refusal' in caller) return caller.refusal;
  const place = placeOf(world, mode, c);
  if (!place) return notFound(c, mode);
  if (mode === 'openedx' && !accepts(c, mediaTypes.members))
    return c.json({ detail: 'Could not satisfy the request Accept header.' }, 406);
  if (strikes(world.faults, 'aboveResponseLimit', world.random, 'lti-members'))
    return c.json(
      {
        error: 'above_response_limit',
        explanation: 'The number of retrieved users is bigger than the maximum allowed in the configuration.',
      },
      403,
    );
  const { courseKey } = place;
  const wanted = mode === 'openedx' ? undefined : c.req.query('role');
  const all = membersOf(world, courseKey)
    .map(({ person, role }) => ({
      status: 'Active',
      user_id: subjectOf(mode, person),
      roles: memberRoles(mode, role),
      ...personalClaims(world, mode, person),
    }))
    .filter(({ roles }) => wanted === undefined || roles.some((one) => one === wanted || one.endsWith(`#${wanted}`)));
  const { page, link } = paged(c, world, mode, all, mode === 'canvas' ? 50 : null);
  const context = { id: contextId(world, mode, courseKey) };
  const named = { ...context, label: courseKey.split('+')[1], title: courseTitle(world, courseKey) };
  const url = new URL(c.req.url);
  const answer = {
    id: world.origin + url.pathname + url.search,
    context: mode === 'openedx' ? context : named,
    members: page,
  };
  return c.body(JSON.stringify(answer), 200, { 'content-type': mediaTypes.members, ...(link && { link }) });
}

/** The members of a course (lti-nrps-v2p0). */
export function memberRoutes(world: World): Hono {
  const app = new Hono();
  for (const mode of modes)
    app.get(routes[mode].members, dated(world), faulty(world, 'lti-members'), (c) => showMembers(world, c, mode));
  return app;
}
