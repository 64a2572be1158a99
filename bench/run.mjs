/*
 * `npm run bench [-- --quick] [-- --only save,sitting]`: floor and ours side by side on Miniflare's direct socket, as ratios
 * and as a Markdown table for docs/performance.md.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { makeSecrets } from '../scripts/secrets.mjs';
import { connectTo } from './load.mjs';
import { migrate } from './migrate.mjs';
import { scenarios } from './scenarios.mjs';
import { startFloor, startOurs } from './servers.mjs';
import { makeTeacher, makeUsers } from './sitters.mjs';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
const chosen = values.only?.split(',') ?? Object.keys(scenarios);
for (const name of chosen)
  if (!scenarios[name]) throw new Error(`No scenario ${name}; there are ${Object.keys(scenarios).join(', ')}`);

const secrets = await makeSecrets();
const lines = [];
const [ours, floor] = [await startOurs(secrets, (line) => lines.push(line)), await startFloor()];
try {
  const db = await ours.miniflare.getD1Database('DB');
  await migrate(db);
  const call = connectTo(ours);
  const bench = {
    ours,
    floor,
    db,
    call,
    lines,
    secrets,
    quick: values.quick,
    teacher: await makeTeacher(ours, call, secrets.ACCESS_TOKEN_KEY),
    students: (count, options) => makeUsers(ours, secrets.ACCESS_TOKEN_KEY, count, options),
  };
  const rows = [];
  for (const name of chosen) {
    process.stderr.write(`${name} …\n`);
    rows.push(...(await scenarios[name](bench)));
  }
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, load generator on the same cores\n`,
  );
  console.log('| what | figure | note |\n|---|---|---|');
  for (const { what, figure, note } of rows) console.log(`| ${what} | ${figure} | ${note ?? ''} |`);
  const bugs = lines.filter(({ level }) => level === 'error');
  if (bugs.length > 0) {
    console.log(`\n${bugs.length} error lines, the first: ${JSON.stringify(bugs[0])}`);
    process.exitCode = 1;
  }
} finally {
  await Promise.all([ours.stop(), floor.stop()]);
}
process.exit();
