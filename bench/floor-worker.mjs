import { DurableObject } from 'cloudflare:workers';

/*
 * The floor: the least that a durable answer can cost here. Route → object call → one INSERT of the size of an op → JSON.
 * No token, no parsing, no rule. For what stands in D1: route → one INSERT into D1 → JSON.
 */

export class Floor extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      'create table if not exists op (id integer primary key, body text not null, received_at integer not null)',
    );
  }

  save(body) {
    const { id } = this.ctx.storage.sql
      .exec('insert into op (body, received_at) values (?, ?) returning id', body, Date.now())
      .one();
    return { upTo: id };
  }
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/events') {
      const statement = env.DB.prepare('insert into event (body, received_at) values (?, ?)');
      await statement.bind(await request.text(), Date.now()).run();
      return Response.json({}, { status: 202 });
    }
    const [, name] = /^\/attempts\/([^/]+)\/ops$/.exec(pathname) ?? [];
    if (!name) return new Response(null, { status: 404 });
    const stub = env.ATTEMPTS.get(env.ATTEMPTS.idFromName(name));
    return Response.json(await stub.save(await request.text()));
  },
};
