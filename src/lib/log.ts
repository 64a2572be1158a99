/** One JSON line. JSON.stringify escapes line breaks, so whatever a client sends stays inside its line. */
export type LogLine = Record<string, string | number | boolean | null | undefined>;
export type Log = (level: 'info' | 'error', line: LogLine) => void;

export const consoleLog: Log = (level, line) => {
  // oxlint-disable-next-line no-console -- the one place that writes the log
  console[level](JSON.stringify({ level, ...line }));
};

/** What is told of a thrown bug, to the log only. */
export function errorLine(where: LogLine, error: unknown): LogLine {
  const thrown = error instanceof Error ? error : new Error(String(error));
  return { message: 'error', ...where, name: thrown.name, error: thrown.message, stack: thrown.stack ?? null };
}
