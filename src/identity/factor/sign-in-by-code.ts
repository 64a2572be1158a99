import { eq } from 'drizzle-orm';
import type { OutsideCall } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { beginSession } from '../begin-sign-in.ts';
import { secondFactor, user } from '../schema.ts';
import { itsFactor, stillAs } from '../sign-in.ts';
import { type Halfway, isStillHalfway } from './halfway.ts';
import { useCode } from './use-code.ts';

type Given = { code: string; secretsKey: string; device: string | null; previous: string | undefined };

/**
 * Ends a sign-in to the pages by the code it waited for: the secret of a new session, for the cookie. A wrong code is `wrong_credentials`; who
 * was blocked, took another password or turned the factor off meanwhile begins again, `bad_token`. Three round trips.
 */
export async function signInByCode(
  call: OutsideCall,
  halfway: Halfway,
  { code, secretsKey, device, previous }: Given,
): Promise<string> {
  const { userId } = halfway;
  const [row] = await call.db
    .select({
      found: { id: user.id, passwordHash: user.passwordHash, blockedAt: user.blockedAt },
      factor: secondFactor,
    })
    .from(user)
    .innerJoin(secondFactor, itsFactor)
    .where(eq(user.id, userId));
  if (!row || row.found.blockedAt !== null || !(await isStillHalfway(halfway, row.found)))
    throw new DomainError('bad_token');
  if (!(await useCode(call, row.factor, code, secretsKey))) throw new DomainError('wrong_credentials');
  const secret = await beginSession(call, stillAs(row.found), { userId, by: 'code', device }, previous);
  if (secret === undefined) throw new DomainError('bad_token');
  return secret;
}
