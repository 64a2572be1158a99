/*
 * The order of the rooms (see README "The rooms"). A room imports only rooms below it, and only through their door. This list
 * is the order; it is not reordered to make a build pass.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

export const rooms = [
  ...[
    'lib',
    'db',
    'events',
    'http',
    'ui',
    'content',
    'identity',
    'courses',
    'people',
    'openedx',
    'items',
    'grading',
    'mastery',
    'assessments',
  ],
  ...['lti', 'projects', 'quizgen', 'payments', 'notifications', 'feedback', 'search', 'analytics', 'home'],
];

/** Files of the roof: they may import any room's door. */
const isRoof = (file) => !file.includes('/', 'src/'.length);

function* walk(directory) {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else if (/\.tsx?$/.test(name) && !name.endsWith('.d.ts')) yield path;
  }
}

const importsOf = (text) =>
  [
    ...text.matchAll(/^\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm),
  ].map((m) => m[1] ?? m[2] ?? m[3]);

/** Files that say so by name or by being the rule of the session; they know no database and no HTTP. */
const pure =
  /^src\/(grading\/.*|http\/rate-window|items\/(item|response|public-item|rendered)|assessments\/(session|session-state|op|try-item|grade-attempt|grade|review|choose-items|draw-paper|definition|end-of|pace|session-view))\.ts$/;

/** What is wrong with the imports of one file, as sentences. */
export function problemsOf(file, text) {
  const problems = [];
  const inSource = file.startsWith('src/');
  const room = inSource && !isRoof(file) ? file.split('/')[1] : undefined;
  if (room && !rooms.includes(room)) problems.push(`${file}: "${room}" is not in the list of rooms`);
  for (const specifier of importsOf(text)) {
    if (pure.test(file) && /^cloudflare:|^drizzle-orm|^hono/.test(specifier))
      problems.push(`${file}: a pure file imports ${specifier}`);
    if (!specifier.startsWith('.')) continue;
    const target = relative('.', join(dirname(file), specifier));
    if (target.startsWith('durable-objects/') && inSource && file !== 'src/index.ts') {
      problems.push(`${file}: only src/index.ts may import durable-objects/`);
    }
    if (file.startsWith('durable-objects/') && target.startsWith('src/')) {
      if (!/^src\/(lib\/|assessments\/|events\/event\.ts|http\/rate-window\.ts)/.test(target))
        problems.push(`${file}: an object imports only src/lib and its own room, not ${target}`);
      continue;
    }
    if (!inSource || !target.startsWith('src/')) continue;
    const [, other, ...rest] = target.split('/');
    if (rest.length === 0) {
      if (room) problems.push(`${file}: a room may not import the roof (${target})`);
      continue;
    }
    if (other === room) continue;
    if (pure.test(file) && (other === 'db' || other === 'http'))
      problems.push(`${file}: a pure file imports ${target}`);
    const through = rest.join('/');
    const isDoor = through === 'index.ts' || other === 'lib';
    const isSchema = through === 'schema.ts' && file.endsWith('/schema.ts');
    const isColumns = target === 'src/db/columns.ts' && file.endsWith('schema.ts');
    if (!isDoor && !isSchema && !isColumns) problems.push(`${file}: import ${other} through its door, not ${target}`);
    if (room && rooms.indexOf(other) > rooms.indexOf(room))
      problems.push(`${file}: ${room} is below ${other} and may not import it`);
  }
  return problems;
}

export function check() {
  const files = [...walk('src'), ...walk('durable-objects')];
  return files.flatMap((file) => problemsOf(file, readFileSync(file, 'utf8')));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problems = check();
  for (const problem of problems) console.error(problem);
  console.log(
    problems.length === 0 ? 'imports: every room imports only rooms below it' : `imports: ${problems.length} problems`,
  );
  process.exit(problems.length === 0 ? 0 : 1);
}
