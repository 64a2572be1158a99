import type { World } from '../world.ts';
import { gradebook } from './gradebook.ts';

/** What `GET /stand-in/state` tells of LTI. */
export function ltiState(world: World) {
  const { mode, settings, tools, links, lineItems, results, posts, keys } = world.lti;
  return {
    mode,
    settings,
    tools,
    links,
    lineItems,
    results: [...results.values()],
    gradebook: gradebook(world),
    posts,
    keys: keys.map(({ kid }) => kid),
  };
}
