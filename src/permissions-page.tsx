import { Hono } from 'hono';
import { html } from 'hono/html';
import type { AppEnv, Endpoint } from './http/index.ts';
import { type Role, roles } from './lib/call.ts';
import { DomainError } from './lib/errors.ts';
import { type Permission, permissionNames, permissions, type Scope, scopeFor } from './lib/permissions.ts';

const meanings: Record<Scope, string> = {
  own: 'Your own profile, attempts and enrolments; courses you teach.',
  'own students': 'Assigned to you, or enrolled in a course you teach. Their name and password, never address or role.',
  'own courses': 'What belongs to courses you teach.',
  'own and shared': 'Made by you, shared with you, or of courses you teach.',
  'enrolled or open': 'Courses you are enrolled in, and those open to all.',
  'published to them': 'Published for everybody, for a course you are enrolled in, or reached by a launch.',
  'up to instructor': 'Roles below admin, both given and taken.',
  all: 'Everything. Whoever is known by the word of a platform alone has their own courses instead.',
};

const WhoMay = () => (
  <div class="table" role="group" aria-label="Permissions" tabindex={0}>
    <table>
      <caption>Who may do what, and how far</caption>
      <thead>
        <tr>
          <th scope="col">Permission</th>
          <th scope="col">What it allows</th>
          {roles.map((role) => (
            <th scope="col">{role}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {permissionNames.map((name) => (
          <tr>
            <th scope="row">
              <a href={`#${name}`}>{name}</a>
            </th>
            <td>{permissions[name].what}</td>
            {roles.map((role: Role) => (
              <td>{scopeFor(role, name) ?? 'no'}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const needed = ({ access }: Endpoint): Permission | undefined =>
  access.kind === 'signed-in' ? access.permission : access.kind === 'attempt' ? 'attempts:sit' : undefined;

const Routes = ({ endpoints, of }: { endpoints: readonly Endpoint[]; of: Permission | undefined }) => (
  <ul>
    {endpoints
      .filter((one) => needed(one) === of)
      .map(({ method, path, summary }) => (
        <li>
          <code>{`${method.toUpperCase()} ${path}`}</code> {summary}
        </li>
      ))}
  </ul>
);

/** `/api/docs/permissions`: the one table of permissions as a page, and which routes want which. */
export function permissionsPage(endpoints: () => readonly Endpoint[]) {
  const pages = new Hono<AppEnv>({ strict: false });
  pages.get('/api/docs/permissions', (c) => {
    const version = c.env.VERSION?.id || 'local';
    c.header('cache-control', 'public, max-age=300');
    return c.html(
      <>
        {html`<!doctype html>`}
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title>Permissions · VE-EDU-VAULT</title>
            <link rel="stylesheet" href={`/style.css?v=${version}`} />
            <link rel="icon" href="data:," />
          </head>
          <body>
            <header>
              <a href="/">VE-EDU-VAULT</a> <a href="/api/docs">API</a>
            </header>
            <main id="main">
              <h1>Permissions</h1>
              <p>
                A role without a permission gets 403 on its routes. Whoever has it, but not for the object they ask for,
                gets 404, word for word as for an absent one. An API key has what its owner has, narrowed to its scopes.
              </p>
              <WhoMay />
              <h2>How far</h2>
              <dl>
                {Object.entries(meanings).map(([scope, meaning]) => (
                  <>
                    <dt>{scope}</dt>
                    <dd>{meaning}</dd>
                  </>
                ))}
              </dl>
              <h2>Routes</h2>
              {permissionNames.map((name) => (
                <section>
                  <h3 id={name}>{name}</h3>
                  <Routes endpoints={endpoints()} of={name} />
                </section>
              ))}
              <h3>Without a sign-in</h3>
              <Routes endpoints={endpoints()} of={undefined} />
            </main>
          </body>
        </html>
      </>,
    );
  });
  pages.all('/api/docs/permissions', () => {
    throw new DomainError('method_not_allowed', 'Use GET, HEAD', { allow: 'GET, HEAD' });
  });
  return pages;
}
