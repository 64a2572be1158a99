import * as z from 'zod';

/** An instant (ms since 1970) as the contract writes it: ISO 8601 UTC with milliseconds. */
export function iso(at: number): string;
export function iso(at: number | null): string | null;
export function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

const FIRST = Date.UTC(1970, 0, 1);
/** Alarms of Durable Objects end in 2262, and years of five digits are no ISO 8601. */
const END = Date.UTC(2200, 0, 1);

/** An instant as it comes in: ISO 8601 with an offset, of the years 1970 to 2199; ms since 1970. */
export const Instant = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .refine((at) => at >= FIRST && at < END, 'must be of the years 1970 to 2199');
