import type { ContractPage } from '../http/index.ts';
import { launchRefusals, statusOfRefusal } from './refusals.ts';

const tag = 'LTI 1.3';

/**
 * The refusals by status, as the `ve-error` of a page names them. What is too large, or of another media type, is a problem for a program that
 * does not ask for HTML.
 */
const refusals = Object.fromEntries(
  [...Map.groupBy(launchRefusals, statusOfRefusal)].map(([status, codes]) => [
    status,
    `\`<meta name="ve-error">\`: ${codes.map((code) => `\`${code}\``).join(', ')}`,
  ]),
);

const initiation = {
  iss: 'Issuer of the platform',
  login_hint: 'Whom the platform means; goes back to it',
  target_link_uri: 'Where the launch is to lead, on our own origin',
  'lti_message_hint?': 'Goes back to the platform byte for byte',
  'client_id?': 'Our client id; required where the issuer has several',
  'lti_deployment_id?': 'The installation; the token must name the same',
  'lti_storage_target?': 'The frame of the platform that keeps things for us',
};

const began = {
  200: 'A page that keeps a secret in the browser and goes on to the platform',
  303: 'In a window of its own: on to the platform at once',
};

const registering = {
  openid_configuration: 'Where the configuration of the platform stands',
  'registration_token?': 'One-time token of the platform; goes back to it as a bearer',
  'invitation?': 'Secret of a link that an admin made',
};

/** The pages of the tool: its endpoints by the LTI specifications, and those they lead to. */
export const ltiContractPages: readonly ContractPage[] = [
  {
    ...{ method: 'get', path: '/lti/login', tag, summary: 'Login initiation (security-v1p0 §5.1.1.1)' },
    ...{ fields: initiation, answers: { ...began, ...refusals } },
  },
  {
    ...{ method: 'post', path: '/lti/login', tag, summary: 'Login initiation by form' },
    ...{ fields: initiation, answers: { ...began, ...refusals } },
  },
  {
    ...{
      method: 'post',
      path: '/lti/launch',
      tag,
      summary: 'Launch: the redirect URI for resource links and deep linking',
    },
    fields: {
      state: 'Of the login',
      'id_token?': 'The signed launch',
      'proof?': 'What our page found in the browser; empty when it found nothing',
      'error?': 'Instead of a token: why the platform refuses',
      'error_description?': 'In words',
    },
    answers: {
      200: 'Accepted: `<meta name="ve-launch">` (student, instructor, deep-linking) and `<meta name="ve-code">`; or `<meta name="ve-lti-step" content="bind">`, a page that asks the browser for its proof',
      ...refusals,
    },
  },
  {
    ...{
      method: 'post',
      path: '/lti/open',
      tag,
      summary: 'Goes on from a launch page, in a window of its own where no cookie sticks',
    },
    fields: { code: 'One-time code of the launch page', 'window?': '`new` in a window of its own' },
    answers: {
      200: 'A page with a button that opens a window',
      303: 'On to where the launch leads',
      401: 'The code was used, or is too old',
    },
  },
  {
    ...{ method: 'post', path: '/lti/deep-linking', tag, summary: 'The answer of deep linking' },
    fields: {
      code: 'One-time code of the page',
      'assessment?': 'Ids of assessments, each in a field of this name',
      'go?': '`nothing` to add nothing',
    },
    answers: {
      200: 'A page with a form that carries `JWT` to the platform',
      400: 'Choose again',
      401: 'The code was used, or is too old',
    },
  },
  {
    ...{ method: 'get', path: '/lti/links/{id}', tag, summary: 'A place in a course without an assessment yet' },
    ...{
      fields: {},
      answers: { 200: 'What is there', 303: 'Sign in, or the desk of those who teach', 404: 'Not a place you came by' },
    },
  },
  {
    ...{
      method: 'get',
      path: '/lti/register',
      tag,
      summary: 'Dynamic registration: asks whether to register (lti-dr-v1p0)',
    },
    fields: registering,
    answers: { 200: 'A page that names the platform; nothing was fetched yet', 400: 'The link cannot be used' },
  },
  {
    ...{
      method: 'post',
      path: '/lti/register',
      tag,
      summary: 'Registers with the platform, and tells its frame to close',
    },
    fields: registering,
    answers: {
      200: 'Registered: active with an invitation, otherwise waiting for an admin',
      400: 'The link cannot be used',
      403: 'The invitation was used, or is too old',
      409: 'Registered already, or too many wait',
      502: 'What the platform answers cannot be used',
    },
  },
];
