/** Where the students are: Africa/Blantyre, UTC+2 all year. A setting, should a school elsewhere want another. */
export const TIME_ZONE = 'Africa/Blantyre';

const day = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const exactClock = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** "Friday 20 November 2026, 14:05" in the school's time zone. `at` is ms since 1970. */
export const showInstant = (at: number) => `${day.format(at).replace(',', '')}, ${clock.format(at)}`;
const date = new Intl.DateTimeFormat('en-GB', { timeZone: TIME_ZONE, day: 'numeric', month: 'short', year: 'numeric' });
/** "20 Nov 2026, 14:05", for tables: it breaks at the comma only. */
export const showShortInstant = (at: number) => `${date.format(at).replaceAll(' ', '\u00a0')}, ${clock.format(at)}`;
/** "14:05" */
export const showClock = (at: number) => clock.format(at);
/** "14:05:09" */
export const showExactClock = (at: number) => exactClock.format(at);

/** Whole hours, minutes and seconds of a duration in seconds, rounded down. */
function splitSeconds(seconds: number) {
  const whole = Math.max(0, Math.floor(seconds));
  return { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60), seconds: whole % 60 };
}

/** "2 h 30 min", "45 min", "1 min 30 s", "20 s". */
export function showDuration(seconds: number): string {
  const { hours, minutes, seconds: rest } = splitSeconds(seconds);
  const parts = [hours && `${hours} h`, minutes && `${minutes} min`, hours === 0 && rest && `${rest} s`].filter(
    Boolean,
  );
  return parts.length > 0 ? parts.join(' ') : '0 s';
}

/** UTC+2 without summer time, so what is written in a form can be read without a calendar. */
const OFFSET_MS = 2 * 3600 * 1000;
const WRITTEN = /^\s*(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00(?:\.000)?)?\s*$/;

/** An instant as a `datetime-local` control of the school's time zone holds it: "2026-11-20T14:05", seconds left out. */
export const toLocalField = (at: number) => new Date(at + OFFSET_MS).toISOString().slice(0, 16);

/** The instant that such a control says, typed by hand too; undefined when it is none, as on 31 February. */
export function fromLocalField(text: string): number | undefined {
  const [, date, time] = WRITTEN.exec(text) ?? [];
  const at = Date.parse(`${date}T${time}Z`) - OFFSET_MS;
  return !Number.isNaN(at) && toLocalField(at) === `${date}T${time}` ? at : undefined;
}

const DAY_MS = 24 * 3600 * 1000;

/** When something ends, as seen from `now`: "14:05" within a day, else with its date. Instants in ms. */
export const showEnd = (end: number, now: number) => (end - now < DAY_MS ? showClock(end) : showInstant(end));

/** How long until `end`, in whole minutes down to two minutes: nobody reads seconds of an hour. Instants in ms. */
export function showLeft(end: number, now: number): string {
  const seconds = Math.max(0, Math.floor((end - now) / 1000));
  return showDuration(seconds >= 120 ? seconds - (seconds % 60) : seconds);
}
