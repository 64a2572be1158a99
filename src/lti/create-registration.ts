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
    if (violates(error, 'UNIQUE', 'lti_registration.issuer'))
      throw new DomainError('in_use', 'This issuer is registered with this client id already');
    throw error;
  }
}

/** Registers a platform. Refuses `in_use`, and addresses that may not be used. Admins only. One round trip. */
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
  const id = newId('registration', now);
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
        db.insert(registration).values(row),
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
