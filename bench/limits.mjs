import { during, ms, requireNoErrors, rounds, spread, tail, whole } from './figures.mjs';
import { closedLoop, connectTo, median, metered } from './load.mjs';
import { migrate } from './migrate.mjs';
import { startOurs } from './servers.mjs';
import { makeUsers } from './sitters.mjs';

/* What counting requests costs: one object call and one durable write each, beside the token check. */

const AT_ONCE = 32;
const USERS = 64;

/** Our Worker with or without limits, and how to ask it as one of its users. */
async function aServer({ secrets, lines }, switches) {
  const server = await startOurs(secrets, (line) => lines.push(line), switches);
  const db = await server.miniflare.getD1Database('DB');
  await migrate(db);
  await db
    .prepare("insert into site_setting (name, value, at, by) values ('userApiPerHour', '1000000', 0, 'bench')")
    .run();
  const users = await makeUsers(server, secrets.ACCESS_TOKEN_KEY, USERS, { prefix: 'asker' });
  const call = connectTo(server, AT_ONCE);
  const ask = (index) => call({ method: 'GET', path: '/api/v1/auth/me', token: users[index % USERS].token });
  const run = (seconds) => metered(server, () => closedLoop({ atOnce: AT_ONCE, isOver: during(seconds), one: ask }));
  return { run, stop: () => (call.close(), server.stop()) };
}

export async function limits(bench) {
  const [free, counted] = [
    await aServer(bench, { VE_RATE_LIMITS: 'off' }),
    await aServer(bench, { VE_RATE_LIMITS: '' }),
  ];
  try {
    const seconds = bench.quick ? 2 : 5;
    // A counter is made once an hour.
    for (const server of [free, counted]) requireNoErrors('limits', (await server.run(seconds)).errors);
    const [without, withThem] = [[], []];
    for (const _ of rounds(bench)) {
      without.push(await free.run(seconds));
      withThem.push(await counted.run(seconds));
    }
    for (const { errors } of [...without, ...withThem]) requireNoErrors('limits', errors);
    const ratios = withThem.map(({ perSecond }, index) => perSecond / without[index].perSecond);
    const cpu = (runs) => ms(median(runs.map((one) => one.cpu)));
    const rates = (runs) =>
      spread(
        runs.map(({ perSecond }) => perSecond),
        whole,
      );
    return [
      {
        what: 'Who am I (one query), counted by the hour, c = 32',
        figure: `**${spread(ratios, (value) => value.toFixed(2))}** of the same uncounted: ${rates(withThem)}/s against ${rates(without)}/s`,
        note: `one object call and one durable write more; ${tail(withThem.flatMap(({ latencies }) => latencies))}; processor ${cpu(withThem)} against ${cpu(without)} each`,
      },
    ];
  } finally {
    await Promise.all([free.stop(), counted.stop()]);
  }
}
