import { eq } from 'drizzle-orm';
import { user } from '../identity/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { linkEnd } from './may-receive.ts';
import { type MailParts, type Person, personColumns, writeMail } from './write-mail.ts';

/*
 * Mails about an account. Each reacts to an event, may be repeated, and has one mail sent at most. Three round trips and the queue.
 */

const findPerson = async ({ db }: SystemCall, userId: string): Promise<Person | undefined> =>
  (await db.select(personColumns).from(user).where(eq(user.id, userId)))[0];

type Of = { userId: string };

/** Welcomes somebody new, with the link to confirm their address, unless another site has vouched for it. */
export async function welcome(call: SystemCall, { userId }: Of, parts: MailParts, eventId: string): Promise<void> {
  const person = await findPerson(call, userId);
  const isVerified = person?.emailVerifiedAt != null;
  await writeMail(
    call,
    {
      ...{ eventId, person, kind: 'welcome', link: isVerified ? undefined : 'email' },
      says: (link) =>
        isVerified ? { kind: 'welcome' } : { kind: 'welcome', link, until: linkEnd('welcome', call.now) },
    },
    parts,
  );
}

const verify = (call: SystemCall) => (link: string) =>
  ({ kind: 'verify-email', link, until: linkEnd('verify-email', call.now) }) as const;

/** Sends a link to show that their address is theirs. */
export async function askToVerify(call: SystemCall, { userId }: Of, parts: MailParts, eventId: string): Promise<void> {
  const person = await findPerson(call, userId);
  if (person?.emailVerifiedAt != null) return;
  await writeMail(call, { eventId, person, kind: 'verify-email', link: 'email', says: verify(call) }, parts);
}

/** Sends a link to the address somebody wants, to show that it is theirs. */
export async function askNewAddress(
  call: SystemCall,
  { userId }: Of,
  parts: MailParts,
  eventId: string,
): Promise<void> {
  const person = await findPerson(call, userId);
  const recipient = person?.pendingEmail ?? null;
  await writeMail(call, { eventId, person, recipient, kind: 'verify-email', link: 'email', says: verify(call) }, parts);
}

/** Sends a link to set a new password, made now. */
export async function sendResetLink(
  call: SystemCall,
  { userId }: Of,
  parts: MailParts,
  eventId: string,
): Promise<void> {
  const person = await findPerson(call, userId);
  const until = linkEnd('reset-password', call.now);
  const says = (link: string) => ({ kind: 'reset-password', link, until }) as const;
  await writeMail(call, { eventId, person, kind: 'reset-password', link: 'password', says }, parts);
}

/** Tells somebody that what lets them in was changed: at the address they had, where that is what changed. */
export async function warnOfChange(
  call: SystemCall,
  { userId, what, was }: Of & { what: 'password' | 'email' | 'factor' | 'identity'; was?: string },
  parts: MailParts,
  eventId: string,
): Promise<void> {
  const person = await findPerson(call, userId);
  const says = () => ({ kind: 'security-changed', what, at: call.now }) as const;
  await writeMail(call, { eventId, person, recipient: was ?? person?.email, kind: 'security-changed', says }, parts);
}

/** Tells somebody at the address they have that another was asked for, while they can still do something about it. */
export async function warnOfNewAddress(
  call: SystemCall,
  { userId }: Of,
  parts: MailParts,
  eventId: string,
): Promise<void> {
  const person = await findPerson(call, userId);
  if (person?.pendingEmail == null || person.email === null) return;
  const says = () => ({ kind: 'security-changed', what: 'address', at: call.now }) as const;
  await writeMail(call, { eventId, person, recipient: person.email, kind: 'security-changed', says }, parts);
}
