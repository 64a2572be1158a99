import { getCookie } from 'hono/cookie';
import type { AppContext } from '../http/index.ts';
import { type Locale, locales } from '../lib/call.ts';

export type { Locale } from '../lib/call.ts';

export const isLocale = (value: unknown): value is Locale => locales.some((locale) => locale === value);

/** The reader's language: what they chose (a cookie), else English, the language of the examinations. */
export function localeOf(c: AppContext): Locale {
  const chosen = getCookie(c, 've_lang');
  return isLocale(chosen) ? chosen : 'en';
}
