import { type Situation, takesBody } from './situation.ts';

/** JSON Schema, as far as it says which fields an object takes. */
export type BodySchema = {
  properties?: Record<string, BodySchema>;
  items?: BodySchema;
  additionalProperties?: unknown;
} & Partial<Record<'oneOf' | 'anyOf' | 'allOf', BodySchema[]>>;

const JSON_TYPE = 'application/json';
const branches = (schema: BodySchema | undefined): BodySchema[] =>
  schema ? [schema, ...[schema.oneOf, schema.anyOf, schema.allOf].flatMap((all) => all?.flatMap(branches) ?? [])] : [];

/** What an attacker would like to set. Those that an endpoint really takes are left out. */
const forged = {
  id: 'usr_00000000000000000000000000',
  role: 'superadmin',
  roles: ['superadmin'],
  isAdmin: true,
  emailVerified: true,
  emailVerifiedAt: 1,
  score: { given: 100, maximum: 100 },
  percent: 100,
  userId: 'usr_00000000000000000000000000',
  ownerId: 'usr_00000000000000000000000000',
  actor: { role: 'superadmin' },
  createdAt: 1,
  createdBy: 'usr_00000000000000000000000000',
  version: 1_000_000,
  state: 'graded',
  passwordHash: 'x',
  permissions: ['*'],
  blockedAt: null,
  surprise: 1,
};
const POLLUTING = ['__proto__', 'constructor', 'prototype'] as const;

/** The paths of objects in a body that take named fields only, with what the schema has for them. */
function* objectsIn(value: unknown, schemas: BodySchema[], path: string[] = []): Generator<string[]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value) && schemas.some(({ additionalProperties }) => additionalProperties === false)) yield path;
  for (const [name, under] of Object.entries(value)) {
    const next = schemas.flatMap((one) => branches(Array.isArray(value) ? one.items : one.properties?.[name]));
    yield* objectsIn(under, next, [...path, name]);
  }
}

/** The body as text, with a field before all others of the object at `path`. JSON.stringify would lose `__proto__`. */
function withField(body: unknown, path: readonly string[], field: string): string {
  const copy = structuredClone(body ?? {}) as Record<string, unknown>;
  const at = path.reduce<Record<string, unknown>>((under, name) => under[name] as Record<string, unknown>, copy);
  const before = { ...at };
  for (const name of Object.keys(at)) delete at[name];
  Object.assign(at, { '@field': { role: 'superadmin', isAdmin: true } }, before);
  return JSON.stringify(copy).replace('"@field"', `"${field}"`);
}

const pointerTo = (path: readonly string[], field: string) => [...path, field].map((part) => `/${part}`).join('');

/** Too much, of another type, broken. */
export async function unreadable({ endpoint, sample, ask, wrong, expectRefusal }: Situation): Promise<void> {
  if (!takesBody(endpoint)) return;
  const { body, type, half = [400, 'malformed'] } = sample;
  const large = new Uint8Array((endpoint.raw?.limit ?? 1024 * 1024) + 1).fill(32);
  const as = (given: string, types: readonly string[]) =>
    types.map(async (type) =>
      expectRefusal(
        `as ${type || 'nothing'}`,
        await ask({ body: new TextEncoder().encode(given), type: type === '' ? undefined : type }),
        ...([415, 'unsupported_media_type'] as const),
      ),
    );
  if (endpoint.raw) {
    if (type === undefined) return wrong('takes bytes, and its sample names no type');
    await Promise.all([
      ...as(
        typeof body === 'string' ? body : 'x',
        ['text/x-other', 'application/x-www-form-urlencoded', ''].filter((one) => !endpoint.raw?.types.includes(one)),
      ),
      (async () => expectRefusal('oversize', await ask({ body: large, type }), 413, 'too_large'))(),
      (async () => expectRefusal('half a body', await ask({ body: '<a', type }), ...half))(),
    ]);
    return;
  }
  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  const broken = { half: '{"a":', '33 levels': nested(33), '5000 levels': nested(5000), 'no UTF-8': '{"a":"\xff"}' };
  await Promise.all([
    ...as(JSON.stringify(body ?? {}), ['text/plain', 'application/x-www-form-urlencoded', '']),
    (async () => expectRefusal('oversize', await ask({ body: large, type: JSON_TYPE }), 413, 'too_large'))(),
    ...Object.entries(broken).map(async ([what, text]) =>
      expectRefusal(
        `a body of ${what}`,
        await ask({ body: Uint8Array.from(text, (one) => one.charCodeAt(0)), type: JSON_TYPE }),
        ...([400, 'malformed'] as const),
      ),
    ),
    ...['[]', 'null', '"x"', nested(32)].map(async (text) =>
      expectRefusal(`a body ${text.slice(0, 9)}`, await ask({ body: text, type: JSON_TYPE }), 400, 'invalid'),
    ),
  ]);
}

/** Fields nobody asked for: each is pointed at, and nothing happens. */
export async function forgeries(
  { endpoint, sample, ask, wrong, expectRefusal }: Situation,
  schema: BodySchema | undefined,
): Promise<void> {
  if (!takesBody(endpoint) || endpoint.raw) return;
  const schemas = branches(schema);
  const taken = new Set(schemas.flatMap(({ properties = {} }) => Object.keys(properties)));
  const unasked = Object.fromEntries(Object.entries(forged).filter(([name]) => !taken.has(name)));
  const refusedAt = async (what: string, text: string, pointers: readonly string[]) => {
    const reply = await ask({ body: text, type: JSON_TYPE });
    expectRefusal(what, reply, 400, 'invalid');
    const named = new Set(reply.json.errors?.map(({ pointer }) => pointer));
    const missed = pointers.filter((pointer) => !named.has(pointer));
    if (missed.length > 0) wrong(`${what}: does not point at ${missed.join(', ')}`);
  };
  const body = Object(sample.body ?? {}) as Record<string, unknown>;
  const all = JSON.stringify({ ...body, ...unasked });
  // Those that are named like an object's own: at the top, and in everything below that takes named fields only.
  const places = [[], ...objectsIn(body, schemas)].filter((path, index) => index === 0 || path.length > 0).slice(0, 4);
  await Promise.all([
    refusedAt(
      'an unknown field',
      all,
      Object.keys(unasked).map((name) => `/${name}`),
    ),
    ...places.flatMap((path) =>
      (path.length > 0 ? ['__proto__', 'isAdmin'] : POLLUTING).map((field) =>
        refusedAt(`the field ${pointerTo(path, field)}`, withField(body, path, field), [pointerTo(path, field)]),
      ),
    ),
  ]);
  if ('isAdmin' in {}) wrong('all objects have become admins');
}
