import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import * as z from 'zod';
import type { World } from '../world.ts';
import { addLink } from './add-link.ts';
import { platformNow } from './clock.ts';
import { peopleOf } from './course-people.ts';
import type { Link, Tool } from './lti-state.ts';
import { type Mode, manners } from './modes.ts';
import { sessionKey } from './session-key.ts';
import { NoKeyFits, verifiedBy } from './tool-keys.ts';
import { claim, deepLinkingClaim } from './vocabulary.ts';

/** A response the platform does not take. */
export class ResponseRefused extends Error {
  readonly status: 400 | 403;
  constructor(message: string, status: 400 | 403 = 400) {
    super(message);
    this.status = status;
  }
}

const item = z.looseObject({
  type: z.string(),
  title: z.string().optional(),
  url: z.string().optional(),
  custom: z.record(z.string(), z.string()).optional(),
  lineItem: z
    .looseObject({
      scoreMaximum: z.number(),
      label: z.string().optional(),
      resourceId: z.string().optional(),
      tag: z.string().optional(),
    })
    .optional(),
});
type Item = z.infer<typeof item>;

export type ResponsePlace = {
  readonly courseKey: string;
  /** Open edX: the block that content was chosen for. */
  readonly block: Link | undefined;
  readonly tool: Tool;
  readonly query: Readonly<Record<string, string>>;
};

const accepted: { [M in Mode]: readonly string[] } = {
  openedx: ['ltiResourceLink', 'link', 'html', 'image'],
  moodle: ['ltiResourceLink'],
  canvas: ['ltiResourceLink'],
};

function checkTimes({ iat, exp, nbf }: JWTPayload, now: number): void {
  // No leeway: five seconds ahead is too far.
  if (iat !== undefined && iat > now) throw new ResponseRefused('The response is not yet valid (iat)', 403);
  if (nbf !== undefined && nbf > now) throw new ResponseRefused('The response is not yet valid (nbf)', 403);
  if (exp !== undefined && exp <= now) throw new ResponseRefused('The response has expired', 403);
}

/** What each platform asks of a response besides the signature and the times; Open edX nothing. */
function checkClaims(world: World, { tool, courseKey, query }: ResponsePlace, claims: JWTPayload): void {
  const { mode } = tool;
  if (mode === 'openedx') return;
  if (claims.iss !== tool.clientId) throw new ResponseRefused('consumerkey mismatch: iss must be the client id');
  if (mode === 'moodle') {
    const teachers = peopleOf(world, courseKey).filter(({ role }) => role === 'teacher' || role === 'admin');
    if (!teachers.some(({ person }) => sessionKey(person.username) === query.sesskey))
      throw new ResponseRefused('invalidsesskey', 403);
    return;
  }
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audience.includes(manners.canvas.issuer(world.origin))) throw new ResponseRefused('the aud is not Canvas');
  if (claims[claim('version')] !== '1.3.0') throw new ResponseRefused('the version is not 1.3.0');
  if (!tool.deploymentIds.includes(String(claims[claim('deployment_id')])))
    throw new ResponseRefused('the deployment_id is unknown');
  if (!claims.nonce || !claims.exp || !claims.iat) throw new ResponseRefused('nonce, exp and iat are required');
  const data = String(claims[deepLinkingClaim('data')]);
  if (world.lti.deepLinkingData.get(data) !== courseKey) throw new ResponseRefused('the data is not what was sent');
  world.lti.deepLinkingData.delete(data);
}

function claimsIn(token: string): { claims: JWTPayload; kid: string | undefined } {
  try {
    return { claims: decodeJwt(token), kid: decodeProtectedHeader(token).kid };
  } catch {
    throw new ResponseRefused('There is no JWT in the response');
  }
}

const linkOfItem = ({ title, url, custom }: Item, tool: Tool) => ({
  title: title || tool.title,
  url: url || null,
  custom: custom ?? {},
});

/** Checks a deep linking response (lti-dl-v2p0 §4.5) as the platform does, and makes what it says. */
export async function takeResponse(world: World, place: ResponsePlace, token: string): Promise<Link[]> {
  const { tool, courseKey, block } = place;
  const { mode } = tool;
  const { claims, kid } = claimsIn(token);
  const algorithms = mode === 'openedx' ? ['RS256', 'RS512'] : ['RS256'];
  const by = { algorithms, kid: mode === 'openedx' ? kid : (kid ?? '') };
  await verifiedBy(world, tool, token, by).catch((error: Error) => {
    throw error instanceof NoKeyFits ? new ResponseRefused(error.message, 403) : error;
  });
  checkTimes(claims, Math.floor(platformNow(world) / 1000));
  checkClaims(world, place, claims);
  if (claims[claim('message_type')] !== 'LtiDeepLinkingResponse')
    throw new ResponseRefused("Token isn't a Deep Linking Response message.", 403);
  const read = z.array(item).safeParse(claims[deepLinkingClaim('content_items')] ?? []);
  if (!read.success) throw new ResponseRefused(z.prettifyError(read.error));
  if (read.data.some(({ type }) => !accepted[mode].includes(type)))
    throw new ResponseRefused('The selected content type is not supported.');
  const chosen = read.data.filter(({ type }) => type === 'ltiResourceLink');
  if (mode !== 'openedx')
    return chosen.map((one) => {
      const { lineItem } = one;
      const { scoreMaximum = 100, label = one.title, resourceId, tag } = lineItem ?? {};
      const line = { scoreMaximum, ...(label && { label }), ...(resourceId && { resourceId }), ...(tag && { tag }) };
      return addLink(world, { ...linkOfItem(one, tool), courseKey, lineItem: lineItem ? line : false });
    });
  // A response takes the place of every one before; a line item in it makes no column in the gradebook.
  const { links } = world.lti;
  links.splice(0, links.length, ...links.filter((one) => one.block !== block?.number));
  return chosen.map((one) =>
    addLink(world, { ...linkOfItem(one, tool), courseKey, block: block?.number ?? null, lineItem: false }),
  );
}
