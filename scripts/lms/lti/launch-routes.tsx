import { Hono } from 'hono';
import { faulty } from '../answers.ts';
import { strikes } from '../faults.ts';
import { document } from '../page.tsx';
import type { World } from '../world.ts';
import { authorise } from './authorise.ts';
import { autoForm } from './auto-form.tsx';
import { dated } from './dated.ts';
import { signingKey } from './keys.ts';
import { modes } from './modes.ts';
import { linkOf, routes } from './places.ts';
import { refusalPage } from './refusal-page.tsx';
import { LaunchRefused, startLaunch } from './start-launch.ts';

const HUGE = 10 * 1024 * 1024;

/** Where launches begin and are asked for, and the keys they are signed with. */
export function launchRoutes(world: World): Hono {
  const app = new Hono();

  app.get('/lti/start', (c) => {
    const { as = '', course = '', link, kind, target } = c.req.query();
    const found = link === undefined ? undefined : linkOf(world, Number(link));
    if (link !== undefined && !found) return refusalPage(c, 400, 'There is no such link');
    try {
      const { method, url, params } = startLaunch(world, {
        username: as,
        link: found,
        courseKey: found?.courseKey ?? course,
        kind: kind === 'deep-linking' ? 'deep-linking' : 'resource',
        documentTarget: target === 'window' ? 'window' : 'iframe',
      });
      return method === 'GET' ? c.redirect(url, 302) : c.html(autoForm(url, params));
    } catch (error) {
      if (error instanceof LaunchRefused) return refusalPage(c, 403, error.message);
      throw error;
    }
  });

  for (const mode of modes) {
    app.on(['GET', 'POST'], routes[mode].authorise, dated(world), async (c) => {
      const sent = c.req.method === 'POST' ? await c.req.parseBody() : {};
      const given = Object.entries({ ...c.req.query(), ...sent });
      const params = Object.fromEntries(given.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
      const answer = await authorise(world, mode, params);
      if (answer.kind === 'page') return refusalPage(c, answer.status, answer.message);
      return c.html(autoForm(answer.action, answer.fields));
    });

    app.get(routes[mode].keys, dated(world), faulty(world, 'lti-keys'), async (c) => {
      const { faults, random, lti } = world;
      if (strikes(faults, 'keysHtml', random, 'lti-keys')) return c.html(document('Sign in', <p>Sign in first.</p>));
      await signingKey(world);
      const keys = lti.keys.map(({ publicJwk }) => publicJwk);
      const filling = strikes(faults, 'keysHuge', random, 'lti-keys') ? { filling: 'x'.repeat(HUGE) } : {};
      return c.json({ keys, ...filling }, 200, { 'cache-control': 'public, max-age=3600' });
    });
  }
  return app;
}
