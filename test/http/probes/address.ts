import { type Situation, wordForWord } from './situation.ts';

/** The id in other writings, none of which is the id. */
const writings = (id: string) => [
  `${id}%2F..%2F${id}`,
  `%252e%252e%252f${id}`,
  `${id}%00`,
  `${id}%20`,
  `${id}%0d%0aX-Evil:1`,
  `${id};role=admin`,
  '%zz',
  "'%20or%201=1%20--",
  '__proto__',
  'a'.repeat(3000),
  ...(id.toUpperCase() === id ? [] : [id.toUpperCase()]),
];

/** Every id of the path in every other writing is an absent one. */
export async function otherWritings(situation: Situation): Promise<void> {
  const { ids, at, absent, ask, wrong } = situation;
  for (const [name, value] of ids) {
    const none = await ask({ path: absent(name) });
    if (none.status < 400) wrong(`${name} that nothing has → ${none.status}`);
    await Promise.all(
      writings(value).map(async (written) => {
        const reply = await ask({ path: at({ [name]: written }) });
        // What cannot be an id at all may be refused as such, and what is no secret as an address that leads nowhere.
        const isPointedAt =
          reply.status === 400 && reply.json.errors?.some(({ pointer }) => pointer === `/path/${name}`);
        const leadsNowhere = reply.status === 404 && reply.json.code === 'not_found';
        if (!isPointedAt && !leadsNowhere && wordForWord(reply) !== wordForWord(none))
          wrong(`${name} as …${written.slice(-30)} → ${wordForWord(reply)}, not ${wordForWord(none)}`);
        if (reply.wrote.length > 0)
          wrong(`${name} as …${written.slice(-30)} has changed something: ${reply.wrote.join('; ')}`);
      }),
    );
  }
}

/** The path itself in other writings: a slash at its end is the same resource, everything else none. */
export async function otherPaths(
  { endpoint, here: own, ids, absent, ask, wrong, expectRefusal }: Situation,
  methods: readonly string[],
): Promise<void> {
  // What anybody may ask for may be good once only.
  const here = endpoint.access.kind === 'anyone' && ids.length > 0 ? absent() : own;
  const [path = '', search = ''] = here.split(/(?=\?)/);
  const slashed = await ask({ as: null, path: `${path}/${search}`, method: 'GET' });
  const plain = await ask({ as: null, path: here, method: 'GET' });
  const volatile = /"(serverTime|at|latencyMs|durationMs|ms)":[^,}]+/g;
  if (wordForWord(slashed).replaceAll(volatile, '') !== wordForWord(plain).replaceAll(volatile, ''))
    wrong(`a slash at the end → ${slashed.status}, without one ${plain.status}`);
  const start = endpoint.path.split('/{')[0] ?? '';
  const shouted = [here.replace(start, start.toUpperCase()), `/${here}`, here.replace('/api/', '/api//')];
  await Promise.all(
    shouted
      .filter((other) => other !== here)
      .map(async (other) => {
        const { status, wrote } = await ask({ path: other });
        if (status !== 404 || wrote.length > 0) wrong(`${other.slice(0, 60)} → ${status}`);
      }),
  );
  // A method that only a header names is none.
  const overrides = ['x-http-method-override', 'x-http-method', 'x-method-override'];
  const headers = Object.fromEntries(overrides.map((name) => [name, endpoint.method.toUpperCase()]));
  const untaken = ['POST', 'PUT', 'DELETE', 'PATCH', 'GET'].find((one) => !methods.includes(one.toLowerCase()));
  if (!untaken) return;
  const overridden = await ask({ method: untaken, path: `${path}?_method=${endpoint.method}`, headers });
  expectRefusal('another method by a header', overridden, 405, 'method_not_allowed');
}

/** Query parameters twice, as lists, and named like an object's own. */
export async function queries(
  { endpoint, here, ask, expectRefusal, wrong }: Situation,
  names: string[],
): Promise<void> {
  if (!endpoint.query) return;
  const and = `${here}${here.includes('?') ? '&' : '?'}`;
  const given = new URL(here, 'http://ve.test').searchParams;
  const refusedAt = async (query: string, name: string) => {
    const reply = await ask({ path: `${and}${query}` });
    expectRefusal(`the query ${query}`, reply, 400, 'invalid');
    if (!reply.json.errors?.some(({ pointer }) => pointer === `/query/${name}`))
      wrong(`the query ${query}: does not point at it`);
  };
  await Promise.all([
    ...names.map((name) => refusedAt(given.has(name) ? `${name}=1` : `${name}=1&${name}=1`, name)),
    ...names.flatMap((name) => [`${name}[]`, `${name}[0]`, `${name}[$ne]`].map((list) => refusedAt(`${list}=1`, list))),
    ...['__proto__', 'constructor', 'prototype', 'surprise', '_method'].map((name) => refusedAt(`${name}=1`, name)),
  ]);
}
