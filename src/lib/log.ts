/**
 * One JSON line, whatever is put in: texts are cut, secrets are left out, line breaks of every kind are escaped, and what JSON has no word for
 * becomes text.
 */
export type LogLine = Record<string, string | number | boolean | null | undefined>;
export type Log = (level: 'info' | 'error', line: LogLine) => void;

/** Characters of one text, and the fields of one line: the platform cuts lines off at some hundred KB. */
const MAX_TEXT = 4_000;
const MAX_FIELDS = 40;
const MAX_CAUSES = 4;

/**
 * What could be a secret: tokens (three parts in base64url), and 40 characters or more of base64url or hex in a row, as all our keys, links and
 * codes are. The values a database refused stand behind `params:` (drizzle) and may be anything.
 */
const withoutSecrets = (text: string) =>
  text
    .replaceAll(/\nparams: [^]*?(?=\n {4}at |$)/g, '\nparams: …')
    .replaceAll(/[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|[\w-]{40,}/g, '…');

function textOf(value: unknown): string {
  try {
    const text = String(value);
    // Cut twice: what is very long is not searched, and no half of a secret stays at the edge.
    const safe = withoutSecrets(text.slice(0, MAX_TEXT * 2));
    return safe.length > MAX_TEXT || text.length > MAX_TEXT * 2 ? `${safe.slice(0, MAX_TEXT)}…` : safe;
  } catch {
    return 'cannot be told';
  }
}

/** A member of anything; undefined also where reading it throws. */
function memberOf(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown) {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return textOf(value);
}

/** The line as it is written. Besides what JSON escapes, everything that some reader takes for the end of a line. */
export function lineOf(level: string, line: LogLine): string {
  const fields = Object.keys(line)
    .slice(0, MAX_FIELDS)
    .map((name) => [textOf(name), fieldOf(memberOf(line, name))] as const);
  const json = JSON.stringify({ level, ...Object.fromEntries(fields) });
  return json.replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export const consoleLog: Log = (level, line) => {
  // oxlint-disable-next-line no-console -- the one place that writes the log
  console[level](lineOf(level, line));
};

/** What was behind an error, and behind that; a circle is walked once. */
function causesOf(error: unknown): string | undefined {
  const seen = new Set<unknown>([error]);
  const told: string[] = [];
  for (let one = memberOf(error, 'cause'); one !== undefined && one !== null; one = memberOf(one, 'cause')) {
    if (seen.has(one) || told.length === MAX_CAUSES) break;
    seen.add(one);
    told.push(textOf(memberOf(one, 'message') ?? one));
  }
  return told.length > 0 ? told.join(' < ') : undefined;
}

/** What is told of a thrown bug, to the log only. Anything can be thrown; this never throws. */
export function errorLine(where: LogLine, error: unknown): LogLine {
  const isError = memberOf(error, 'message') !== undefined;
  const cause = causesOf(error);
  const stack = memberOf(error, 'stack');
  return {
    message: 'error',
    ...where,
    name: isError ? textOf(memberOf(error, 'name')) : 'Error',
    error: textOf(isError ? memberOf(error, 'message') : error),
    ...(cause !== undefined && { cause }),
    stack: stack === undefined ? null : textOf(stack),
  };
}
