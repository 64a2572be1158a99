import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { type Actor, type Role, roles } from '../lib/call.ts';
import { newSecret } from '../lib/crypto.ts';
import { signingKey } from './signing-key.ts';

/*
 * The two kinds of token we sign with ES256: RFC 9068's `at+jwt`, and our own `attempt+jwt`. RFC 8725 §3.11: they are told
 * apart by `typ`, and neither opens what the other opens. Verifying asks no database. `secret` is ACCESS_TOKEN_KEY; `now` is
 * in ms.
 */

const ACCESS_TOKEN_SECONDS = 15 * 60;
const ISSUER = 've-edu-vault';

type TokenType = 'at+jwt' | 'attempt+jwt';
type Verified = { secret: string; type: TokenType; claims: JWTPayload; expiresAt: number };

/**
 * Tokens found good in this isolate, least recently used first: a paper sends the same one with every save. Safe, because
 * the entry is found by the whole token and belongs to one key and one type: the same text has the same signature, which
 * once good stays good, and the expiry is looked at each time. Neither kind can be revoked by itself: what may end sooner is
 * asked of the database (live-actor.ts). Only our own tokens get in, so nobody else can fill it.
 */
const verified = new Map<string, Verified>();
const MAX_VERIFIED = 5_000;

function remember(token: string, entry: Verified) {
  verified.delete(token);
  verified.set(token, entry);
  if (verified.size > MAX_VERIFIED) verified.delete(verified.keys().next().value ?? '');
}

async function verify(secret: string, type: TokenType, token: string, now: number): Promise<JWTPayload | undefined> {
  const known = verified.get(token);
  if (known?.secret === secret && now < known.expiresAt) {
    remember(token, known);
    return known.type === type ? known.claims : undefined;
  }
  const { publicKey } = await signingKey(secret);
  try {
    // The key is ours whatever the header says: `kid`, `jku`, `x5u` and `jwk` are never looked at.
    const { payload } = await jwtVerify(token, publicKey, {
      algorithms: ['ES256'],
      typ: type,
      issuer: ISSUER,
      audience: ISSUER,
      requiredClaims: ['sub', 'exp', 'iat'],
      currentDate: new Date(now),
    });
    // JSON's 1e999 is a number too, and never comes.
    if (!Number.isSafeInteger(payload.exp)) return undefined;
    remember(token, { secret, type, claims: payload, expiresAt: Number(payload.exp) * 1000 });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

const inSeconds = (at: number) => Math.floor(at / 1000);

type Signed = { subject: string; claims: JWTPayload; now: number; expiresAt: number };

async function sign(secret: string, type: TokenType, { subject, claims, now, expiresAt }: Signed): Promise<string> {
  const { privateKey } = await signingKey(secret);
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: type })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(subject)
    .setIssuedAt(inSeconds(now))
    .setExpirationTime(inSeconds(expiresAt))
    .sign(privateKey);
}

/** An access token for 15 minutes. */
export function signAccessToken(
  secret: string,
  { userId, role, sessionId, isHeld = false, mustChangePassword = false }: Actor,
  now: number,
): Promise<string> {
  const claims = {
    role,
    sid: sessionId,
    jti: newSecret(),
    ...(isHeld && { held: true }),
    ...(mustChangePassword && { first: true }),
  };
  return sign(secret, 'at+jwt', { subject: userId, claims, now, expiresAt: now + ACCESS_TOKEN_SECONDS * 1000 });
}

const isRole = (value: unknown): value is Role => roles.some((role) => role === value);

/** Who an access token speaks for; undefined for anything else. */
export async function verifyAccessToken(secret: string, token: string, now: number): Promise<Actor | undefined> {
  const claims = await verify(secret, 'at+jwt', token, now);
  if (typeof claims?.sub !== 'string' || !isRole(claims.role) || typeof claims.sid !== 'string') return undefined;
  return {
    userId: claims.sub,
    role: claims.role,
    sessionId: claims.sid,
    ...(claims.held === true && { isHeld: true }),
    ...(claims.first === true && { mustChangePassword: true }),
  };
}

export type AttemptClaims = { userId: string; attemptId: string };

/**
 * A token that writes one attempt and opens nothing else, so that an expired sign-in never stops a student from saving.
 * `expiresAt` in ms.
 */
export function signAttemptToken(
  secret: string,
  { userId, attemptId, expiresAt }: AttemptClaims & { expiresAt: number },
  now: number,
): Promise<string> {
  return sign(secret, 'attempt+jwt', { subject: userId, claims: { att: attemptId }, now, expiresAt });
}

/** Whose attempt a token writes; undefined for anything else. */
export async function verifyAttemptToken(
  secret: string,
  token: string,
  now: number,
): Promise<AttemptClaims | undefined> {
  const claims = await verify(secret, 'attempt+jwt', token, now);
  if (typeof claims?.sub !== 'string' || typeof claims.att !== 'string') return undefined;
  return { userId: claims.sub, attemptId: claims.att };
}
