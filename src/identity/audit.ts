import { sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import type { Actor, OutsideCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import { audit } from './schema.ts';

/** What somebody did to what. `detail` never holds a secret. */
export type Audited = { action: string; subject: string; detail: Record<string, unknown> };

/** A request, and who it turned out to be of. */
type Audible = OutsideCall & { actor: Pick<Actor, 'userId'> };

/** The statement that writes an audit row; it goes into the verb's own batch. */
export function auditRow({ db, actor, address, now, requestId }: Audible, audited: Audited) {
  return db
    .insert(audit)
    .values({ id: newId('audit', now), actorId: actor.userId, requestId, address, at: now, ...audited });
}

/** As `auditRow`, but only if the statement just before it in the batch changed exactly one row. */
export function auditIfChanged({ db, actor, address, now, requestId }: Audible, { action, subject, detail }: Audited) {
  return batchable(
    db,
    sql`insert into ${audit} (id, actor_id, action, subject, detail, request_id, address, at)
    select ${newId('audit', now)}, ${actor.userId}, ${action}, ${subject}, ${JSON.stringify(detail)}, ${requestId}, ${address}, ${now}
    where changes() = 1`,
  );
}
