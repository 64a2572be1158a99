import { spawnSync } from 'node:child_process';
import { bigCourse, bigPlatform, editCourse } from './big-course.mjs';
import { during, ms, requireNoErrors, rounds, spread, tail, times, whole } from './figures.mjs';
import { closedLoop, connectTo, median, metered, openLoop, percentile } from './load.mjs';
import { migrate } from './migrate.mjs';
import { startSyncs } from './servers.mjs';
import { makeUsers } from './sitters.mjs';
import { makeConnection, webhooksOf } from './webhook-senders.mjs';

/* The scenarios of the Open edX room: webhooks that come in, syncs of big courses, and the memory their answers take. */

const SENDERS = 8;

/** Waits until the learner events of a connection are handled, so that the queue does not work beside what comes next. */
async function handled(db, { id }) {
  const waiting = () =>
    db
      .prepare('select count(*) as n from openedx_event where connection_id = ? and next_at is not null')
      .bind(id)
      .first('n');
  for (const isOver = during(60); (await waiting()) > 0 && !isOver(); )
    await new Promise((resolve) => setTimeout(resolve, 250));
}

export async function webhooks(bench) {
  const count = bench.quick ? 600 : 2_000;
  const { ours, floor, db } = bench;
  const floorDb = await floor.miniflare.getD1Database('DB');
  await floorDb.exec('create table event (id integer primary key, body text not null, received_at integer not null)');
  const [call, floorCall] = [connectTo(ours, SENDERS), connectTo(floor, SENDERS)];
  const isOver = times(count);

  const intake = async (send, { learners }) => {
    const connection = await makeConnection(db, 100);
    const sent = webhooksOf(connection, count, { learners });
    const statuses = {};
    const done = await send(async (index) => {
      const answer = await call({ path: connection.path, ...sent[index] });
      const { status } = JSON.parse(answer.json);
      statuses[status] = (statuses[status] ?? 0) + 1;
      return answer;
    });
    requireNoErrors('webhook', done.errors);
    await handled(db, connection);
    const runs = db.prepare('select count(*) as n from sync_run where course_id like ?').bind(`crs_${connection.id}_%`);
    return { ...done, statuses: { ...statuses, runs: await runs.first('n') } };
  };
  const atOnce = (one) => metered(ours, () => closedLoop({ atOnce: SENDERS, isOver, one }));
  const bodies = webhooksOf(await makeConnection(db, 100), count);
  const bare = async () => {
    const one = (index) => floorCall({ path: '/events', ...bodies[index] });
    const done = await metered(floor, () => closedLoop({ atOnce: SENDERS, isOver, one }));
    requireNoErrors('floor', done.errors);
    return done;
  };

  const row = async (what, learners) => {
    await intake(atOnce, { learners });
    const [runs, floors] = [[], []];
    for (const _ of rounds(bench)) {
      floors.push(await bare());
      runs.push(await intake(atOnce, { learners }));
    }
    const at = (share, all) =>
      spread(
        all.map(({ latencies }) => percentile(latencies, share)),
        ms,
      );
    const ratios = runs.map(({ latencies }, index) => median(latencies) / median(floors[index].latencies));
    const rate = (all) => whole(median(all.map(({ perSecond }) => perSecond)));
    const cpu = (all) => ms(median(all.map((one) => one.cpu)));
    const told = Object.entries(runs[0].statuses).map(([word, n]) => `${word} ${whole(n)}`);
    return {
      what: `${whole(count)} webhooks, c = ${SENDERS}, ${what}`,
      figure: `p50 ${at(0.5, runs)}, **p99 ${at(0.99, runs)}**; p50 **${spread(ratios, (value) => value.toFixed(1))}** times the floor`,
      note: `floor p50 ${at(0.5, floors)}, p99 ${at(0.99, floors)}; ${rate(runs)}/s against ${rate(floors)}/s; processor ${cpu(runs)} against ${cpu(floors)} each; ${told.join(', ')}`,
    };
  };
  const steady = async (what, learners) => {
    const send = (one) => openLoop({ perSecond: 20, seconds: bench.quick ? 5 : 20, one });
    const { latencies } = await intake(send, { learners });
    return { what: `20 webhooks a second, ${what}`, figure: tail(latencies) };
  };
  const [courses, learners] = ['about courses', 'a third about learners, handled beside them'];
  try {
    return [
      await row(courses, false),
      await row(learners, true),
      await steady(courses, false),
      await steady(learners, true),
    ];
  } finally {
    call.close();
    floorCall.close();
  }
}

/** Of what left the isolate and when: how long it read, decided and waited. */
function splitOf({ startedAt, endedAt, trips }) {
  const before = (trip) => trip.startedAt - (trips[trips.indexOf(trip) - 1]?.endedAt ?? startedAt);
  const took = (trip) => trip.endedAt - trip.startedAt;
  const sum = (list, of) => list.reduce((total, one) => total + of(one), 0);
  const d1 = trips.filter(({ what }) => what === 'd1');
  const batch = d1.reduce((most, one) => (one.statements > most.statements ? one : most));
  const kept = d1[d1.indexOf(batch) - 1];
  const pulled = trips.findIndex(({ what }) => what === 'blocks');
  return {
    total: endedAt - startedAt,
    // JSON and zod of Blocks; then, with learning_sequences at hand, the outline.
    json: pulled < 0 ? 0 : before(trips[pulled + 1]),
    outline: pulled < 0 ? 0 : before(trips[pulled + 2]),
    kept: took(kept),
    diff: before(batch),
    batch: took(batch),
    statements: batch.statements,
    trips: d1.length,
    read: sum(d1, ({ read }) => read),
    written: sum(d1, ({ written }) => written),
  };
}

const middle = (runs) =>
  Object.fromEntries(Object.keys(runs[0]).map((name) => [name, median(runs.map((run) => run[name]))]));

function syncRow(what, runs) {
  const { json, outline, kept, diff, batch, statements, trips, read, written, cpu } = middle(runs);
  const parts = [
    json > 0 && `JSON and zod ${ms(json)}, outline ${ms(outline)}`,
    `kept rows ${ms(kept)}, diff and statements ${ms(diff)}, batch ${ms(batch)}`,
    `${statements} statements, ${trips} round trips, ${whole(read)} rows read, ${whole(written)} written`,
    `processor ${ms(cpu)}`,
  ];
  return {
    what,
    figure: spread(
      runs.map(({ total }) => total),
      ms,
    ),
    note: parts.filter(Boolean).join('; '),
  };
}

/** A server of syncs, and how to ask it. `ask` answers what the Worker noted, or the failed answer. */
async function startBenchOfSyncs({ secrets }) {
  const platform = bigPlatform();
  const server = await startSyncs(secrets, (request) => platform.fetch(request));
  const db = await server.miniflare.getD1Database('DB');
  await migrate(db);
  await makeUsers(server, secrets.ACCESS_TOKEN_KEY, 1, { role: 'admin', prefix: 'bench' });
  const call = connectTo(server, 1);
  const ask = async (body) => {
    const before = server.cpu();
    const answer = await call({ path: '/', body });
    requireNoErrors(body.what, answer.status === 200 ? [] : [answer]);
    const { answered, ...noted } = JSON.parse(answer.json);
    return { answered, noted, cpu: server.cpu() - before };
  };
  const stop = async () => {
    call.close();
    await server.stop();
  };
  return { platform, server, db, ask, stop };
}

export async function syncs(bench) {
  const sizes = bench.quick ? [100, 1_000] : [100, 1_000, 10_000];
  const { platform, server, db, ask, stop } = await startBenchOfSyncs(bench);
  const measured = async (body) => {
    const { noted, cpu } = await ask(body);
    return { ...splitOf(noted), cpu };
  };
  const succeeded = async (runId) => {
    const run = await db.prepare('select state, error from sync_run where id = ?').bind(runId).first();
    if (run.state !== 'succeeded') throw new Error(`sync: ${run.state}, ${run.error}`);
  };
  const live = (name, size) => bigCourse(`course-v1:EduMW+${name}+2026_T1`, size);
  const follow = async (name, size) => {
    const course = live(name, size);
    const { courseKey } = course;
    platform.show(course);
    const { runId: firstId } = (await ask({ what: 'follow', courseKey })).answered;
    const first = await measured({ what: 'sync', runId: firstId });
    await succeeded(firstId);
    editCourse(course, 0.01);
    platform.show(course);
    const { runId } = (await ask({ what: 'request', courseKey })).answered;
    const edited = await measured({ what: 'sync', runId });
    await succeeded(runId);
    return { first, edited, undone: await measured({ what: 'undo', runId }) };
  };
  try {
    await follow('warm', 1_000);
    const bySize = new Map(sizes.map((size) => [size, []]));
    for (const round of rounds(bench))
      for (const [size, runs] of bySize) runs.push(await follow(`big${size}_${round}`, size));

    const words = { first: 'first sync', edited: 'sync of 1 % edits', undone: 'its undo' };
    const [large, small] = sizes.toReversed();
    const growth = Object.entries(words).map(([step, word]) => {
      const total = (size) => median(bySize.get(size).map((run) => run[step].total));
      return `${word} ${(Math.log(total(large) / total(small)) / Math.log(large / small)).toFixed(2)}`;
    });
    return [
      ...[...bySize].flatMap(([size, runs]) =>
        Object.entries(words).map(([step, word]) =>
          syncRow(
            `${whole(size)} blocks, ${word}`,
            runs.map((run) => run[step]),
          ),
        ),
      ),
      {
        what: `Growth from ${whole(small)} to ${whole(large)} blocks, as an exponent`,
        figure: growth.join(', '),
        note: `1 is linear; workerd ${whole(server.memory())} MB at the end`,
      },
    ];
  } finally {
    await stop();
  }
}

/** Whether a first sync and one of edits pass where V8 may keep no more than `limit` MB. */
async function fits(bench, size, limit) {
  process.env.MINIFLARE_WORKERD_V8_FLAGS = `--max-old-space-size=${limit}`;
  const { platform, ask, stop } = await startBenchOfSyncs(bench);
  try {
    const course = bigCourse('course-v1:EduMW+memory+2026_T1', size);
    const { courseKey } = course;
    platform.show(course);
    await ask({ what: 'sync', runId: (await ask({ what: 'follow', courseKey })).answered.runId });
    editCourse(course, 0.01);
    platform.show(course);
    await ask({ what: 'sync', runId: (await ask({ what: 'request', courseKey })).answered.runId });
    return true;
  } catch {
    // workerd is gone.
    return false;
  } finally {
    delete process.env.MINIFLARE_WORKERD_V8_FLAGS;
    await stop();
  }
}

const STEP_MB = 8;

/** The smallest heap, in steps of 8 MB, in which the syncs of a course pass; that of an isolate of Cloudflare is 128 MB. */
async function smallestHeap(bench, size) {
  let [below, enough] = [0, 256 / STEP_MB];
  while (enough - below > 1) {
    const middle = Math.floor((below + enough) / 2);
    if (await fits(bench, size, middle * STEP_MB)) enough = middle;
    else below = middle;
  }
  return enough * STEP_MB;
}

export async function memory(bench) {
  const rows = [];
  for (const size of bench.quick ? [10_000] : [10_000, 30_000]) {
    const args = ['--expose-gc', 'bench/blocks-memory.mjs', String(size)];
    const done = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(done.stderr);
    const { body, parts, text, json, answer, outline } = JSON.parse(done.stdout);
    const mb = (value) => `${value.toFixed(1)} MB`;
    rows.push({
      what: `The answer of ${whole(size)} blocks, ${mb(body)}`,
      figure: `**${mb(Math.max(parts + text, text + json + answer + outline))}** at most: joining ${mb(parts + text)}, then text and JSON ${mb(text + json)}, zod ${mb(answer)} more, outline ${mb(outline)}`,
      note: `its syncs pass in a V8 heap of ${await smallestHeap(bench, size)} MB; an isolate has 128 MB`,
    });
  }
  return rows;
}
