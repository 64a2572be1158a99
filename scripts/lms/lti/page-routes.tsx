import { type Context, Hono } from 'hono';
import { raw } from 'hono/html';
import { document } from '../page.tsx';
import type { World } from '../world.ts';
import { bodyJson } from './body-text.ts';
import { ltiCoursePage, storagePage } from './course-page.tsx';
import { type ResponsePlace, ResponseRefused, takeResponse } from './deep-linking-response.ts';
import { newRegistrationToken, openidConfiguration, registerTool } from './dynamic-registration.ts';
import { gradebookPage } from './gradebook-page.tsx';
import type { Link } from './lti-state.ts';
import { isMode, type Mode, modes } from './modes.ts';
import { courseOfNumber, linkOf, routes, toolOf } from './places.ts';
import { refusalPage } from './refusal-page.tsx';

/** Where a response came back to. */
function returnPlace(world: World, mode: Mode, c: Context): ResponsePlace | undefined {
  const query = c.req.query();
  if (mode === 'openedx') {
    const block = linkOf(world, Number(c.req.param('place')));
    return block && { courseKey: block.courseKey, block, tool: toolOf(world, mode), query };
  }
  const courseKey = courseOfNumber(world, (mode === 'moodle' ? query.course : c.req.param('place')) ?? '');
  const tool =
    mode === 'moodle'
      ? world.lti.tools.find((one) => one.mode === mode && String(one.number) === query.id)
      : toolOf(world, mode);
  return courseKey === undefined || !tool ? undefined : { courseKey, block: undefined, tool, query };
}

const savedPage = (courseKey: string, links: readonly Link[]) => {
  const course = `/lti/course/${encodeURIComponent(courseKey)}`;
  return document(
    'Saved',
    <>
      <p>
        {links.length} added: {links.map(({ title }) => title).join(', ')}
      </p>
      <p>
        <a id="course" href={course} target="_top">
          To the course
        </a>
      </p>
      <script>
        {raw(`if (window.parent !== window) {
  const url = new URL(window.parent.location.href);
  url.searchParams.delete('add');
  window.parent.location.href = url.href;
}`)}
      </script>
    </>,
  );
};

const Tools = ({ world }: { world: World }) => (
  <table>
    <thead>
      <tr>
        <th scope="col">Tool</th>
        <th scope="col">Client id</th>
        <th scope="col">State</th>
      </tr>
    </thead>
    <tbody>
      {world.lti.tools.map(({ title, mode, number, clientId, isActive }) => (
        <tr>
          <th scope="row">
            {title} ({mode} {number})
          </th>
          <td>
            <code>{clientId}</code>
          </td>
          <td>
            {isActive ? (
              'active'
            ) : (
              <form method="post" action="/lti/activate-tool">
                <button type="submit" name="clientId" value={clientId} aria-label={`Activate ${title} ${number}`}>
                  Activate
                </button>
              </form>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const registerPage = (world: World) =>
  document(
    'Register a tool',
    <>
      <p>As Moodle does it: the tool asks who we are and registers itself; then it waits to be activated here.</p>
      <form method="post" action="/lti/register-tool">
        <label for="tool-url">Registration URL of the tool</label>{' '}
        <input
          id="tool-url"
          name="url"
          size={50}
          value={new URL('/lti/register', toolOf(world, 'moodle').loginUrl).href}
          required
        />{' '}
        <button type="submit">Register</button>
      </form>
      <Tools world={world} />
    </>,
  );

/** The tool's own page in a frame, until it says that it is done. */
function registeringPage(world: World, toolUrl: string) {
  const url = new URL(toolUrl);
  url.searchParams.set('openid_configuration', `${world.origin}/lti/openid-configuration`);
  url.searchParams.set('registration_token', newRegistrationToken(world));
  return document(
    'Registering',
    <>
      <iframe name="register" title="Registration" src={url.href} style="width:100%;height:36rem;border:1px solid" />
      <p>
        <a href="/lti/register-tool">To the list of tools</a>
      </p>
      <script>
        {raw(`addEventListener('message', (event) => {
  const said = event.data;
  if (event.origin !== ${JSON.stringify(url.origin)} || typeof said !== 'object' || said === null) return;
  if (said.subject === 'org.imsglobal.lti.close') location.href = '/lti/register-tool';
});`)}
      </script>
    </>,
  );
}

const fieldOf = async (c: Context, name: string): Promise<string> => {
  const value = (await c.req.parseBody())[name];
  return typeof value === 'string' ? value : '';
};

/** The pages of a course, its gradebook, and how content and tools come into it. */
export function ltiPageRoutes(world: World): Hono {
  const app = new Hono();
  app.get('/lti/course/:key', (c) => {
    const courseKey = c.req.param('key');
    if (!world.courses.has(courseKey)) return refusalPage(c, 404, 'There is no such course');
    return c.html(ltiCoursePage(world, { courseKey, as: c.req.query('as'), add: c.req.query('add') }));
  });
  app.get('/lti/storage', (c) => c.html(storagePage(world)));
  app.get('/lti/gradebook', (c) => c.html(gradebookPage(world, c.req.query('course'))));

  app.post('/lti/mode', async (c) => {
    const mode = await fieldOf(c, 'mode');
    if (!isMode(mode)) return refusalPage(c, 400, 'There is no such mode');
    world.lti.mode = mode;
    return c.redirect('/#lti', 303);
  });

  for (const mode of modes)
    app.post(routes[mode].deepLinkReturn, async (c) => {
      const place = returnPlace(world, mode, c);
      if (!place) return refusalPage(c, 404, 'There is nothing to add content to');
      try {
        return c.html(savedPage(place.courseKey, await takeResponse(world, place, await fieldOf(c, 'JWT'))));
      } catch (error) {
        if (error instanceof ResponseRefused) return refusalPage(c, error.status, error.message);
        throw error;
      }
    });

  app.get('/lti/register-tool', (c) => c.html(registerPage(world)));
  app.post('/lti/register-tool', async (c) => {
    const url = await fieldOf(c, 'url');
    return URL.canParse(url) ? c.html(registeringPage(world, url)) : refusalPage(c, 400, 'That is not an address');
  });
  app.post('/lti/activate-tool', async (c) => {
    const clientId = await fieldOf(c, 'clientId');
    const tool = world.lti.tools.find((one) => one.clientId === clientId);
    if (!tool) return refusalPage(c, 404, 'There is no such tool');
    tool.isActive = true;
    return c.redirect('/lti/register-tool', 303);
  });

  app.get('/lti/openid-configuration', (c) => c.json(openidConfiguration(world)));
  app.post('/lti/registrations', async (c) => {
    const [, bearer] = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const registered = registerTool(world, bearer, await bodyJson(c));
    return registered.status === 200 ? c.json(registered.body) : c.text(registered.body, registered.status);
  });

  return app;
}
