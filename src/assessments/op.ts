import { readResponse } from '../items/index.ts';
import type { Op, Terms } from './session-state.ts';

/** What is kept of an op that cannot be read. */
const MAX_RAW = 4_000;
const FIELDS = new Set(['seq', 'itemId', 'kind', 'response', 'value', 'at']);
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

type Entry = { seq: number } & Record<string, unknown>;

/** CONTRACT: such an entry never makes a request malformed, whatever else is wrong with it. */
export function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { seq } = value as { seq?: unknown };
  return typeof seq === 'number' && Number.isInteger(seq) && seq >= 1;
}

/**
 * Reads one entry of `ops` against the paper. The op comes back whatever is wrong with it: then with `refused`
 * (`invalid`, `unknown_item`, `blank`) and its text. `at`, the phone's clock, is kept and decides nothing.
 */
export function readOp(terms: Terms, value: unknown, epoch: number, receivedAt: number): Op {
  if (!isEntry(value)) throw new TypeError('an op needs an integer seq of at least 1');
  const { seq, itemId, kind, response, value: flag, at = null } = value;
  const place = { epoch, seq, receivedAt };

  const refuse = (refused: string): Op => ({
    ...place,
    itemId: typeof itemId === 'string' && terms.items.has(itemId) ? itemId : null,
    kind: null,
    response: null,
    at: null,
    refused,
    raw: JSON.stringify(value).slice(0, MAX_RAW),
  });

  if (Object.keys(value).some((name) => !FIELDS.has(name))) return refuse('invalid');
  if (at !== null && (typeof at !== 'string' || !INSTANT.test(at) || Number.isNaN(Date.parse(at))))
    return refuse('invalid');
  if (typeof itemId !== 'string') return refuse('invalid');
  if (kind !== 'set' && kind !== 'clear' && kind !== 'flag') return refuse('invalid');
  const item = terms.items.get(itemId);
  if (!item) return refuse('unknown_item');

  if (kind === 'flag') {
    if (typeof flag !== 'boolean' || response !== undefined) return refuse('invalid');
    return { ...place, itemId, kind, response: flag, at };
  }
  if (flag !== undefined) return refuse('invalid');
  if (kind === 'clear') {
    return response === undefined || response === null
      ? { ...place, itemId, kind, response: null, at }
      : refuse('invalid');
  }
  const read = readResponse(item.shown, response);
  switch (read.kind) {
    case 'given':
      return { ...place, itemId, kind, response: read.response, at };
    case 'blank':
      return refuse('blank');
    case 'invalid':
      return refuse('invalid');
  }
}
