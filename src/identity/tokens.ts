import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { type Actor, type Role, roles } from '../lib/call.ts';
import { newSecret } from '../lib/crypto.ts';
import { signingKey } from './signing-key.ts';

/*
 * The two kinds of token we sign (ES256; RFC 9068's `at+jwt`, and our own `attempt+jwt`). They are told apart by `typ`, and
 * neither opens what the other opens. Verifying asks no database. `secret` is ACCESS_TOKEN_KEY; `now` is in ms.
 */

export const ACCESS_TOKEN_SECONDS = 15 * 60;
const ISSUER = 've-edu-vault';
const ACCESS = 'at+jwt';
const ATTEMPT = 'attempt+jwt';

const inSeconds = (now: number) => Math.floor(now / 1000);

async function verify(secret: string, token: string, typ: string, now: number): Promise<JWTPayload | undefined> {
  try {
    const { publicKey } = await signingKey(secret);
    const { payload } = await jwtVerify(token, publicKey, {
      algorithms: ['ES256'],
      typ,
      issuer: ISSUER,
      audience: ISSUER,
      requiredClaims: ['sub', 'exp', 'iat'],
      currentDate: new Date(now),
    });
    return payload;
  } catch {
    return undefined;
  }
}

async function sign(secret: string, typ: string, claims: JWTPayload, subject: string, now: number, expiresAt: number) {
  const { privateKey } = await signingKey(secret);
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(subject)
    .setIssuedAt(inSeconds(now))
    .setExpirationTime(inSeconds(expiresAt))
    .sign(privateKey);
}

/** An access token for 15 minutes. */
export function signAccessToken(secret: string, { userId, role, sessionId }: Actor, now: number): Promise<string> {
  const claims = { role, sid: sessionId, jti: newSecret() };
  return sign(secret, ACCESS, claims, userId, now, now + ACCESS_TOKEN_SECONDS * 1000);
}

const isRole = (value: unknown): value is Role => roles.some((role) => role === value);

/** Who an access token speaks for; undefined for anything else. */
export async function verifyAccessToken(secret: string, token: string, now: number): Promise<Actor | undefined> {
  const claims = await verify(secret, token, ACCESS, now);
  if (!claims?.sub || !isRole(claims.role) || typeof claims.sid !== 'string') return undefined;
  return { userId: claims.sub, role: claims.role, sessionId: claims.sid };
}

export type AttemptClaims = { userId: string; attemptId: string };

/** A token that writes one attempt and opens nothing else, so that an expired sign-in never stops a student from saving. */
export function signAttemptToken(
  secret: string,
  { userId, attemptId, expiresAt }: AttemptClaims & { expiresAt: number },
  now: number,
): Promise<string> {
  return sign(secret, ATTEMPT, { att: attemptId }, userId, now, expiresAt);
}

/**
 * Attempt tokens already verified in this isolate. A page sends the same token with every save, and a signature once found
 * good stays good: the entry is keyed by the whole token and the key, and still ends at its `exp`.
 */
const verified = new Map<string, AttemptClaims & { expiresAt: number }>();
const MAX_VERIFIED = 5_000;

/** Whose attempt a token writes; undefined for anything else. */
export async function verifyAttemptToken(secret: string, token: string, now: number): Promise<AttemptClaims | undefined> {
  const entry = `${token}\n${secret}`;
  const known = verified.get(entry);
  if (known && now < known.expiresAt) return known;
  const claims = await verify(secret, token, ATTEMPT, now);
  if (!claims?.sub || typeof claims.att !== 'string' || claims.exp === undefined) return undefined;
  const found = { userId: claims.sub, attemptId: claims.att, expiresAt: claims.exp * 1000 };
  if (verified.size >= MAX_VERIFIED) verified.delete(verified.keys().next().value ?? '');
  verified.set(entry, found);
  return found;
}
