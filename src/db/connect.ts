import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';

/** Round trips of one request. A batch is one. */
export type Trips = { d1: number; kv: number };

const original = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

function countStatement(statement: D1PreparedStatement, trips: Trips): D1PreparedStatement {
  const counted = new Proxy(statement, {
    get(target, name) {
      if (name === 'bind') return (...values: unknown[]) => countStatement(target.bind(...values), trips);
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]) => {
        trips.d1 += 1;
        return member.apply(target, values);
      };
    },
  });
  original.set(counted, statement);
  return counted;
}

/** The database of one request, counting its round trips into `trips`. */
export function connect(database: D1Database, trips: Trips): DrizzleD1Database {
  const counted = new Proxy(database, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => countStatement(target.prepare(sql), trips);
      if (name === 'batch') {
        return (statements: D1PreparedStatement[]) => {
          trips.d1 += 1;
          return target.batch(statements.map((statement) => original.get(statement) ?? statement));
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  return drizzle(counted);
}

/** A KV namespace counting its round trips into `trips`. */
export function countKv(namespace: KVNamespace, trips: Trips): KVNamespace {
  return new Proxy(namespace, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]) => {
        trips.kv += 1;
        return member.apply(target, values);
      };
    },
  });
}
