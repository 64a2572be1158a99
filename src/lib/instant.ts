/** An instant (ms since 1970) as the contract writes it: ISO 8601 UTC with milliseconds. */
export function iso(at: number): string;
export function iso(at: number | null): string | null;
export function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
