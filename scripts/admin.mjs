/*
 * The first superadmin, and a way back in for anybody who has lost theirs:
 *   npm run admin -- create <email> [--name <name>]   makes a superadmin and prints a one-time link to set a password
 *   npm run admin -- link <email>                     prints a fresh link for somebody who is there already
 * Locally on the state of `npm start`; with `--remote --origin https://…` on the deployed database.
 */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { newPasswordLink, userRow } from '../src/identity/create-user.ts';
import { normaliseEmail } from '../src/identity/users.ts';
import { newId } from '../src/lib/ids.ts';
import { stateDirectory } from './state.mjs';

const USAGE = 'npm run admin -- create|link <email> [--name <name>] [--origin https://…] [--remote]';

class Refusal extends Error {}

/** A value as SQL; yes and no are 1 and 0. Texts stand in single quotes, doubled inside; SQLite knows no other escape. */
export function literal(value) {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string' || value.includes('\0'))
    throw new Refusal(`Not a value for the database: ${typeof value}`);
  return `'${value.replaceAll("'", "''")}'`;
}

const columnName = (key) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The statement that inserts a row as drizzle describes it. */
export const insert = (table, row) =>
  `INSERT INTO ${table} (${Object.keys(row).map(columnName).join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')});`;

/** What is asked for on the command line, or a refusal that says how to ask. */
export function readArguments(args, port = process.env.PORT ?? '8787') {
  const options = { name: { type: 'string' }, origin: { type: 'string' }, remote: { type: 'boolean', default: false } };
  let parsed;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Refusal(`${error.message}\n${USAGE}`);
  }
  const [command, address, ...rest] = parsed.positionals;
  const { remote, origin, name } = parsed.values;
  if ((command !== 'create' && command !== 'link') || !address || rest.length > 0) throw new Refusal(USAGE);
  const email = normaliseEmail(address);
  if (email.length > 254 || !/^[^\s@]+@[^\s@]+$/.test(email))
    throw new Refusal(`"${address}" is not an e-mail address`);
  if (remote && !origin)
    throw new Refusal('--remote wants --origin: the address your users open, such as https://exams.example.mw');
  const site = origin ?? `http://127.0.0.1:${port}`;
  if (!/^https?:/.test(site) || !URL.canParse(site)) throw new Refusal(`"${site}" is not an address`);
  return { command, email, name: name ?? email.slice(0, email.indexOf('@')), remote, origin: new URL(site).origin };
}

/** Runs SQL on the database by wrangler: no shell in between, and no file, whose import would stop a deployed database. */
function execute(sql, remote) {
  const where = remote ? ['--remote', '--yes'] : ['--local', '--persist-to', stateDirectory];
  const done = spawnSync('node_modules/.bin/wrangler', ['d1', 'execute', 'DB', '--json', ...where, '--command', sql], {
    encoding: 'utf8',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  if (done.status !== 0)
    throw new Refusal(`The database did not take it:\n${done.stdout ?? ''}${done.stderr ?? done.error}`);
  return JSON.parse(done.stdout).flatMap(({ results }) => results);
}

async function main(args) {
  const { command, email, name, remote, origin } = readArguments(args);
  const [found] = execute(`SELECT id, role FROM user WHERE email = ${literal(email)};`, remote);
  if (command === 'create' && found)
    throw new Refusal(`${email} is there already (${found.role}). For a fresh link: npm run admin -- link ${email}`);
  if (command === 'link' && !found)
    throw new Refusal(`Nobody has the address ${email}. To make a superadmin: npm run admin -- create ${email}`);

  const now = Date.now();
  const created = found ? undefined : userRow({ email, name, role: 'superadmin' }, now);
  const userId = found?.id ?? created.id;
  const { token, row } = await newPasswordLink(userId, now);
  const action = created ? 'user.created' : 'user.password_link';
  const detail = JSON.stringify(created ? { role: created.role } : {});
  // Nobody is signed in here: the one who acts is whoever holds the machine or the account.
  const audit = {
    id: newId('audit', now),
    actorId: 'console',
    action,
    subject: userId,
    detail,
    requestId: 'admin-script',
    at: now,
  };
  const statements = [
    ...(created ? [insert('user', created)] : []),
    insert('one_time_link', row),
    insert('audit', audit),
  ];
  execute(statements.join('\n'), remote);

  console.log(created ? `${email} is now a superadmin.` : `A fresh link for ${email} (${found.role}).`);
  console.log(`Set the password within 24 hours, once, at:\n\n  ${origin}/password/${token}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
