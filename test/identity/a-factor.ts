import { env } from 'cloudflare:workers';
import { newRecoveryCodes } from '../../src/identity/factor/recovery-codes.ts';
import { fromBase32, hotp, newTotpSecret, stepAt } from '../../src/identity/factor/totp.ts';
import { factorOf } from '../../src/identity/factor/use-code.ts';
import { recoveryCode, secondFactor } from '../../src/identity/schema.ts';
import { seal } from '../../src/lib/seal.ts';
import { db } from '../factories.ts';

/** What the authenticator shows; `later` steps of half a minute from now. */
const codeOf = (secret: string, later = 0) => hotp(fromBase32(secret), stepAt(Date.now()) + later);

/** Gives somebody a second factor that is on, or that waits for its code. */
export async function giveFactor(userId: string, { isOn = true }: { isOn?: boolean } = {}) {
  const now = Date.now();
  const secret = newTotpSecret();
  const { codes, hashes } = await newRecoveryCodes();
  await db.batch([
    db.insert(secondFactor).values({
      userId,
      secret: await seal(env.SECRETS_KEY, secret, factorOf(userId)),
      createdAt: now,
      confirmedAt: isOn ? now : null,
    }),
    db.insert(recoveryCode).values(hashes.map((codeHash) => ({ userId, codeHash }))),
  ]);
  return { secret, codes, codeNow: (later = 0) => codeOf(secret, later) };
}
