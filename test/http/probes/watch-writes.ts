/** What a request has really changed in D1: the beginnings of the statements that changed rows. */
type Watch = { database: D1Database; wrote: string[] };

const WRITE = /^\s*(insert|update|delete|replace|with)\b/i;
const real = new WeakMap<D1PreparedStatement, { statement: D1PreparedStatement; sql: string }>();

/** The database, noting every statement that changes a row. A conditional write that finds none is no change. */
export function watchWrites(database: D1Database): Watch {
  const wrote: string[] = [];
  const note = (sql: string, rows: number) => {
    if (rows > 0) wrote.push(sql.slice(0, 60));
  };
  const watched = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, name) {
        if (name === 'bind') return (...values: unknown[]) => watched(target.bind(...values), sql);
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...values: unknown[]) => {
          const found: unknown = await member.apply(target, values);
          // `raw` and `first` tell no count: what a write gives back, it has changed.
          if (Array.isArray(found)) note(sql, WRITE.test(sql) ? found.length : 0);
          else if (name === 'first') note(sql, WRITE.test(sql) && found !== null ? 1 : 0);
          else note(sql, (found as D1Result).meta.changes);
          return found;
        };
      },
    });
    real.set(proxy, { statement, sql });
    return proxy;
  };
  const proxy = new Proxy(database, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => watched(target.prepare(sql), sql);
      const member: unknown = Reflect.get(target, name);
      if (name !== 'batch') return typeof member === 'function' ? member.bind(target) : member;
      return async (statements: D1PreparedStatement[]) => {
        const found = await target.batch(statements.map((one) => real.get(one)?.statement ?? one));
        found.forEach(({ meta }, index) => {
          const one = statements[index];
          note((one && real.get(one)?.sql) ?? '', meta.changes);
        });
        return found;
      };
    },
  });
  return { database: proxy, wrote };
}
