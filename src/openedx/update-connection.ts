import { and, eq, isNull } from 'drizzle-orm';
import type { Outside } from '../http/index.ts';
import { auditIfChanged } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError, type FieldError, invalidFields } from '../lib/errors.ts';
import type { UpdateConnectionInput } from './connection-input.ts';
import { type SecretKind, sealSecret } from './connection-secrets.ts';
import { type Connection, requireAdmin, requireConnection, requireConnectionRow } from './connections.ts';
import { requirePlatformUrl } from './create-connection.ts';
import { connection } from './schema.ts';

type Row = typeof connection.$inferSelect;

/** A secret goes to the address it was given for. Whoever names another one gives it again, so that nobody draws it out. */
function refuseToCarryOver(
  before: Row,
  after: { lmsUrl: string; studioUrl: string | null },
  input: UpdateConnectionInput,
) {
  const isMoved = after.lmsUrl !== before.lmsUrl || (after.studioUrl !== null && after.studioUrl !== before.studioUrl);
  if (!isMoved) return;
  const errors: FieldError[] = [];
  const message = 'Give the secret again when an address changes.';
  if (input.clientSecret === undefined) errors.push({ pointer: '/clientSecret', message });
  const keepsSignIn = before.signInClientSecret !== null && input.signInClientSecret === undefined;
  if (after.lmsUrl !== before.lmsUrl && keepsSignIn) errors.push({ pointer: '/signInClientSecret', message });
  if (errors.length > 0) throw invalidFields(errors);
}

/** Changes a connection. An address that changes wants the secret again. Admins only. Three round trips. */
export async function updateConnection(
  call: Call,
  { id, ...input }: UpdateConnectionInput & { id: string },
  outside: Pick<Outside, 'secretsKey' | 'allowLoopback'>,
): Promise<Connection> {
  requireAdmin(call);
  const { db } = call;
  const before = await requireConnectionRow(call, id);
  const { clientSecret, signInClientSecret, ...told } = input;
  const changed = {
    ...told,
    ...(told.lmsUrl !== undefined && { lmsUrl: requirePlatformUrl(told.lmsUrl, '/lmsUrl', outside) }),
    ...(typeof told.studioUrl === 'string' && {
      studioUrl: requirePlatformUrl(told.studioUrl, '/studioUrl', outside),
    }),
  };
  const { lmsUrl = before.lmsUrl, studioUrl = before.studioUrl } = changed;
  refuseToCarryOver(before, { lmsUrl, studioUrl }, input);
  const { signInClientId = before.signInClientId } = told;
  const hasSignInSecret = (signInClientSecret === undefined ? before.signInClientSecret : signInClientSecret) !== null;
  if ((signInClientId !== null) !== hasSignInSecret)
    throw invalidFields([
      { pointer: '/signInClientSecret', message: 'Give id and secret for signing in, or neither.' },
    ]);

  const sealed = (kind: SecretKind, secret: string) => sealSecret(outside.secretsKey, id, kind, secret);
  const values: Partial<Row> = {
    ...(changed as Partial<Row>),
    ...(clientSecret !== undefined && { clientSecret: await sealed('client', clientSecret) }),
    ...(signInClientSecret !== undefined && {
      signInClientSecret: signInClientSecret === null ? null : await sealed('signIn', signInClientSecret),
    }),
  };
  if (Object.keys(values).length === 0) return await requireConnection(call, id);
  const secrets = Object.keys(values).filter((name) => name.endsWith('Secret'));
  const [done] = await db.batch([
    db
      .update(connection)
      .set(values)
      .where(and(eq(connection.id, id), isNull(connection.deletedAt)))
      .returning({ id: connection.id }),
    auditIfChanged(call, { action: 'connection.changed', subject: id, detail: { ...changed, secrets } }),
  ]);
  if (done.length === 0) throw new DomainError('not_found');
  return await requireConnection(call, id);
}
