import { readConstant, readDatetime, readDatetimeRepr } from './python-values.ts';

/** The fields of an event's data, their names joined by `_` as form mode does: `user_pii_username`. */
export type FlatData = Record<string, unknown>;

/** A webhook body, whatever its layout. `at` in µs since 1970. The sender's id and time may be missing (the Malawi fork). */
export type Webhook = { eventType: string; eventId: string | null; at: number | null; data: FlatData };

/** A `filter` body can hold a password hash: it is not looked at any further, kept or logged. */
export type ReadWebhook = { kind: 'event'; webhook: Webhook } | { kind: 'filter' } | { kind: 'malformed'; why: string };

const MAX_FIELDS = 200;
const MAX_TYPE = 200;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function flatten(value: Record<string, unknown>, prefix = '', flat: FlatData = Object.create(null)): FlatData {
  for (const [name, one] of Object.entries(value)) {
    if (isRecord(one)) flatten(one, `${prefix}${name}_`, flat);
    else flat[`${prefix}${name}`] = readConstant(one);
  }
  return flat;
}

const malformed = (why: string): ReadWebhook => ({ kind: 'malformed', why });

/** The metadata as fields: nested, or the text Python makes of them. */
function metadataOf(metadata: unknown): { eventType: unknown; eventId: unknown; at: number | null | undefined } {
  if (typeof metadata === 'string') {
    const at = /\btime=(datetime\.datetime\([^)]*\))/.exec(metadata)?.[1];
    return {
      eventType: /\bevent_type='([^']+)'/.exec(metadata)?.[1],
      eventId: /\bid=UUID\('([0-9a-f-]{36})'\)/.exec(metadata)?.[1] ?? null,
      at: at === undefined ? null : readDatetimeRepr(at),
    };
  }
  const { event_type: eventType, id: eventId = null, time = null } = isRecord(metadata) ? metadata : {};
  const at = readConstant(time);
  return {
    eventType,
    eventId: readConstant(eventId),
    at: at === null ? null : typeof at === 'string' ? readDatetime(at) : undefined,
  };
}

/** Events are named by dotted names, or in the fork in lower case; filters by the name of their class. */
const isFilter = (eventType: string, data: FlatData) =>
  /^([a-z_]+\.)*[A-Z][A-Za-z0-9]*$/.test(eventType) ||
  /\.filter\./.test(eventType) ||
  Object.keys(data).some((name) => /(^|_)password($|_)/i.test(name));

function read(metadata: unknown, data: FlatData): ReadWebhook {
  const { eventType, eventId, at } = metadataOf(metadata);
  if (typeof eventType !== 'string' || eventType === '' || eventType.length > MAX_TYPE)
    return malformed('no event_type');
  if (isFilter(eventType, data)) return { kind: 'filter' };
  if (eventId !== null && (typeof eventId !== 'string' || !/^[\w.:-]{1,100}$/.test(eventId)))
    return malformed('no event id');
  if (at === undefined) return malformed('the time of the event cannot be read');
  return { kind: 'event', webhook: { eventType, eventId, at, data } };
}

/**
 * JSON: the event's data under a key beside `event_metadata`. That key is a Python class in today's layout and a word in the older
 * one; it is not looked at.
 */
export function readJsonWebhook(body: unknown): ReadWebhook {
  if (!isRecord(body)) return malformed('not an object');
  const { event_metadata: metadata, ...rest } = body;
  if (metadata === undefined) return malformed('no event_metadata');
  const data: FlatData = Object.create(null);
  for (const [name, one] of Object.entries(rest)) flatten(isRecord(one) ? one : { [name]: one }, '', data);
  if (Object.keys(data).length > MAX_FIELDS) return malformed('too many fields');
  return read(metadata, data);
}

/** Form mode: every name flattened with `_`, the first part the dotted name of the data's class. */
export function readFormWebhook(body: URLSearchParams): ReadWebhook {
  const metadata: Record<string, unknown> = {};
  const data: FlatData = Object.create(null);
  let fields = 0;
  for (const [name, value] of body) {
    fields += 1;
    if (fields > MAX_FIELDS) return malformed('too many fields');
    if (name.startsWith('event_metadata_')) metadata[name.slice('event_metadata_'.length)] = value;
    else if (name === 'event_metadata') return read(value, data);
    else data[/^(?:[a-z_]+\.)+[A-Z][A-Za-z0-9]*_(.+)$/.exec(name)?.[1] ?? name] = readConstant(value);
  }
  return read(metadata, data);
}
