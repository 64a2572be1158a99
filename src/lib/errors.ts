/** Every refusal the API can give: code → status and title. The codes are part of the contract. */
const problems = {
  malformed: [400, 'The request could not be read'],
  invalid: [400, 'The request has errors'],
  unknown_epoch: [400, 'This epoch was never issued'],
  bad_token: [400, 'This link or form has expired'],
  unauthenticated: [401, 'Sign in first'],
  bad_webhook: [401, 'Wrong webhook secret or signature'],
  bad_launch_code: [401, 'Open it again from the course'],
  wrong_credentials: [401, 'Wrong e-mail or password'],
  bad_refresh_token: [401, 'Sign in again'],
  confirm_first: [401, 'Confirm that it is you first'],
  second_factor_required: [401, 'A code of your authenticator is needed'],
  forbidden: [403, 'Not allowed'],
  password_change_required: [403, 'Set a password of your own first'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'Method not allowed'],
  conflict: [409, 'This has changed meanwhile'],
  in_progress: [409, 'The first request with this key is still running'],
  not_open: [409, 'Not open yet'],
  closed: [409, 'Closed'],
  no_attempts_left: [409, 'No attempts left'],
  cannot_fill: [409, 'The bank has too few items for this paper'],
  stale_epoch: [409, 'This attempt is being written on another page'],
  ops_missing: [409, 'Some answers have not arrived yet'],
  not_finished: [409, 'The attempt is still open'],
  finished: [409, 'The attempt has ended'],
  not_practice: [409, 'Tries belong to practice'],
  item_over: [409, 'This question is over'],
  wrong_try: [409, 'This is not the next try'],
  another_open: [409, 'Another attempt is open'],
  archived: [409, 'The attempt has been archived'],
  in_use: [409, 'Still in use'],
  email_taken: [409, 'This address has an account already'],
  username_taken: [409, 'This user name is taken'],
  second_factor_on: [409, 'The second factor is on already'],
  second_factor_off: [409, 'The second factor is not on'],
  no_password: [409, 'Set a password first'],
  last_way_in: [409, 'It is the only way to sign in'],
  identity_taken: [409, 'This sign-in belongs to another account'],
  last_superadmin: [409, 'Somebody has to remain superadmin'],
  instructor_full: [409, 'This instructor has all the students they can have'],
  synced: [409, 'This comes from Open edX'],
  not_enrolled: [409, 'Enrol first'],
  already_enrolled: [409, 'Enrolled already'],
  course_full: [409, 'All seats are taken'],
  later_changes: [409, 'Later changes stand in the way'],
  roster_unavailable: [409, 'The learning platform gives no roster'],
  too_large: [413, 'Too large'],
  address_too_long: [414, 'This address is too long'],
  unsupported_media_type: [415, 'Send JSON'],
  filter_refused: [422, 'Filters are not taken, only events'],
  key_reused: [422, 'This idempotency key was used for something else'],
  too_many_requests: [429, 'Too many requests'],
  headers_too_large: [431, 'The headers are too large'],
  internal: [500, 'Something went wrong'],
  unavailable: [503, 'Not available just now'],
  platform_unavailable: [503, 'The learning platform is not available just now'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ErrorCode = keyof typeof problems;
export const errorCodes = Object.keys(problems) as ErrorCode[];
export const statusOf = (code: ErrorCode) => problems[code][0];
export const titleOf = (code: ErrorCode) => problems[code][1];

/** `pointer` is an RFC 6901 JSON pointer into the request. */
export type FieldError = { pointer: string; message: string };

/** The only error a verb throws. `more` holds extra members of the problem, such as `missing` or `epoch`. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly more: Record<string, unknown>;

  constructor(code: ErrorCode, detail?: string, more: Record<string, unknown> & { errors?: FieldError[] } = {}) {
    super(detail ?? titleOf(code));
    this.name = 'DomainError';
    this.code = code;
    this.more = more;
  }
}

const MAX_FIELD_ERRORS = 50;

/** The refusal of named fields, `invalid`. It tells the first 50. */
export function invalidFields(errors: FieldError[]): DomainError {
  const told = errors.slice(0, MAX_FIELD_ERRORS);
  const detail = told.map(({ pointer, message }) => `${pointer || '/'}: ${message}`).join('; ');
  return new DomainError('invalid', detail.slice(0, 500), { errors: told });
}

/** A switch that names every case ends here; a new case does not compile until it is handled. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
