import type { Context } from 'hono';
import { jwtVerify, SignJWT } from 'jose';
import type { Wording } from './answers.ts';
import { strikes } from './faults.ts';
import type { Person } from './people.ts';
import type { World } from './world.ts';

/** What a real platform keeps in its settings and tells nobody. */
const signingKey = new TextEncoder().encode('the-jwt-secret-of-the-stand-in-open-edx-platform');
const AUDIENCE = 'openedx';

export const TOKEN_SECONDS = 3600;

/** 32 hex digits that are always the same for one user (FNV-1a, four times over). */
function anonymousId(username: string): string {
  const part = (salt: number) => {
    let hash = 0x811c9dc5 ^ salt;
    for (const letter of username) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    return hash.toString(16).padStart(8, '0');
  };
  return [1, 2, 3, 4].map(part).join('');
}

export function issueToken(
  world: World,
  person: Person,
  scopes: readonly string[],
  grantType: 'client-credentials' | 'authorization-code',
): Promise<string> {
  const issued = Math.floor(world.now() / 1000);
  const claims = {
    aud: AUDIENCE,
    exp: issued + TOKEN_SECONDS,
    grant_type: grantType,
    iat: issued,
    iss: `${world.origin}/oauth2`,
    preferred_username: person.username,
    scopes: [...scopes],
    version: '1.2.0',
    sub: anonymousId(person.username),
    filters: [],
    is_restricted: false,
    email_verified: person.is_active,
    ...(scopes.includes('user_id') && { user_id: person.id }),
    ...(scopes.includes('email') && { email: person.email }),
    ...(scopes.includes('profile') && {
      name: person.name,
      family_name: '',
      given_name: '',
      administrator: person.is_staff,
      superuser: false,
    }),
  };
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(signingKey);
}

const NOT_PROVIDED = 'Authentication credentials were not provided.';

/** Who asks, by `Authorization: JWT …` alone; what is wrong with it otherwise. */
export async function callerOf(world: World, c: Context): Promise<{ person?: Person; problem: string }> {
  const [scheme = '', token = ''] = (c.req.header('authorization') ?? '').split(' ');
  if (scheme !== 'JWT') return { problem: NOT_PROVIDED };
  try {
    const { payload } = await jwtVerify(token, signingKey, {
      algorithms: ['HS256'],
      audience: AUDIENCE,
      issuer: `${world.origin}/oauth2`,
      currentDate: new Date(world.now()),
    });
    if (strikes(world.faults, 'expiredToken', world.random)) return { problem: 'Token has expired.' };
    const person = world.people.get(String(payload.preferred_username));
    return person ? { person, problem: '' } : { problem: 'User retrieval failed.' };
  } catch (error) {
    const isExpired = error instanceof Error && 'code' in error && error.code === 'ERR_JWT_EXPIRED';
    return { problem: isExpired ? 'Token has expired.' : 'Error decoding token.' };
  }
}

export const unauthorised = (c: Context, problem: string, wording: Wording) =>
  c.json({ [wording]: problem }, 401, { 'www-authenticate': 'JWT realm="api"' });

/** Did the asker try to say who they are? An endpoint open to the anonymous refuses a bad token all the same. */
export const hasCredentials = (c: Context) => c.req.header('authorization') !== undefined;
