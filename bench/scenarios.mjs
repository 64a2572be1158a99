import { hashPassword } from '../src/identity/password.ts';
import { during, ms, requireNoErrors, rounds, spread, tail, times, whole } from './figures.mjs';
import { launches } from './launches.mjs';
import { limits } from './limits.mjs';
import { closedLoop, connectTo, median, metered, openLoop } from './load.mjs';
import { memory, syncs, webhooks } from './openedx.mjs';
import { sitterOf } from './sitters.mjs';

/*
 * What is measured. Each scenario returns rows `{ what, figure, note }`. Where there is a floor, floor and ours take turns
 * within a round, so that a busy machine slows both alike: the ratio is the figure, the rates are only its scale.
 */

const AT_ONCE = 32;

let cohorts = 0;

/** Starts one attempt each for `count` new students. */
async function startAll({ ours, students, call, teacher }, count, settings = { timeLimitSeconds: 3 * 3600 }) {
  const assessmentId = await teacher.assessment(settings);
  const users = await students(count, { prefix: `student${cohorts++}` });
  const path = `/api/v1/assessments/${assessmentId}/attempts`;
  const start = ({ token }) => call({ path, token, body: {} });
  const sitters = [];
  const one = async (index) => {
    const answer = await start(users[index]);
    if (answer.status === 201) sitters.push(sitterOf(answer));
    return answer;
  };
  const started = await metered(ours, () => closedLoop({ atOnce: AT_ONCE, isOver: (index) => index >= count, one }));
  requireNoErrors('start', started.errors);
  return { started, sitters, resume: (index) => start(users[index % count]) };
}

const floorBody = {
  epoch: 1,
  ops: [
    {
      seq: 1,
      itemId: 'itm_01k00000000000000000000000',
      kind: 'set',
      response: { selected: ['b'] },
      at: new Date().toISOString(),
    },
  ],
};

/** The bare floor over `objects` objects. */
async function floorRun({ floor, quick }, objects, seconds = quick ? 2 : 5) {
  const call = connectTo(floor, AT_ONCE);
  const one = (index) => call({ path: `/attempts/att_${index % objects}/ops`, body: floorBody });
  const done = await metered(floor, () => closedLoop({ atOnce: AT_ONCE, isOver: during(seconds), one }));
  call.close();
  requireNoErrors('floor', done.errors);
  return done;
}

/** Rounds of `run()` beside the floor: `run` resolves to a finished loop over our Worker. */
async function beside(bench, what, run, note = '') {
  const [ours, floors] = [[], []];
  for (const _ of rounds(bench)) {
    floors.push(await floorRun(bench, 1_000));
    const done = await run();
    requireNoErrors(what, done.errors);
    ours.push(done);
  }
  const rates = (runs) =>
    spread(
      runs.map(({ perSecond }) => perSecond),
      whole,
    );
  const ratios = ours.map(({ perSecond }, index) => perSecond / floors[index].perSecond);
  const cpu = (runs) => median(runs.map((one) => one.cpu)).toFixed(2);
  return {
    what,
    figure: `**${spread(ratios, (value) => value.toFixed(2))}** of the floor: ${rates(ours)}/s against ${rates(floors)}/s`,
    note: [
      note,
      tail(ours.flatMap(({ latencies }) => latencies)),
      `processor ${cpu(ours)} ms against ${cpu(floors)} ms each`,
    ]
      .filter(Boolean)
      .join('; '),
  };
}

const loop = (bench, isOver, one) => metered(bench.ours, () => closedLoop({ atOnce: AT_ONCE, isOver, one }));

async function save(bench) {
  const { sitters } = await startAll(bench, 1_000);
  const save = (index) => bench.call(sitters[index % sitters.length].save());
  await floorRun(bench, 1_000);
  const first = await loop(bench, times(sitters.length), save);
  requireNoErrors('first save', first.errors);
  const again = () => loop(bench, during(bench.quick ? 2 : 5), save);
  const note = 'token, validation, object, one durable insert, receipt';
  return [
    await beside(bench, 'Saving one op, 1,000 attempts, c = 32', again, note),
    {
      what: 'The first save with a token',
      figure: `${whole(first.perSecond)}/s, processor ${first.cpu.toFixed(2)} ms`,
      note: 'its signature is verified; later ones are remembered',
    },
  ];
}

async function steps(bench) {
  const count = bench.quick ? 100 : 500;
  let cohort;
  const start = async () => {
    cohort = await startAll(bench, count);
    return cohort.started;
  };
  const submit = async () => {
    const { sitters } = await startAll(bench, count);
    const saved = await loop(bench, times(count * 5), (index) => bench.call(sitters[index % count].save()));
    requireNoErrors('save', saved.errors);
    return await loop(bench, times(count), (index) => bench.call(sitters[index].submit()));
  };
  return [
    await beside(bench, 'Start, 20 items', start),
    await beside(bench, 'Resume', () => loop(bench, times(count), cohort.resume)),
    await beside(bench, 'Read the attempt', () =>
      loop(bench, times(count), (index) => bench.call(cohort.sitters[index].read())),
    ),
    await beside(bench, 'Submit and grade 20 items', submit),
  ];
}

async function sitting(bench) {
  const count = bench.quick ? 60 : 300;
  const sit = async (path, { token }) => {
    const startedAt = performance.now();
    const started = await bench.call({ path, token, body: {} });
    if (started.status !== 201) return started;
    const sitter = sitterOf(started);
    for (let i = 0; i < 20; i++) {
      const saved = await bench.call(sitter.save());
      if (saved.status !== 200) return saved;
    }
    return { ...(await bench.call(sitter.submit())), ms: performance.now() - startedAt };
  };
  const run = async () => {
    const path = `/api/v1/assessments/${await bench.teacher.assessment({ timeLimitSeconds: 3 * 3600 })}/attempts`;
    const users = await bench.students(count, { prefix: `sitter${cohorts++}` });
    return await loop(bench, times(count), (index) => sit(path, users[index]));
  };
  const note = '22 requests each; sittings against requests of the floor';
  return [await beside(bench, 'A whole sitting: start, 20 saves, submit', run, note)];
}

/** Saves as 1,000 open pages send them: one each every 10 s. */
const steadily = (bench, sitters, seconds) =>
  openLoop({
    perSecond: sitters.length / 10,
    seconds,
    one: (index) => bench.call(sitters[index % sitters.length].save()),
  });

async function open(bench) {
  const before = bench.ours.memory();
  const { sitters } = await startAll(bench, 1_000);
  const { latencies, errors } = await steadily(bench, sitters, bench.quick ? 10 : 30);
  requireNoErrors('open', errors);
  return [
    {
      what: '1,000 attempts open, one save each every 10 s',
      figure: `${tail(latencies)}; ${errors.length} errors`,
      note: `workerd ${whole(before)} MB before, ${whole(bench.ours.memory())} MB with them`,
    },
  ];
}

async function deadlines(bench) {
  const count = bench.quick ? 200 : 1_000;
  const spreadSeconds = bench.quick ? 2 : 10;
  const limits = Array.from({ length: 10 }, (_, index) => 25 + (index * spreadSeconds) / 10);
  const assessments = await Promise.all(
    limits.map((limit) => bench.teacher.assessment({ timeLimitSeconds: Math.round(limit) })),
  );
  const users = await bench.students(count, { prefix: `late${cohorts++}` });
  bench.lines.length = 0;
  const ends = [];
  const one = async (index) => {
    const path = `/api/v1/assessments/${assessments[index % assessments.length]}/attempts`;
    const answer = await bench.call({ path, token: users[index].token, body: {} });
    if (answer.status === 201) ends.push(sitterOf(answer).endsAt);
    return answer;
  };
  const started = await closedLoop({ atOnce: AT_ONCE, isOver: (index) => index >= count, one });
  requireNoErrors('start', started.errors);
  const last = Math.max(...ends);
  await new Promise((resolve) => setTimeout(resolve, last + 5_000 - Date.now()));
  const late = bench.lines.flatMap(({ finishedLateMs }) => (finishedLateMs === undefined ? [] : [finishedLateMs]));
  const graded = async () =>
    await bench.db
      .prepare("select count(*) as n from attempt where state = 'graded' and user_id like ?")
      .bind(`usr_late${cohorts - 1}%`)
      .first('n');
  let stored = await graded();
  for (const isOver = during(60); stored < count && !isOver(); stored = await graded())
    await new Promise((resolve) => setTimeout(resolve, 250));
  const over = (last - Math.min(...ends)) / 1000;
  return [
    {
      what: `${whole(count)} deadlines over ${over.toFixed(1)} s`,
      figure: `${tail(late)} late; ${whole(late.length)} finished by their alarm`,
      note: `${whole(stored)} results in D1 ${((Date.now() - last) / 1000).toFixed(0)} s after the last end`,
    },
  ];
}

async function signins(bench) {
  const { sitters } = await startAll(bench, 1_000);
  const password = 'demo-malawi-2026';
  const prefix = `signer${cohorts++}`;
  await bench.students(40, { prefix, passwordHash: await hashPassword(password, bench.secrets.PASSWORD_PEPPER) });
  const seconds = bench.quick ? 5 : 15;
  const alone = await steadily(bench, sitters, seconds);
  const beside = steadily(bench, sitters, seconds);
  const call = connectTo(bench.ours, 40);
  const startedAt = performance.now();
  const signed = await closedLoop({
    atOnce: 40,
    isOver: (index) => index >= 40,
    one: (index) =>
      call({ path: '/api/v1/auth/login', body: { email: `usr_${prefix}_${index}@bench.test`, password } }),
  });
  const took = (performance.now() - startedAt) / 1000;
  requireNoErrors('sign-in', signed.errors);
  const both = await beside;
  call.close();
  requireNoErrors('save', [...alone.errors, ...both.errors]);
  return [
    { what: '100 saves/s alone', figure: tail(alone.latencies) },
    {
      what: '100 saves/s beside 40 sign-ins',
      figure: `${tail(both.latencies)}, longest ${ms(Math.max(...both.latencies))}`,
      note: `40 sign-ins in ${took.toFixed(1)} s (${signed.perSecond.toFixed(1)}/s), ${tail(signed.latencies)}; scrypt holds the one isolate there is here`,
    },
  ];
}

export const scenarios = { save, steps, sitting, open, deadlines, signins, webhooks, syncs, memory, launches, limits };
