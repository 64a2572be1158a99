import { launchLimits } from './launch-limits.ts';

/*
 * Values of claims as a platform may send them: anything at all. Each function answers with what can be used, or null; none
 * throws, and none takes longer than the value is long.
 */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

/** An identifier: 1 to 255 printable ASCII characters, kept as they are (they are case-sensitive). */
export const idIn = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= launchLimits.id && /^[ -~]+$/.test(value) ? value : null;

/** Ends of lines, other control characters, and those that turn the direction of what follows. */
const UNREADABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu;

/** Something for people to read, on one line and cut to length; null when nothing is left. */
export function nameIn(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const line = value.replace(UNREADABLE, ' ').trim();
  return line.slice(0, launchLimits.name).toWellFormed() || null;
}

export const emailIn = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= launchLimits.email && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(value)
    ? value
    : null;

/** An absolute http or https address as it was written. Which hosts may be asked is for whoever asks (http/platform-url.ts). */
export const urlIn = (value: unknown): string | null =>
  typeof value === 'string' &&
  value.length <= launchLimits.url &&
  /^https?:\/\/[^\s\p{Cc}]+$/iu.test(value) &&
  URL.canParse(value)
    ? value
    : null;
