import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { base64url, importJWK, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { signAccessToken, signAttemptToken, verifyAccessToken, verifyAttemptToken } from '../../src/identity/tokens.ts';
import type { Actor } from '../../src/lib/call.ts';

const secret = env.ACCESS_TOKEN_KEY;
const jwk = JSON.parse(secret) as JWK;
const now = Date.UTC(2026, 10, 20, 12);
const seconds = now / 1000;
const actor: Actor = { userId: 'usr_1', role: 'student', sessionId: 'rft_1' };

const goodClaims = {
  iss: 've-edu-vault',
  aud: 've-edu-vault',
  sub: 'usr_1',
  role: 'student',
  sid: 'rft_1',
  iat: seconds,
  exp: seconds + 900,
};

/** A token with whatever header and claims, signed with our own key. */
async function forge(header: Partial<JWTHeaderParameters>, claims: object = {}) {
  const key = await importJWK(jwk, 'ES256');
  return await new SignJWT({ ...goodClaims, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
    .sign(key);
}

const part = (value: unknown) => base64url.encode(JSON.stringify(value));
const partsOf = (token: string) => token.split('.') as [string, string, string];

async function otherKey() {
  const pair = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  return (await crypto.subtle.exportKey('jwk', pair.privateKey)) as JWK;
}

describe('an access token', () => {
  it('speaks for its user, in its role and session, for 15 minutes', async () => {
    const token = await signAccessToken(secret, actor, now);
    expect(await verifyAccessToken(secret, token, now)).toEqual(actor);
    expect(await verifyAccessToken(secret, token, now + 899_999)).toEqual(actor);
    expect(await verifyAccessToken(secret, token, now + 900_000)).toBeUndefined();
    expect(await verifyAccessToken(secret, token, now)).toEqual(actor);
  });

  it('says what RFC 9068 asks of it', async () => {
    const [header, payload] = partsOf(await signAccessToken(secret, actor, now))
      .slice(0, 2)
      .map((text) => JSON.parse(new TextDecoder().decode(base64url.decode(text))) as unknown);
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt' });
    expect(payload).toEqual({ ...goodClaims, jti: expect.stringMatching(/^.{43}$/) });
  });

  it('is refused when it has expired, seen before or not', async () => {
    const token = await signAccessToken(secret, actor, now - 900_000);
    expect(await verifyAccessToken(secret, token, now)).toBeUndefined();
    const seen = await signAccessToken(secret, actor, now);
    expect(await verifyAccessToken(secret, seen, now)).toEqual(actor);
    expect(await verifyAccessToken(secret, seen, now + 900_000)).toBeUndefined();
  });

  it('is refused without a signature, whatever algorithm it names', async () => {
    const [, payload, signature] = partsOf(await signAccessToken(secret, actor, now));
    for (const alg of ['none', 'None', 'NONE', '', null, 1, ['ES256'], undefined]) {
      const header = part({ alg, typ: 'at+jwt' });
      expect(await verifyAccessToken(secret, `${header}.${payload}.`, now)).toBeUndefined();
      expect(await verifyAccessToken(secret, `${header}.${payload}.${signature}`, now)).toBeUndefined();
    }
  });

  it('is refused when it is signed by HMAC with the public key as the secret', async () => {
    const { d: _, ...open } = jwk;
    const pair = await crypto.subtle.importKey(
      'jwk',
      open as JsonWebKey,
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['verify'],
    );
    const spki = new Uint8Array((await crypto.subtle.exportKey('spki', pair)) as ArrayBuffer);
    const lines = btoa(String.fromCharCode(...spki)).replaceAll(/.{64}/g, '$&\n');
    const pem = `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`;
    const encoder = new TextEncoder();
    for (const material of [
      spki,
      encoder.encode(JSON.stringify(open)),
      encoder.encode(pem),
      encoder.encode(pem.trim()),
    ]) {
      for (const alg of ['HS256', 'HS384', 'HS512']) {
        const key = material.length < 64 ? new Uint8Array([...material, ...new Uint8Array(64)]) : material;
        const token = await new SignJWT(goodClaims).setProtectedHeader({ alg, typ: 'at+jwt' }).sign(key);
        expect(await verifyAccessToken(secret, token, now)).toBeUndefined();
      }
    }
  });

  it('is refused when it brings or names the key it was signed with', async () => {
    const theirs = await otherKey();
    const { d: _, ...open } = theirs;
    const key = await importJWK(theirs, 'ES256');
    const headers = [
      {},
      { jwk: open },
      { jku: 'https://elsewhere.test/keys' },
      { kid: '../../dev/null' },
      { x5u: 'https://elsewhere.test' },
      { x5c: ['MIIB'] },
    ];
    for (const header of headers) {
      const token = await new SignJWT(goodClaims)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
        .sign(key);
      expect(await verifyAccessToken(secret, token, now)).toBeUndefined();
    }
  });

  it('is refused when its header names an algorithm of another kind of key, and its signature is good', async () => {
    const [, payload, signature] = partsOf(await signAccessToken(secret, actor, now));
    for (const alg of ['ES384', 'RS256', 'PS256', 'EdDSA', 'es256', 'dir']) {
      const header = part({ alg, typ: 'at+jwt' });
      expect(await verifyAccessToken(secret, `${header}.${payload}.${signature}`, now)).toBeUndefined();
    }
  });

  it('that our own key signed is good whatever key its header names, for nobody looks there', async () => {
    const { d: _, ...open } = await otherKey();
    for (const header of [
      { kid: 'another' },
      { jku: 'https://elsewhere.test/keys' },
      { jwk: open },
      { x5u: 'https://x.test' },
    ])
      expect(await verifyAccessToken(secret, await forge(header as Partial<JWTHeaderParameters>), now)).toEqual(actor);
  });

  it('is refused when it asks for an extension we do not know', async () => {
    const [, payload, signature] = partsOf(await signAccessToken(secret, actor, now));
    const header = part({ alg: 'ES256', typ: 'at+jwt', crit: ['exp'], exp: 1 });
    expect(await verifyAccessToken(secret, `${header}.${payload}.${signature}`, now)).toBeUndefined();
  });

  it.each([
    ['no typ', { typ: undefined }],
    ['the typ of any JWT', { typ: 'JWT' }],
    ['the typ of an attempt', { typ: 'attempt+jwt' }],
  ])('is refused with %s', async (_, header) => {
    expect(await verifyAccessToken(secret, await forge(header as Partial<JWTHeaderParameters>), now)).toBeUndefined();
  });

  it.each<[string, object]>([
    ['a text as expiry', { exp: String(seconds + 900) }],
    ['no expiry', { exp: undefined }],
    ['null as expiry', { exp: null }],
    ['no time of issue', { iat: undefined }],
    ['an expiry beyond all numbers', { exp: Number.MAX_VALUE }],
    ['an expiry that no number holds exactly', { exp: 2 ** 53 }],
    ['an expiry between two seconds', { exp: seconds + 899.5 }],
    ['an expiry before all time', { exp: -seconds }],
    ['the very moment as expiry', { exp: seconds }],
    ['yes as expiry', { exp: true }],
    ['a list as expiry', { exp: [seconds + 900] }],
    ['nought as expiry', { exp: 0 }],
    ['a text as time of issue', { iat: String(seconds) }],
    ['another issuer', { iss: 'https://elsewhere.test' }],
    ['another audience', { aud: 'elsewhere' }],
    ['no audience', { aud: undefined }],
    ['no subject', { sub: undefined }],
    ['a number as subject', { sub: 7 }],
    ['an unknown role', { role: 'root' }],
    ['a list of roles', { role: ['superadmin'] }],
    ['a list of audiences without ours', { aud: ['elsewhere', 've-edu-vault.'] }],
    ['a thing as session', { sid: { id: 'rft_1' } }],
    ['no session', { sid: undefined }],
    ['a day to come', { nbf: seconds + 60 }],
  ])('is refused with %s, though our own key signed it', async (_, claims) => {
    expect(await verifyAccessToken(secret, await forge({}), now)).toEqual(actor);
    expect(await verifyAccessToken(secret, await forge({}, claims), now)).toBeUndefined();
  });

  it('is refused when any character of it is another', async () => {
    const token = await signAccessToken(secret, actor, now);
    const alphabet = 'ABCXYZabcxyz0129-_.=~+/'.split('');
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 2), fc.constantFrom(...alphabet), async (at, other) => {
        fc.pre(token[at] !== other);
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        expect(await verifyAccessToken(secret, changed, now)).toBeUndefined();
      }),
    );
  });

  it('is refused, and nothing breaks, when it is no token at all', async () => {
    const junk = fc.oneof(
      fc.string(),
      fc.array(fc.base64String(), { minLength: 3, maxLength: 3 }).map((parts) => parts.join('.')),
      fc.jsonValue().map((header) => `${part(header)}.${part(goodClaims)}.AAAA`),
    );
    await fc.assert(
      fc.asyncProperty(junk, async (token) => {
        expect(await verifyAccessToken(secret, token, now)).toBeUndefined();
        expect(await verifyAttemptToken(secret, token, now)).toBeUndefined();
      }),
    );
  });

  it('of another key is refused, also where both keys have been used and it was seen before', async () => {
    const other = JSON.stringify(await otherKey());
    const token = await signAccessToken(other, actor, now);
    expect(await verifyAccessToken(secret, token, now)).toBeUndefined();
    expect(await verifyAccessToken(other, token, now)).toEqual(actor);
    expect(await verifyAccessToken(secret, token, now)).toBeUndefined();
  });
});

describe('an attempt token', () => {
  const attempt = { userId: 'usr_1', attemptId: 'att_1' };

  it('names its attempt and its student until its end', async () => {
    const token = await signAttemptToken(secret, { ...attempt, expiresAt: now + 5_000 }, now);
    expect(await verifyAttemptToken(secret, token, now)).toEqual(attempt);
    expect(await verifyAttemptToken(secret, token, now + 4_999)).toEqual(attempt);
    expect(await verifyAttemptToken(secret, token, now + 5_000)).toBeUndefined();
  });

  it('is no access token, and an access token is none, seen before or not', async () => {
    const token = await signAttemptToken(secret, { ...attempt, expiresAt: now + 5_000 }, now);
    const access = await signAccessToken(secret, actor, now);
    for (let round = 0; round < 2; round++) {
      expect(await verifyAccessToken(secret, token, now)).toBeUndefined();
      expect(await verifyAttemptToken(secret, access, now)).toBeUndefined();
      expect(await verifyAttemptToken(secret, token, now)).toEqual(attempt);
      expect(await verifyAccessToken(secret, access, now)).toEqual(actor);
    }
    const both = await forge({}, { att: 'att_1' });
    const disguised = await forge({ typ: 'attempt+jwt' }, { att: 'att_1' });
    for (let round = 0; round < 2; round++) {
      expect(await verifyAttemptToken(secret, both, now)).toBeUndefined();
      expect(await verifyAccessToken(secret, disguised, now)).toBeUndefined();
      expect(await verifyAccessToken(secret, both, now)).toEqual(actor);
      expect(await verifyAttemptToken(secret, disguised, now)).toEqual(attempt);
    }
  });

  it('is verified once and remembered while it is in use, and forgotten when thousands of others are', async () => {
    const tokenFor = (attemptId: string) =>
      signAttemptToken(secret, { ...attempt, attemptId, expiresAt: now + 60_000 }, now);
    const { subtle } = crypto;
    const verify = subtle.verify.bind(subtle);
    let verifications = 0;
    subtle.verify = (...given: Parameters<SubtleCrypto['verify']>) => {
      verifications += 1;
      return verify(...given);
    };
    const costOf = async (token: string) => {
      const before = verifications;
      await verifyAttemptToken(secret, token, now);
      return verifications - before;
    };
    try {
      const [used, unused] = await Promise.all([tokenFor('att_used'), tokenFor('att_unused')]);
      expect([await costOf(used), await costOf(unused)]).toEqual([1, 1]);
      expect([await costOf(used), await costOf(unused)]).toEqual([0, 0]);
      for (let i = 0; i < 5_000; i++) {
        expect(await costOf(await tokenFor(`att_${i}`))).toBe(1);
        if (i % 1_000 === 0) expect(await costOf(used)).toBe(0);
      }
      expect([await costOf(used), await costOf(unused)]).toEqual([0, 1]);
      expect(await costOf(`${used.slice(0, -3)}AAA`)).toBe(1);
    } finally {
      Reflect.deleteProperty(subtle, 'verify');
    }
  });
});

describe('the signing key', () => {
  it('never tells itself when it cannot be read', async () => {
    const broken = `${secret.slice(0, -1)},`;
    const refused = await verifyAccessToken(broken, await signAccessToken(secret, actor, now), now + 1).catch(String);
    expect(refused).toBe('Error: ACCESS_TOKEN_KEY is not a JSON Web Key');
  });
});
