import { openSealed, seal } from '../lib/seal.ts';
import type { connection } from './schema.ts';

const columns = { client: 'clientSecret', signIn: 'signInClientSecret', hmac: 'hmacSecret' } as const;
export type SecretKind = keyof typeof columns;

const belongsTo = (connectionId: string, kind: SecretKind) => `connection:${connectionId}:${kind}`;

/** Seals a secret of a connection for its column. */
export const sealSecret = (secretsKey: string, connectionId: string, kind: SecretKind, secret: string) =>
  seal(secretsKey, secret, belongsTo(connectionId, kind));

/** A secret of a connection in clear; undefined when there is none, or it was sealed under another SECRETS_KEY. */
export const openSecret = (secretsKey: string, row: typeof connection.$inferSelect, kind: SecretKind) =>
  openSealed(secretsKey, row[columns[kind]] ?? '', belongsTo(row.id, kind));
