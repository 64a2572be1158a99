import type { Fields } from '../ui/index.ts';

/** The seconds of a control that asks for minutes; a text that is no number is refused by whoever takes the seconds. */
export function secondsOf(fields: Fields, name: string): number {
  const minutes = Number((fields[name] ?? '').trim().replace(',', '.') || Number.NaN);
  return Math.round(minutes * 60);
}
