import { and, asc, count, eq, isNull, sql } from 'drizzle-orm';
import { type Call, isAdmin, type SystemCall } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import type { ListRegistrationsInput } from './registration-input.ts';
import { registration } from './schema.ts';

type Row = typeof registration.$inferSelect;

/** A registration as admins see it. */
export type Registration = Omit<
  Row,
  'keySet' | 'keySetAt' | 'keySetTriedAt' | 'keySetMissedAt' | 'keySetFault' | 'keySetFaultAt' | 'deletedAt'
> & {
  deployments: string[];
  /** Named by a launch, and not approved yet. */
  pendingDeployments: string[];
};

export function requireAdmin({ actor }: Call): void {
  if (!isAdmin(actor)) throw new DomainError('forbidden');
}

export const isLive = isNull(registration.deletedAt);

const deploymentsThat = (isApproved: 0 | 1) =>
  sql<string[]>`(select json_group_array(deployment_id) from (select deployment_id from lti_deployment
    where registration_id = lti_registration.id and is_approved = ${isApproved} order by created_at, deployment_id))`.mapWith(
    JSON.parse,
  );

const selectRegistrations = ({ db }: SystemCall) =>
  db
    .select({
      id: registration.id,
      name: registration.name,
      issuer: registration.issuer,
      clientId: registration.clientId,
      authLoginUrl: registration.authLoginUrl,
      authTokenUrl: registration.authTokenUrl,
      keySetUrl: registration.keySetUrl,
      audience: registration.audience,
      allowAnonymous: registration.allowAnonymous,
      frameOrigins: registration.frameOrigins,
      isActive: registration.isActive,
      isDynamic: registration.isDynamic,
      createdAt: registration.createdAt,
      deployments: deploymentsThat(1).as('deployments'),
      pendingDeployments: deploymentsThat(0).as('pending_deployments'),
    })
    .from(registration);

/** The registrations, in the order they were made. Admins only. One round trip. */
export async function listRegistrations(call: Call, input: ListRegistrationsInput): Promise<Page<Registration>> {
  requireAdmin(call);
  const { db } = call;
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(registration).where(isLive),
    selectRegistrations(call)
      .where(isLive)
      .orderBy(asc(registration.createdAt), asc(registration.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  return { count: total?.count ?? 0, results };
}

/** The registration, or `not_found`. Admins only. One round trip. */
export async function requireRegistration(call: Call, id: string): Promise<Registration> {
  requireAdmin(call);
  const [found] = await selectRegistrations(call).where(and(eq(registration.id, id), isLive));
  if (!found) throw new DomainError('not_found');
  return found;
}

/** The whole row, or `not_found`. One round trip. */
export async function requireRegistrationRow({ db }: SystemCall, id: string): Promise<Row> {
  const [found] = await db
    .select()
    .from(registration)
    .where(and(eq(registration.id, id), isLive));
  if (!found) throw new DomainError('not_found');
  return found;
}
