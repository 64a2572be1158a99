import { hex } from '../random-source.ts';
import type { World } from '../world.ts';
import { deploymentOf, targetOf } from './claims.ts';
import { platformNow } from './clock.ts';
import { loginHint, personIn } from './course-people.ts';
import type { Link, PendingLaunch, Tool } from './lti-state.ts';
import { manners } from './modes.ts';
import { courseNumber, toolOf } from './places.ts';

/** A launch that this person cannot begin. */
export class LaunchRefused extends Error {}

export type LoginInitiation = {
  readonly method: 'GET' | 'POST';
  /** The tool's login address; with GET it holds the parameters already. */
  readonly url: string;
  readonly params: Record<string, string>;
};

type Begun = {
  readonly username: string;
  readonly link?: Link | undefined;
  readonly courseKey: string;
  readonly kind?: PendingLaunch['kind'];
  readonly documentTarget?: PendingLaunch['documentTarget'];
};

/** As PHP writes JSON, which escapes slashes: whoever reads and writes it again changes it. */
const phpJson = (value: unknown) => JSON.stringify(value).replaceAll('/', '\\/');

function messageHint(world: World, tool: Tool, { link, courseKey, kind }: Begun): string {
  if (tool.mode === 'openedx') return hex(world.random, 32);
  if (tool.mode === 'canvas') {
    const part = (value: unknown) => btoa(JSON.stringify(value)).replaceAll('=', '');
    const course = { context_type: 'Course', context_id: courseNumber(world, courseKey) };
    const content = { verifier: hex(world.random, 128), canvas_domain: new URL(world.origin).host, ...course };
    return `${part({ typ: 'JWT', alg: 'HS256' })}.${part(content)}.${hex(world.random, 43)}`;
  }
  const launchid = `ltilaunch${link?.number ?? `_${kind}`}_${Math.floor(world.random() * 2_000_000_000)}`;
  if (kind !== 'deep-linking') return phpJson({ cmid: (link?.number ?? 0) + 100, launchid });
  const course = courseNumber(world, courseKey);
  return phpJson({ courseid: course, launchid, return: `/course/view.php?id=${course}`, typeid: tool.number });
}

/** What the browser is sent to the tool with, and a launch that waits to be asked for. */
export function startLaunch(world: World, begun: Begun): LoginInitiation {
  const { username, link, courseKey, kind = 'resource', documentTarget = 'iframe' } = begun;
  const { lti } = world;
  const who = personIn(world, courseKey, username);
  if (!who) throw new LaunchRefused(`${username} is nobody in ${courseKey}`);
  if (kind === 'resource' && !link) throw new LaunchRefused('There is nothing to launch');
  if (kind === 'deep-linking' && who.role !== 'teacher' && who.role !== 'admin')
    throw new LaunchRefused('Only teachers add content');
  const tool = toolOf(world, lti.mode);
  if (kind === 'deep-linking' && tool.mode === 'openedx' && !link)
    throw new LaunchRefused('Open edX adds content to a block');
  const { issuer, loginBy, launchMs } = manners[tool.mode];
  const hint = messageHint(world, tool, { ...begun, kind });
  const at = platformNow(world);
  for (const [old, { expires }] of lti.pending) if (expires <= at) lti.pending.delete(old);
  lti.pending.set(hint, {
    ...{ mode: tool.mode, tool: tool.number, kind, courseKey, username, documentTarget },
    link: link?.number ?? null,
    expires: at + launchMs,
  });
  const params: Record<string, string> = {
    iss: issuer(world.origin),
    client_id: tool.clientId,
    login_hint: loginHint(tool.mode, who.person),
    lti_message_hint: hint,
    target_link_uri: targetOf(tool, link, kind),
    // Canvas may know the deployment only when the launch is asked for.
    ...(tool.mode !== 'canvas' && { lti_deployment_id: deploymentOf(tool, link) }),
    ...(tool.mode === 'canvas' && { canvas_region: 'us-east-1', canvas_environment: 'prod' }),
    ...(tool.mode === 'canvas' && lti.settings.storageTarget && { lti_storage_target: lti.settings.storageTarget }),
  };
  if (loginBy === 'POST') return { method: 'POST', url: tool.loginUrl, params };
  const url = new URL(tool.loginUrl);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return { method: 'GET', url: url.href, params };
}
