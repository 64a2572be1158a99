/** An instant to the microsecond, as the platform keeps them. */
export type PythonTime = { readonly ms: number; readonly micro: number };

const two = (number: number) => String(number).padStart(2, '0');

const partsOf = ({ ms, micro }: PythonTime) => {
  const at = new Date(ms);
  return {
    date: [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()] as const,
    time: [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()] as const,
    micros: at.getUTCMilliseconds() * 1000 + micro,
  };
};

const plain = ({ ms, micro }: PythonTime, separator: string) => {
  const { date, time, micros } = partsOf({ ms, micro });
  const fraction = micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`;
  return `${date[0]}-${two(date[1])}-${two(date[2])}${separator}${time.map(two).join(':')}${fraction}`;
};

/** `str(datetime)`: a space, and no fraction when it is zero. */
export const pythonString = (at: PythonTime) => `${plain(at, ' ')}+00:00`;

/** As the REST framework writes it. */
export const restTime = (at: PythonTime) => `${plain(at, 'T')}Z`;

/** `repr(datetime)`. */
export function pythonRepr(at: PythonTime): string {
  const { date, time, micros } = partsOf(at);
  const [hour, minute, second] = time;
  const numbers = [...date, hour, minute, ...(second || micros ? [second] : []), ...(micros ? [micros] : [])];
  return `datetime.datetime(${numbers.join(', ')}, tzinfo=datetime.timezone.utc)`;
}

/** `Apr 14, 2026 at 09:15 UTC`, as Studio writes it. */
export function studioTime(ms: number): string {
  const at = new Date(ms);
  const month = at.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  return `${month} ${two(at.getUTCDate())}, ${at.getUTCFullYear()} at ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** `json.dumps`: blanks after colons and commas, and nothing but ASCII. */
export function pythonJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, one]) => `${pythonJson(key)}: ${pythonJson(one)}`)
      .join(', ')}}`;
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `str(value)` for what a form carries. */
export function pythonText(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object') return `(${Object.values(value).map(pythonText).join(', ')})`;
  return String(value);
}
