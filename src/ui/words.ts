import { chichewa } from './chichewa.ts';
import { english, type WordKey } from './english.ts';
import type { Locale } from './locale.ts';

type Fill = Record<string, string | number>;

/** Looks words up. `{name}` in a text is filled from `fill`. Words missing in Chichewa fall back to English. */
export type Words = (key: WordKey, fill?: Fill) => string;

export const wordsFor =
  (locale: Locale): Words =>
  (key, fill = {}) => {
    const text = (locale === 'ny' ? chichewa[key] : undefined) ?? english[key];
    return text.replaceAll(/\{(\w+)\}/g, (mark, name: string) => (name in fill ? String(fill[name]) : mark));
  };
