import { eq, type SQL, sql } from 'drizzle-orm';
import type { OutsideCall, Role } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { newId } from '../lib/ids.ts';
import { auditIfChanged } from './audit.ts';
import type { LaunchFacts } from './launch-facts.ts';
import { refreshFamily, refreshToken, session, user } from './schema.ts';
import { signAccessToken } from './tokens.ts';
import type { User } from './users.ts';

const DAY_MS = 24 * 3600 * 1000;
/** A refresh token that is not used for this long is dead. */
export const REFRESH_IDLE_MS = 30 * DAY_MS;
/** A family of refresh tokens ends in any case. */
const REFRESH_ABSOLUTE_MS = 90 * DAY_MS;
export const PAGE_SESSION_MS = 14 * DAY_MS;

export type TokenPair = { access: string; refresh: string };

/**
 * How somebody showed who they are, and on what device (sessions/device.ts). Only a password and a code of a second factor are proofs that count
 * (require-confirmed.ts).
 */
export type Shown = { userId: string; by: 'password' | 'code' | 'vouched' | 'launch'; device: string | null };
const proofs: readonly Shown['by'][] = ['password', 'code'];

/** The row that says who signed in, where and how, if the statement just before began the sign-in. */
const auditSignIn = (call: OutsideCall, to: 'api' | 'pages', { userId, by, device }: Shown) =>
  auditIfChanged(
    { ...call, actor: { userId } },
    { action: 'user.signed_in', subject: userId, detail: { to, by, device } },
  );

/**
 * A new family of refresh tokens and its first access token, for the user `isThem` is true of; undefined when it is true of
 * nobody. A `launch` holds it to the role it gave. One round trip.
 */
export async function beginFamily(
  call: OutsideCall,
  isThem: SQL | undefined,
  shown: Shown,
  secret: string,
  launch: LaunchFacts | null = null,
): Promise<(TokenPair & { user: User }) | undefined> {
  const { db, now } = call;
  const familyId = newId('refreshToken', now);
  const refresh = newSecret();
  const [[begun], , , [owner]] = await db.batch([
    db
      .insert(refreshFamily)
      .select(
        db
          .select({
            id: sql<string>`${familyId}`.as('id'),
            userId: user.id,
            role: sql<Role | null>`${launch?.role ?? null}`.as('role'),
            launch: sql<LaunchFacts | null>`${launch && JSON.stringify(launch)}`.as('launch'),
            device: sql<string | null>`${shown.device}`.as('device'),
            confirmedAt: sql<number | null>`${proofs.includes(shown.by) ? now : null}`.as('confirmed_at'),
            createdAt: sql<number>`${now}`.as('created_at'),
            expiresAt: sql<number>`${now + REFRESH_ABSOLUTE_MS}`.as('expires_at'),
            endedAt: sql<null>`null`.as('ended_at'),
          })
          .from(user)
          .where(isThem),
      )
      .returning({ id: refreshFamily.id }),
    auditSignIn(call, 'api', shown),
    db.insert(refreshToken).select(
      db
        .select({
          tokenHash: sql<string>`${await sha256(refresh)}`.as('token_hash'),
          familyId: refreshFamily.id,
          expiresAt: sql<number>`${now + REFRESH_IDLE_MS}`.as('expires_at'),
          usedAt: sql<null>`null`.as('used_at'),
        })
        .from(refreshFamily)
        .where(eq(refreshFamily.id, familyId)),
    ),
    db.select().from(user).where(isThem),
  ]);
  if (!begun || !owner) return undefined;
  const role = launch?.role ?? owner.role;
  const access = await signAccessToken(
    secret,
    {
      ...{ userId: owner.id, role, sessionId: familyId },
      ...{ isHeld: launch !== null, mustChangePassword: launch === null && owner.mustChangePassword },
    },
    now,
  );
  return { access, refresh, user: { ...owner, role } };
}

/**
 * The secret of a new page session, for the cookie, of the user `isThem` is true of; undefined when it is true of nobody. The
 * session the browser came with (`previous`) ends, so nobody keeps a foot in the door. One round trip.
 */
export async function beginSession(
  call: OutsideCall,
  isThem: SQL | undefined,
  shown: Shown,
  previous: string | undefined,
): Promise<string | undefined> {
  const { db, now } = call;
  const secret = newSecret();
  const [begun] = await db.batch([
    db
      .insert(session)
      .select(
        db
          .select({
            secretHash: sql<string>`${await sha256(secret)}`.as('secret_hash'),
            id: sql<string>`${newId('session', now)}`.as('id'),
            userId: user.id,
            role: sql<null>`null`.as('role'),
            launch: sql<null>`null`.as('launch'),
            frameOrigins: sql<null>`null`.as('frame_origins'),
            device: sql<string | null>`${shown.device}`.as('device'),
            confirmedAt: sql<number | null>`${proofs.includes(shown.by) ? now : null}`.as('confirmed_at'),
            createdAt: sql<number>`${now}`.as('created_at'),
            expiresAt: sql<number>`${now + PAGE_SESSION_MS}`.as('expires_at'),
          })
          .from(user)
          .where(isThem),
      )
      .returning({ id: session.id }),
    auditSignIn(call, 'pages', shown),
    db.delete(session).where(eq(session.secretHash, await sha256(previous ?? ''))),
  ]);
  return begun.length === 0 ? undefined : secret;
}
