import {
  type Counting,
  countRequest,
  limitNetworkTo,
  limitRate,
  limitTo,
  networkOf,
  tooMany,
  uncountRequest,
} from '../http/index.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { normaliseEmail } from './users.ts';

/*
 * What slows guessing and flooding down, per account and per network. A school shares one address, so a network gets far more room. The
 * flood gates come first; they hold where no counter can be reached.
 */

/** The name of an account in its counter: nobody reads addresses there. Unknown ones are counted like known ones. */
const accountOf = async (email: string) => await sha256(normaliseEmail(email));

async function passGates({ env, settings, address }: Counting, key: string) {
  await limitRate(settings, env.SIGN_IN_BY_ADDRESS, networkOf(address));
  await limitRate(settings, env.SIGN_IN_BY_ACCOUNT, key);
}

/**
 * Runs a try to sign in as an account: its id, or how to find out what it is counted by (`accountNamed`). Each is counted before it begins, so that many at once are no way round; a
 * right one is given back, so that nobody locks themselves out by signing in, and with it one that asks for a second factor. Refuses with `too_many_requests`,
 * the right password too.
 */
export async function limitSignIn<T>(
  asked: Counting,
  named: string | (() => Promise<string>),
  signIn: () => Promise<T>,
): Promise<T> {
  if (!asked.settings.rateLimits) return await signIn();
  const account = typeof named === 'string' ? named : await named();
  await passGates(asked, normaliseEmail(account));
  const principal = await accountOf(account);
  const standing = await countRequest(asked, 'sign-in', principal);
  if (standing?.isAllowed === false) throw tooMany(standing);
  const isRight = () => standing && uncountRequest(asked, 'sign-in', principal, standing.slot);
  try {
    const signedIn = await signIn();
    await isRight();
    return signedIn;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'second_factor_required') await isRight();
    throw error;
  }
}

/** Before a link to a new password is asked for: per account, whether there is one or not, and per network. */
export async function limitReset(asked: Counting, account: string): Promise<void> {
  await passGates(asked, `reset ${normaliseEmail(account)}`);
  await limitNetworkTo(asked, 'reset-address');
  await limitTo(asked, 'reset', await accountOf(account));
}

/** Before somebody registers, per network. */
export async function limitRegistration(asked: Counting): Promise<void> {
  await limitRate(asked.settings, asked.env.SIGN_IN_BY_ADDRESS, networkOf(asked.address));
  await limitNetworkTo(asked, 'register');
}

/** Before a user makes a key. */
export const limitKeys = (asked: Counting, userId: string): Promise<void> => limitTo(asked, 'keys', userId);
