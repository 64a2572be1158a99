import type { JWTPayload } from 'jose';
import { latest } from '../course.ts';
import { blockOf } from '../course-tree.ts';
import type { Person } from '../people.ts';
import { hex } from '../random-source.ts';
import type { World } from '../world.ts';
import { platformNow } from './clock.ts';
import { type CoursePerson, launchRoles, subjectOf } from './course-people.ts';
import type { Link, PendingLaunch, Tool } from './lti-state.ts';
import { manners } from './modes.ts';
import {
  address,
  blockNumber,
  contextId,
  courseNumber,
  itemOfLink,
  lineItemsUrl,
  lineItemUrl,
  membersUrl,
  resourceLinkId,
} from './places.ts';
import { sessionKey } from './session-key.ts';
import { steadyHex, steadyUuid } from './steady-ids.ts';
import { AGS, claim, courseType, deepLinkingClaim, NRPS, scopes } from './vocabulary.ts';

type Message = {
  readonly tool: Tool;
  readonly link: Link | undefined;
  readonly courseKey: string;
  readonly who: CoursePerson;
  readonly kind: PendingLaunch['kind'];
  readonly documentTarget: PendingLaunch['documentTarget'];
  readonly nonce: string;
};

export const courseTitle = (world: World, courseKey: string): string => {
  const course = world.courses.get(courseKey);
  return course ? blockOf(latest(course).tree, course.root).display_name : courseKey;
};

/** What is told of a person, in the words of each platform. */
export function personalClaims(world: World, mode: Tool['mode'], { name, email, username }: Person): JWTPayload {
  const tells = world.lti.settings.tells ?? manners[mode].tells;
  const [given = '', ...family] = name.split(' ');
  const names = mode === 'openedx' ? { name } : { name, given_name: given, family_name: family.join(' ') };
  return {
    ...((tells === 'names' || tells === 'all') && names),
    ...((tells === 'email' || tells === 'all') && { email }),
    ...(tells === 'all' && mode === 'openedx' && { preferred_username: username }),
  };
}

/** Where a launch of this link leads. */
export const targetOf = (tool: Tool, link: Link | undefined, kind: Message['kind']) =>
  kind === 'deep-linking' ? tool.deepLinkUrl : (link?.url ?? tool.launchUrl);

export const deploymentOf = (tool: Tool, link: Link | undefined) => link?.deploymentId ?? tool.deploymentIds[0] ?? '';

function services(world: World, { tool, link, courseKey }: Message): JWTPayload {
  const { settings } = world.lti;
  const item = link && itemOfLink(world, tool.mode, link);
  const { lineItems, readLineItems, results, scores } = scopes;
  const offered = {
    openedx: [settings.isProgrammatic ? lineItems : readLineItems, results, scores],
    moodle: [lineItems, readLineItems, results, scores],
    canvas: [lineItems, results, readLineItems, scores],
  }[tool.mode];
  return {
    ...(settings.grades && {
      [AGS]: {
        scope: offered,
        lineitems: lineItemsUrl(world, tool, link, courseKey),
        ...(item && { lineitem: lineItemUrl(world, tool, item) }),
      },
    }),
    ...(settings.members && {
      [NRPS]: { context_memberships_url: membersUrl(world, tool, link, courseKey), service_versions: ['2.0'] },
    }),
  };
}

function openedxClaims(world: World, message: Message): JWTPayload {
  const { tool, link, courseKey, kind } = message;
  const title = courseTitle(world, courseKey);
  const [organisation] = courseKey.replace(/^course-v1:/, '').split('+');
  const common = {
    azp: tool.clientId,
    ...(link && { [claim('resource_link')]: { id: resourceLinkId('openedx', link) } }),
    [claim('context')]: {
      id: courseKey,
      label: courseKey,
      title: `${title} - ${organisation}`,
      type: [courseType('CourseOffering')],
    },
  };
  if (kind === 'deep-linking') {
    const settings = {
      accept_types: ['ltiResourceLink', 'link', 'html', 'image'],
      accept_presentation_document_targets: ['iframe', 'window', 'embed'],
      accept_multiple: true,
      auto_create: true,
      title: '',
      text: '',
      deep_link_return_url: address(world, 'openedx', 'deepLinkReturn', { place: link ? blockNumber(link) : 0 }),
    };
    return { ...common, [deepLinkingClaim('deep_linking_settings')]: settings };
  }
  return {
    ...common,
    // Also when it is shown in a window.
    [claim('launch_presentation')]: { document_target: 'iframe' },
    [claim('tool_platform')]: { guid: steadyUuid(world.origin), name: 'Stand-in Open edX' },
    ...(link && Object.keys(link.custom).length > 0 && { [claim('custom')]: link.custom }),
    ...services(world, message),
  };
}

const presentation = ({ documentTarget }: Message, return_url: string) => ({
  [claim('launch_presentation')]: { locale: 'en', document_target: documentTarget, return_url },
});

function moodleClaims(world: World, message: Message): JWTPayload {
  const { tool, link, courseKey, kind, who } = message;
  const course = courseNumber(world, courseKey);
  const back = `${world.origin}/mod/lti/return.php?course=${course}&launch_container=4&instanceid=${link?.number ?? ''}`;
  const common = {
    [claim('lis')]: { person_sourcedid: '', course_section_sourcedid: '' },
    [claim('context')]: {
      id: contextId(world, 'moodle', courseKey),
      label: steadyHex(courseKey, 6),
      title: courseTitle(world, courseKey),
      type: ['CourseSection'],
    },
    [claim('ext')]: { user_username: who.person.username, lms: 'moodle-2' },
    [claim('tool_platform')]: {
      product_family_code: 'moodle',
      version: '2025041401',
      guid: steadyHex(world.origin, 32),
      name: 'StandIn',
      description: 'Stand-in Moodle',
    },
    ...presentation(message, back),
    ...services(world, message),
  };
  if (kind === 'deep-linking') {
    const query = new URLSearchParams({
      course: String(course),
      id: String(tool.number),
      sesskey: sessionKey(who.person.username),
    });
    const settings = {
      accept_types: ['ltiResourceLink'],
      accept_presentation_document_targets: ['frame', 'iframe', 'window'],
      accept_copy_advice: false,
      accept_multiple: true,
      accept_unsigned: false,
      auto_create: false,
      can_confirm: false,
      deep_link_return_url: address(world, 'moodle', 'deepLinkReturn', { query: query.toString() }),
      title: tool.title,
      text: '',
    };
    return { ...common, [deepLinkingClaim('deep_linking_settings')]: settings };
  }
  return {
    ...common,
    ...(link && {
      [claim('resource_link')]: { title: link.title, description: '', id: resourceLinkId('moodle', link) },
      [claim('custom')]: link.custom,
    }),
  };
}

function canvasClaims(world: World, message: Message): JWTPayload {
  const { tool, link, courseKey, kind, who } = message;
  const course = courseNumber(world, courseKey);
  const common = {
    azp: tool.clientId,
    locale: 'en',
    [claim('context')]: {
      id: contextId(world, 'canvas', courseKey),
      label: courseKey.split('+')[1] ?? '',
      title: courseTitle(world, courseKey),
      type: [courseType('CourseOffering')],
    },
    [claim('tool_platform')]: {
      guid: `${steadyHex(world.origin, 40)}:canvas-lms`,
      name: 'Stand-in Canvas',
      version: 'cloud',
      product_family_code: 'canvas',
    },
    [claim('lti1p1')]: { user_id: steadyHex(`canvas 1.1 ${who.person.username}`, 40) },
    [claim('custom')]: link?.custom ?? {},
    'https://www.instructure.com/placement': link ? 'assignment_selection' : 'course_navigation',
    ...presentation(message, `${world.origin}/courses/${course}/external_content/success/external_tool_redirect`),
    ...services(world, message),
  };
  if (kind === 'deep-linking') {
    const data = hex(world.random, 40);
    world.lti.deepLinkingData.set(data, courseKey);
    const settings = {
      deep_link_return_url: address(world, 'canvas', 'deepLinkReturn', {
        place: course,
        query: 'modal=true&placement=module_index_menu_modal',
      }),
      accept_types: ['ltiResourceLink'],
      accept_presentation_document_targets: ['iframe', 'window'],
      accept_media_types: 'application/vnd.ims.lti.v1.ltilink',
      auto_create: true,
      accept_multiple: true,
      accept_lineitem: true,
      data,
    };
    return { ...common, [deepLinkingClaim('deep_linking_settings')]: settings };
  }
  return {
    ...common,
    ...(link && { [claim('resource_link')]: { id: resourceLinkId('canvas', link), title: link.title } }),
  };
}

/** Everything an id_token of this platform says. */
export function claimsOf(world: World, message: Message): JWTPayload {
  const { tool, link, who, kind, nonce } = message;
  const { mode } = tool;
  const { issuer, idTokenSeconds } = manners[mode];
  const now = Math.floor(platformNow(world) / 1000);
  const own = { openedx: openedxClaims, moodle: moodleClaims, canvas: canvasClaims }[mode];
  return {
    iss: issuer(world.origin),
    aud: tool.clientId,
    ...(!world.lti.settings.isAnonymous && {
      sub: subjectOf(mode, who.person),
      ...personalClaims(world, mode, who.person),
    }),
    nonce,
    iat: now,
    exp: now + idTokenSeconds,
    [claim('version')]: '1.3.0',
    [claim('message_type')]: kind === 'deep-linking' ? 'LtiDeepLinkingRequest' : 'LtiResourceLinkRequest',
    [claim('deployment_id')]: deploymentOf(tool, link),
    [claim('target_link_uri')]: targetOf(tool, link, kind),
    [claim('roles')]: launchRoles(world, mode, who.role),
    ...own(world, message),
  };
}
