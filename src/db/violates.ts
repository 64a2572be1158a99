/**
 * Whether a batch was aborted by a constraint on `table.column`: the guard of ARCHITECTURE §3 that a stale writer runs into
 * (`NOT NULL`), or a name that is taken (`UNIQUE`).
 */
export function violates(error: unknown, rule: 'NOT NULL' | 'UNIQUE', column: `${string}.${string}`): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (one.message.includes(`${rule} constraint failed: ${column}`)) return true;
  }
  return false;
}
