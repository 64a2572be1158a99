import { limitRate, type Settings } from '../http/index.ts';
import { normaliseEmail } from './users.ts';

/** Slows guessing down, per address and per account. A school shares one address, so an address gets far more room. */
export async function limitSignIn(settings: Settings, env: Env, headers: Headers, email: string): Promise<void> {
  await limitRate(settings, env.SIGN_IN_BY_ADDRESS, headers.get('cf-connecting-ip') ?? '127.0.0.1');
  await limitRate(settings, env.SIGN_IN_BY_ACCOUNT, normaliseEmail(email));
}
