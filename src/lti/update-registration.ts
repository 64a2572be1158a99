import { and, eq, notInArray, sql } from 'drizzle-orm';
import type { Outside } from '../http/index.ts';
import { auditIfChanged, endLaunches } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { orTaken } from './create-registration.ts';
import { SWITCHED_OFF } from './pass-score.ts';
import type { UpdateRegistrationInput } from './registration-input.ts';
import { requireAddresses } from './registration-urls.ts';
import { isLive, type Registration, requireAdmin, requireRegistration } from './registrations.ts';
import { deployment, passback, registration } from './schema.ts';

const kept = ['keySet', 'keySetAt', 'keySetTriedAt', 'keySetMissedAt', 'keySetFault', 'keySetFaultAt'] as const;

/** The columns of the kept key set, forgotten where the address is another: its keys are other keys. */
const keySetAt = (url: string) =>
  Object.fromEntries(
    kept.map((name) => [name, sql`case when ${registration.keySetUrl} = ${url} then ${registration[name]} end`]),
  );

/** From now on these deployments are approved, and only these. Those that wait go on waiting. */
function approveOnly({ db, now }: Call, registrationId: string, deploymentIds: string[]) {
  const its = eq(deployment.registrationId, registrationId);
  return [
    db
      .delete(deployment)
      .where(
        and(
          its,
          eq(deployment.isApproved, true),
          notInArray(deployment.deploymentId, sql`(select value from json_each(${JSON.stringify(deploymentIds)}))`),
        ),
      ),
    ...deploymentIds.map((deploymentId) =>
      db
        .insert(deployment)
        .values({ registrationId, deploymentId, isApproved: true, createdAt: now })
        .onConflictDoUpdate({
          target: [deployment.registrationId, deployment.deploymentId],
          set: { isApproved: true },
        }),
    ),
  ];
}

/** Scores that were held back while the platform was switched off; the sweep sends them. */
const resendHeldBack = ({ db, now }: Call, registrationId: string) =>
  db
    .update(passback)
    .set({ state: 'pending', nextAt: now, attempts: 0 })
    .where(
      and(
        eq(passback.registrationId, registrationId),
        eq(passback.state, 'parked'),
        eq(passback.lastError, SWITCHED_OFF),
      ),
    );

/**
 * Changes a registration. Switched off, who is here by a launch of it is signed out. Refuses as `createRegistration` does. Admins only. At
 * most three round trips.
 */
export async function updateRegistration(
  call: Call,
  { id, ...input }: UpdateRegistrationInput & { id: string },
  rules: Pick<Outside, 'allowLoopback'>,
): Promise<Registration> {
  requireAdmin(call);
  const { db } = call;
  const { deployments, active, ...told } = input;
  const changed = { ...told, ...requireAddresses(input, rules), ...(active !== undefined && { isActive: active }) };
  if (Object.keys(changed).length === 0 && deployments === undefined) return await requireRegistration(call, id);
  if (deployments !== undefined) await requireRegistration(call, id);
  const [done] = await orTaken(
    async () =>
      await db.batch([
        db
          .update(registration)
          .set({
            // A statement must set something.
            name: sql`${registration.name}`,
            ...(changed as Partial<typeof registration.$inferInsert>),
            ...(changed.keySetUrl !== undefined && keySetAt(changed.keySetUrl)),
          })
          .where(and(eq(registration.id, id), isLive))
          .returning({ id: registration.id }),
        auditIfChanged(call, {
          action: 'registration.changed',
          subject: id,
          detail: { ...changed, ...(deployments && { deployments }) },
        }),
        ...(active === false ? endLaunches(call, { registrationId: id }) : []),
        ...(active === true ? [resendHeldBack(call, id)] : []),
        ...(deployments === undefined ? [] : approveOnly(call, id, deployments)),
      ]),
  );
  if (done.length === 0) throw new DomainError('not_found');
  return await requireRegistration(call, id);
}
