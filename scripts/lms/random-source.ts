/** Names made of a source of random numbers, so that a run can be played again. */
export type RandomSource = () => number;

export const hex = (random: RandomSource, length: number) =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');

/** A version of a course: 24 hex digits that begin with the second it was made in, as MongoDB makes them. */
export const objectId = (random: RandomSource, now: number) =>
  Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0') + hex(random, 16);

/** An event's id has the form of a UUID of version 1. */
export const eventId = (random: RandomSource) =>
  `${hex(random, 8)}-${hex(random, 4)}-1${hex(random, 3)}-9${hex(random, 3)}-0242ac140007`;

export const pick = <Value>(random: RandomSource, from: readonly Value[]): Value | undefined =>
  from[Math.floor(random() * from.length)];

/** A small repeatable source (mulberry32); a text as seed is hashed. */
export function seededRandom(seed: number | string): RandomSource {
  let state = 0x811c9dc5;
  for (const letter of String(seed)) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
