/*
 * Senders write Python values as text: `str(datetime)`, `repr(EventsMetadata)`, `True`, `None` (FORMATS "Webhook senders").
 */

const TEXT = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

function microseconds(parts: number[], micros: number, offsetMinutes: number): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(ms);
  // `Date.UTC` takes a 31st of February for a day in March.
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    return undefined;
  return (ms - offsetMinutes * 60_000) * 1000 + micros;
}

function offsetOf(zone: string | undefined): number {
  // Very old releases wrote naive times, which were UTC.
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** `2026-04-14 07:02:11.482910+00:00`, or ISO 8601, as µs since 1970; undefined when it is neither. */
export function readDatetime(text: string): number | undefined {
  const match = TEXT.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second = '0', fraction = '', zone] = match.slice(1);
  const parts = [year, month, day, hour, minute, second].map(Number);
  return microseconds(parts, Number(fraction.padEnd(6, '0')), offsetOf(zone));
}

/** `datetime.datetime(2026, 4, 14, 7, 2, 11, 482910, tzinfo=datetime.timezone.utc)` as µs since 1970. */
export function readDatetimeRepr(text: string): number | undefined {
  const match = /datetime\.datetime\((\d+(?:, \d+){2,6})/.exec(text);
  if (!match?.[1]) return undefined;
  const parts = match[1].split(', ').map(Number);
  return microseconds(parts.slice(0, 6), parts[6] ?? 0, 0);
}

/** `True`, `False`, `None` as what they mean; anything else as it is. */
export function readConstant(value: unknown): unknown {
  if (value === 'True') return true;
  if (value === 'False') return false;
  return value === 'None' ? null : value;
}
