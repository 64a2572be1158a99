export { errorPage } from './error-page.tsx';
export { CsrfField, page } from './layout.tsx';
export { isLocale, type Locale, localeOf } from './locale.ts';
export { showClock, showDuration, showExactClock, showInstant, splitSeconds, TIME_ZONE } from './time.ts';
export { type Words, wordsFor } from './words.ts';
