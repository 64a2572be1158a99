import { and, desc, eq, isNotNull, sql } from 'drizzle-orm';
import { violates } from '../db/index.ts';
import type { Outside } from '../http/index.ts';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { framesAround } from './frame-origins.ts';
import type { CreateRegistrationInput } from './registration-input.ts';
import { requireAddresses } from './registration-urls.ts';
import { requireAdmin } from './registrations.ts';
import { deployment, registration } from './schema.ts';

/** What a registration is called where nobody gave it a name. */
export const nameOf = (issuer: string) => (URL.parse(issuer)?.host || issuer).slice(0, 100);

/** Runs what writes issuer and client id; a pair that another registration has is refused with `in_use`. */
export async function orTaken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (
      violates(error, 'UNIQUE', 'lti_registration.issuer') ||
      violates(error, 'NOT NULL', 'lti_registration.created_at')
    )
      throw new DomainError('in_use', 'This issuer is registered with this client id already');
    throw error;
  }
}

/** What a registration that is taken up again does not keep. */
const asNew = {
  isDynamic: false,
  keySet: null,
  keySetAt: null,
  keySetTriedAt: null,
  keySetMissedAt: null,
  keySetFault: null,
  keySetFaultAt: null,
  deletedAt: null,
} as const;

/** A removed registration of the same platform and client: its people come back with it, for they are known by both. */
async function findRemoved({ db }: Call, issuer: string, clientId: string): Promise<string | undefined> {
  const [found] = await db
    .select({ id: registration.id })
    .from(registration)
    .where(and(eq(registration.issuer, issuer), eq(registration.clientId, clientId), isNotNull(registration.deletedAt)))
    .orderBy(desc(registration.deletedAt))
    .limit(1);
  return found?.id;
}

/**
 * Registers a platform; one that was removed is taken up again under its id. Refuses `in_use`, and addresses that may not be used. Admins only. Two
 * round trips.
 */
export async function createRegistration(
  call: Call,
  input: CreateRegistrationInput,
  rules: Pick<Outside, 'allowLoopback'>,
): Promise<{ id: string }> {
  requireAdmin(call);
  const { db, now } = call;
  const { deployments, active, frameOrigins: _given, authLoginUrl, authTokenUrl, keySetUrl, ...told } = input;
  const addresses = { authLoginUrl, authTokenUrl, keySetUrl, ...requireAddresses(input, rules) };
  const frameOrigins = addresses.frameOrigins ?? framesAround(input, rules);
  const removed = await findRemoved(call, told.issuer, told.clientId);
  const id = removed ?? newId('registration', now);
  const row = {
    ...told,
    ...addresses,
    ...{ id, frameOrigins, isActive: active, createdAt: now },
    name: told.name ?? nameOf(told.issuer),
  };
  const { name, issuer, clientId } = row;
  await orTaken(
    async () =>
      await db.batch([
        removed
          ? db
              .update(registration)
              // Taken up again meanwhile, it would lose the date it must have, and the batch fails whole.
              .set({
                ...row,
                ...asNew,
                createdAt: sql`case when ${registration.deletedAt} is not null then ${now} end`,
              })
              .where(eq(registration.id, removed))
          : db.insert(registration).values(row),
        db.delete(deployment).where(eq(deployment.registrationId, id)),
        auditRow(call, {
          action: 'registration.created',
          subject: id,
          detail: { name, issuer, clientId, deployments },
        }),
        ...deployments.map((deploymentId) =>
          db.insert(deployment).values({ registrationId: id, deploymentId, isApproved: true, createdAt: now }),
        ),
      ]),
  );
  return { id };
}
