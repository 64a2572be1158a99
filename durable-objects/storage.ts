import type { Change } from '../src/assessments/session.ts';
import type { StartSession } from '../src/assessments/session-rpc.ts';
import { evolve, type Op, SessionState, type Terms } from '../src/assessments/session-state.ts';

/**
 * The tables of an attempt's object, as an append-only list: a number once used is never changed. `change` and `op` are logs;
 * evolving an empty state through them gives the sitting. A prefix of what one event appends is itself a valid sitting.
 */
export const migrations: readonly string[] = [
  `create table start (slice integer primary key, json text not null);
   create table change (id integer primary key, json text not null);
   create table op (
     id integer primary key, epoch integer not null, seq integer not null, item_id text, kind text, response text,
     at text, received_at integer not null, refused text, raw text
   );`,
];

/** A value in the object's SQLite holds 2 MB; a paper may be larger. */
const SLICE_CHARACTERS = 500_000;

const exists = (sql: SqlStorage) =>
  sql.exec("select name from sqlite_master where type = 'table' and name = 'migration'").toArray().length > 0;

function applied(sql: SqlStorage): number {
  return Number(sql.exec('select max(version) as version from migration').one().version);
}

/** Brings existing tables up to date, each step whole or not at all. An object that was never started has none and gets none. */
export function migrate(storage: DurableObjectStorage, list: readonly string[] = migrations) {
  const { sql } = storage;
  if (!exists(sql)) return;
  for (let version = applied(sql); version < list.length; version++) {
    storage.transactionSync(() => {
      sql.exec(list[version] ?? '');
      sql.exec('insert into migration (version) values (?)', version + 1);
    });
  }
}

/** A text in pieces. Half of a surrogate pair would not survive UTF-8, so none is cut between its halves. */
function* slices(text: string) {
  for (let from = 0, to: number; from < text.length; from = to) {
    to = from + SLICE_CHARACTERS;
    if ((text.codePointAt(to - 1) ?? 0) > 0xffff) to -= 1;
    yield text.slice(from, to);
  }
}

/** Creates the tables and keeps what start pinned: all of it or nothing, so that a start that failed can be made again. */
export function create(storage: DurableObjectStorage, spec: StartSession) {
  const { sql } = storage;
  storage.transactionSync(() => {
    sql.exec('create table migration (version integer primary key); insert into migration (version) values (0);');
    migrate(storage);
    for (const slice of slices(JSON.stringify(spec))) sql.exec('insert into start (json) values (?)', slice);
  });
}

/** Appends changes to the logs, in their order. */
export function append(sql: SqlStorage, changes: readonly Change[]) {
  for (const change of changes) {
    if (change.kind === 'received') for (const op of change.ops) appendOp(sql, op);
    else sql.exec('insert into change (json) values (?)', JSON.stringify(change));
  }
}

function appendOp(sql: SqlStorage, op: Op) {
  sql.exec(
    'insert into op (epoch, seq, item_id, kind, response, at, received_at, refused, raw) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    op.epoch,
    op.seq,
    op.itemId,
    op.kind,
    op.response === null ? null : JSON.stringify(op.response),
    op.at,
    op.receivedAt,
    op.refused ?? null,
    op.raw ?? null,
  );
}

type OpRow = Record<'item_id' | 'kind' | 'response' | 'at' | 'refused' | 'raw', string | null> &
  Record<'epoch' | 'seq' | 'received_at', number>;

/** Every op that ever arrived, in the order of arrival. */
export function readOps(sql: SqlStorage): Op[] {
  return sql
    .exec<OpRow>('select * from op order by id')
    .toArray()
    .map((row) => ({
      epoch: row.epoch,
      seq: row.seq,
      itemId: row.item_id,
      kind: row.kind as Op['kind'],
      response: row.response === null ? null : (JSON.parse(row.response) as Op['response']),
      at: row.at,
      receivedAt: row.received_at,
      ...(row.refused !== null && { refused: row.refused }),
      ...(row.raw !== null && { raw: row.raw }),
    }));
}

/** The sitting as the logs tell it; undefined where none was started. */
export function load(sql: SqlStorage): SessionState | undefined {
  if (!exists(sql)) return undefined;
  const kept = sql.exec<{ json: string }>('select json from start order by slice').toArray();
  const { items, endsAt, ...rest } = JSON.parse(kept.map(({ json }) => json).join('')) as StartSession;
  const terms: Terms = { ...rest, items: new Map(items.map((item) => [item.itemId, item])) };
  const state = new SessionState(terms, endsAt);
  const changes = sql.exec<{ json: string }>('select json from change order by id').toArray();
  for (const { json } of changes) evolve(state, JSON.parse(json) as Change);
  evolve(state, { kind: 'received', ops: readOps(sql) });
  return state;
}
