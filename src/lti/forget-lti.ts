import type { SystemCall } from '../lib/call.ts';
import { forgetLogins } from './begin-login.ts';
import { forgetInvitations } from './invitations.ts';
import { forgetCodes } from './launch-codes.ts';
import { forgetLaunchLog } from './launch-log.ts';

/** For the sweep: forgets logins, codes and invitations that have run out, and the launch log of 90 days ago. */
export async function forgetLti(call: SystemCall): Promise<void> {
  for (const forget of [forgetLogins, forgetCodes, forgetInvitations, forgetLaunchLog]) await forget(call);
}
