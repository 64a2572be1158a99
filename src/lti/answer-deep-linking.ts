import { eq } from 'drizzle-orm';
import { SignJWT } from 'jose';
import { type Offered, selectOffered } from '../assessments/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newSecret } from '../lib/crypto.ts';
import type { DeepLinkingSettings } from './launch.ts';
import { readCode, useCode } from './launch-codes.ts';
import { registration } from './schema.ts';
import { activeSigningKey } from './signing-keys.ts';
import { CLAIM, DEEP_LINKING_CLAIM } from './words.ts';

/** The largest score of a line item we ask for. Open edX wants an integer; platforms scale what we send to it. */
const LINE_ITEM_MAXIMUM = 100;
/** Open edX allows no more (ags.py, label). */
const MAX_LABEL = 100;
/** Open edX takes no `iat` that is ahead of its own clock. */
const BACK_SECONDS = 10;
const LIFE_SECONDS = 600;

const RESOURCE_LINK = 'ltiResourceLink';
export const takesLinks = ({ acceptTypes }: DeepLinkingSettings) => acceptTypes.includes(RESOURCE_LINK);

type Picking = { settings: DeepLinkingSettings; offered: Offered[]; frameOrigins: string[] };
export type PickProblem = 'ltiPickNoneTicked' | 'ltiPickOne' | 'ltiPickGone';

export type Answered =
  | { kind: 'over' }
  | ({ kind: 'problem'; problem: PickProblem } & Picking)
  | { kind: 'answer'; returnUrl: string; jwt: string; frameOrigins: string[] };

/** lti-dl-v2p0 §3.1: a link to this tool that carries the assessment, with a line item where the platform may make one. */
const contentItem = ({ id, title }: Offered, launchUrl: string, { acceptLineItem }: DeepLinkingSettings) => ({
  type: RESOURCE_LINK,
  title,
  url: launchUrl,
  custom: { assessment_id: id },
  ...(acceptLineItem !== false && {
    lineItem: { scoreMaximum: LINE_ITEM_MAXIMUM, label: title.slice(0, MAX_LABEL), resourceId: id },
  }),
});

function problemWith(
  chosen: readonly string[],
  isEmpty: boolean,
  { offered, settings }: Picking,
): PickProblem | undefined {
  if (isEmpty) return undefined;
  if (chosen.length === 0) return 'ltiPickNoneTicked';
  if (chosen.length > 1 && !settings.acceptMultiple) return 'ltiPickOne';
  const mayPlace = takesLinks(settings) && chosen.every((id) => offered.some((one) => one.id === id));
  return mayPlace ? undefined : 'ltiPickGone';
}

/**
 * Answers a deep linking request (lti-dl-v2p0 §4.4.3): the chosen assessments as signed content items for the browser to post back. The
 * code is used up only by an answer, so that a mistake can be mended. `over`: the code was used or is too old.
 */
export async function answerDeepLinking(
  call: SystemCall,
  { code, chosen, isEmpty }: { code: string; chosen: readonly string[]; isEmpty: boolean },
  { origin, secretsKey }: { origin: string; secretsKey: string },
): Promise<Answered> {
  const { db, now } = call;
  const found = await readCode(call, 'deep-linking', code);
  if (!found?.deepLinking) return { kind: 'over' };
  const { launch, userId, deepLinking: settings } = found;
  const [offered, [platform]] = await db.batch([
    selectOffered(db, { userId, courseId: settings.courseId }),
    db.select().from(registration).where(eq(registration.id, launch.registrationId)),
  ]);
  if (!platform || platform.deletedAt !== null || !platform.isActive) return { kind: 'over' };
  const picking = { settings, offered, frameOrigins: platform.frameOrigins };
  const problem = problemWith(chosen, isEmpty, picking);
  if (problem) return { kind: 'problem', problem, ...picking };
  if (!(await useCode(call, 'deep-linking', code))) return { kind: 'over' };

  const launchUrl = `${origin}/lti/launch`;
  const items = offered.filter(({ id }) => chosen.includes(id)).map((one) => contentItem(one, launchUrl, settings));
  const { kid, privateKey } = await activeSigningKey(call, secretsKey);
  const issuedAt = Math.floor(now / 1000) - BACK_SECONDS;
  const jwt = await new SignJWT({
    nonce: newSecret(),
    [`${CLAIM}message_type`]: 'LtiDeepLinkingResponse',
    [`${CLAIM}version`]: '1.3.0',
    [`${CLAIM}deployment_id`]: launch.deploymentId,
    [`${DEEP_LINKING_CLAIM}content_items`]: isEmpty ? [] : items,
    ...(settings.data !== null && { [`${DEEP_LINKING_CLAIM}data`]: settings.data }),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    // The tool speaks under its client id (§4.4.3.1); Moodle looks the registration up by it.
    .setIssuer(platform.clientId)
    .setSubject(platform.clientId)
    .setAudience(platform.issuer)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFE_SECONDS)
    .sign(privateKey);
  return { kind: 'answer', returnUrl: settings.returnUrl, jwt, frameOrigins: platform.frameOrigins };
}
