import { and, eq } from 'drizzle-orm';
import { auditIfChanged } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { requireAdmin, requireRegistrationRow } from './registrations.ts';
import { deployment } from './schema.ts';

type Which = { registrationId: string; deploymentId: string };

const isThat = ({ registrationId, deploymentId }: Which) =>
  and(eq(deployment.registrationId, registrationId), eq(deployment.deploymentId, deploymentId));

/** Approves a deployment, new or waiting. `isNew`: nobody had named it. Admins only. Two round trips. */
export async function approveDeployment(call: Call, which: Which): Promise<{ isNew: boolean }> {
  requireAdmin(call);
  const { db, now } = call;
  await requireRegistrationRow(call, which.registrationId);
  const [before] = await db.batch([
    db.select({ isApproved: deployment.isApproved }).from(deployment).where(isThat(which)),
    db
      .insert(deployment)
      .values({ ...which, isApproved: true, createdAt: now })
      .onConflictDoUpdate({
        target: [deployment.registrationId, deployment.deploymentId],
        set: { isApproved: true },
        setWhere: eq(deployment.isApproved, false),
      }),
    auditIfChanged(call, {
      action: 'registration.deployment_approved',
      subject: which.registrationId,
      detail: { deploymentId: which.deploymentId },
    }),
  ]);
  return { isNew: before.length === 0 };
}

/** Refuses a deployment that waits, or takes back an approved one. A launch from it makes it wait again. Admins only. Two round trips. */
export async function removeDeployment(call: Call, which: Which): Promise<void> {
  requireAdmin(call);
  const { db } = call;
  await requireRegistrationRow(call, which.registrationId);
  const [gone] = await db.batch([
    db.delete(deployment).where(isThat(which)).returning({ deploymentId: deployment.deploymentId }),
    auditIfChanged(call, {
      action: 'registration.deployment_removed',
      subject: which.registrationId,
      detail: { deploymentId: which.deploymentId },
    }),
  ]);
  if (gone.length === 0) throw new DomainError('not_found');
}
