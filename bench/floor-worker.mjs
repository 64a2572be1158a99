import { DurableObject } from 'cloudflare:workers';

/*
 * The floor: the least that a durable answer can cost here. Route → object call → one INSERT of the size of an op → JSON.
 * No token, no parsing, no rule.
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
    const [, name] = /^\/attempts\/([^/]+)\/ops$/.exec(new URL(request.url).pathname) ?? [];
    if (!name) return new Response(null, { status: 404 });
    const stub = env.ATTEMPTS.get(env.ATTEMPTS.idFromName(name));
    return Response.json(await stub.save(await request.text()));
  },
};
