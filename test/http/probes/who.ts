import { type Role, roles } from '../../../src/lib/call.ts';
import { statusOf } from '../../../src/lib/errors.ts';
import { scopeFor } from '../../../src/lib/permissions.ts';
import { nobody } from '../sample.ts';
import { aStranger, type Situation, takesBody, type Watched, wordForWord } from './situation.ts';

const scopeOn = ({ endpoint: { access } }: Situation, role: Role) =>
  access.kind === 'anyone' ? 'all' : scopeFor(role, access.kind === 'attempt' ? 'attempts:sit' : access.permission);

/** Whether somebody of this role is served who has nothing to do with the object. */
const reachesStrangers = (situation: Situation, role: Role) => {
  const scope = scopeOn(situation, role);
  return scope === 'all' || scope === 'up to instructor' || situation.sample.openTo?.includes(role);
};

/** Signed out in every way, and signed in with a role that has no use of the route. */
export async function outsiders(situation: Situation): Promise<void> {
  const { endpoint, ask, wrong, expectRefusal, here } = situation;
  if (endpoint.access.kind === 'anyone') return;
  const token = (await aStranger('superadmin')).actor.sessionId;
  const ways = {
    'signed out': { as: null },
    'signed out, with a broken token': { as: null, headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' } },
    'signed out, with a cookie': { as: null, headers: { cookie: `__Host-ve_session=${token}` } },
    'signed out, with a token in the address': {
      as: null,
      path: `${here}${here.includes('?') ? '&' : '?'}access_token=x`,
    },
  };
  const out = Object.entries(ways).map(async ([what, asked]) => {
    const reply = await ask(asked);
    expectRefusal(what, reply, 401, 'unauthenticated');
    if (reply.headers.get('www-authenticate') !== 'Bearer') wrong(`${what}: 401 without WWW-Authenticate`);
  });
  const others = roles.map(async (role) => {
    if (scopeOn(situation, role) === undefined)
      expectRefusal(`as ${role}`, await ask({ as: await aStranger(role) }), 403, 'forbidden');
  });
  await Promise.all([...out, ...others]);
}

const told = ({ headers }: Watched) =>
  JSON.stringify([...headers].filter(([name]) => name !== 'x-request-id' && !name.startsWith('ratelimit')));

/** Another's object is told from an absent one by nothing: not by status, words, length or headers. */
function expectAsAbsent({ wrong }: Situation, what: string, theirs: Watched, none: Watched) {
  if (wordForWord(theirs) !== wordForWord(none) || told(theirs) !== told(none))
    wrong(`${what} is told from an absent one: ${wordForWord(theirs)} / ${wordForWord(none)}`);
}

/** Objects of others, named in the path: who has no business with them is refused as if they were not there. */
export async function strangers(situation: Situation): Promise<void> {
  const { endpoint, ids, sample, ask, absent, expectRefusal } = situation;
  if (endpoint.access.kind === 'anyone' || (ids.length === 0 && sample.absent === undefined)) return;
  await Promise.all(
    roles.map(async (role) => {
      if (scopeOn(situation, role) === undefined || reachesStrangers(situation, role)) return;
      const as = await aStranger(role);
      const [theirs, none] = await Promise.all([ask({ as }), ask({ as, path: absent() })]);
      expectRefusal(`another's id as ${role}`, theirs, 404, 'not_found');
      expectAsAbsent(situation, `another's id as ${role}`, theirs, none);
    }),
  );
}

const ID = /^[a-z]{3}_[0-9a-z]{26}$/;

/** The texts of a body, each with the path to it. */
function textsIn(value: unknown, path: readonly string[] = []): [path: readonly string[], text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, under]) => textsIn(under, [...path, name]));
}

const replaced = (value: unknown, [name, ...rest]: readonly string[], by: string): unknown =>
  name === undefined
    ? by
    : Array.isArray(value)
      ? value.map((one, index) => (String(index) === name ? replaced(one, rest, by) : one))
      : { ...Object(value), [name]: replaced((value as Record<string, unknown>)[name], rest, by) };

/** Objects of others, named in the body. */
export async function strangersInBodies(situation: Situation): Promise<void> {
  const { endpoint, ids, sample, ask, wrong } = situation;
  if (endpoint.access.kind !== 'signed-in' || ids.length > 0 || !takesBody(endpoint) || sample.type) return;
  for (const [path] of textsIn(sample.body).filter(([, text]) => ID.test(text))) {
    for (const role of roles) {
      if (scopeOn(situation, role) === undefined || reachesStrangers(situation, role)) continue;
      const as = await aStranger(role);
      const what = `another's /${path.join('/')} as ${role}`;
      const [theirs, none] = await Promise.all([ask({ as }), ask({ as, body: replaced(sample.body, path, nobody) })]);
      if (theirs.status < 400 || theirs.wrote.length > 0) wrong(`${what} → ${theirs.status}`);
      expectAsAbsent(situation, what, theirs, none);
    }
  }
}

/** Courses and other objects of somebody else's world, named in the body of a request to one's own. People are nobody's; objectives are read by all who teach. */
export async function othersInBodies(situation: Situation, foreign: () => Promise<Situation>): Promise<void> {
  const { endpoint, sample, ask, wrong } = situation;
  const { role } = sample.as.actor;
  if (endpoint.access.kind !== 'signed-in' || sample.type || scopeOn(situation, role) === 'all') return;
  const isNew = endpoint.path === '/api/v1/courses';
  const names = (path: readonly string[], value: string) =>
    path.at(-1) === 'courseKey' ? !isNew : ID.test(value) && !/^(usr|obj)_/.test(value);
  const places = textsIn(sample.body).filter(([path, value]) => names(path, value));
  if (places.length === 0) return;
  const theirs = new Map(textsIn((await foreign()).sample.body).map(([path, value]) => [path.join('/'), value]));
  for (const [path] of places) {
    const what = `another's /${path.join('/')} in a request to one's own`;
    const naming = async (value: string) => await ask({ body: replaced(sample.body, path, value) });
    const [mixed, none] = await Promise.all([naming(theirs.get(path.join('/')) ?? ''), naming(nobody)]);
    if (mixed.status < 400 || mixed.wrote.length > 0) wrong(`${what} → ${mixed.status}`);
    expectAsAbsent(situation, what, mixed, none);
  }
}

/** A course of somebody else's, named in the query of a list. */
export async function othersInQueries(
  situation: Situation,
  queryNames: readonly string[],
  theirs: string,
): Promise<void> {
  const { endpoint, here, ask } = situation;
  if (endpoint.access.kind !== 'signed-in' || !queryNames.includes('courseKey')) return;
  const path = here.split('?')[0];
  for (const role of roles) {
    if (scopeOn(situation, role) === undefined || reachesStrangers(situation, role)) continue;
    const as = await aStranger(role);
    const by = async (courseKey: string) =>
      await ask({ as, path: `${path}?courseKey=${encodeURIComponent(courseKey)}` });
    expectAsAbsent(situation, `another's course in the query as ${role}`, await by(theirs), await by(nobody));
  }
}

/** Who reaches all by the table is served with what is not theirs. It may change `situation`. */
export async function reached(situation: Situation, other: () => Promise<Situation>): Promise<void> {
  const { endpoint, ids } = situation;
  if (endpoint.access.kind !== 'signed-in' || ids.length === 0) return;
  const served = roles.filter((role) => reachesStrangers(situation, role));
  const isRead = endpoint.method === 'get';
  for (const role of isRead ? served : served.slice(0, 1)) {
    const at = isRead ? situation : await other();
    const { status, json } = await at.ask({ as: await aStranger(role) });
    // A conflict is told only to who may see what is there.
    const isServed = status < 300 || statusOf('conflict') === status || status === at.sample.refused?.[0];
    if (!isServed) situation.wrong(`as ${role}, whom the table gives it → ${status} ${json.code} ${json.detail}`);
  }
}

/** Ids of two objects in one path: the second has to belong to the first, unless it is a person who is only now joined to it. */
export async function mismatched(situation: Situation, other: () => Promise<Situation>): Promise<void> {
  const { endpoint, ids, at, absent, ask, expectRefusal } = situation;
  const isJoined = (name: string) => endpoint.method === 'put' && name === 'userId';
  if (ids.length < 2) return;
  const { ids: others, sample } = await other();
  for (const [name, value] of others.slice(1).filter(([name]) => !isJoined(name))) {
    for (const as of [situation.sample.as, sample.as]) {
      const [mixed, none] = await Promise.all([
        ask({ as, path: at({ [name]: value }) }),
        ask({ as, path: absent(name) }),
      ]);
      const what = `${name} of another ${ids[0]?.[0]}`;
      expectRefusal(what, mixed, 404, 'not_found');
      expectAsAbsent(situation, what, mixed, none);
    }
  }
}
