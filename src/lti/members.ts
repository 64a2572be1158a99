import { and, eq, sql } from 'drizzle-orm';
import * as z from 'zod';
import { course, teachableCourse } from '../courses/index.ts';
import type { Outside } from '../http/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { slices } from '../lib/slices.ts';
import { platformTokens } from './platform-token.ts';
import { platformWords } from './platform-words.ts';
import { readPages, type Unread } from './read-pages.ts';
import { roleOf } from './roles.ts';
import { context, ltiUser, registration } from './schema.ts';
import { membersUrl } from './service-address.ts';
import { type LaunchRole, scopes } from './words.ts';

const MEMBERS = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
const MOST_PAGES = 20;
const MOST_MEMBERS = 5000;
const PAGE_SIZE = MOST_MEMBERS / MOST_PAGES;

/** One member (lti-nrps-v2p0 §2.2), as platforms that tell as little as they may write them. */
const RawMember = z.object({
  user_id: z.coerce.string(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  roles: z.array(z.string()).catch([]),
  status: z.string().nullish(),
});
const MemberPage = z.object({ members: z.array(RawMember) }).transform(({ members }) => members);

export type Member = {
  /** Ours, of somebody who has launched. */
  userId?: string;
  sub: string;
  name?: string;
  email?: string;
  /** As the platform writes them. */
  roles: string[];
  /** What they make of them here. */
  role: LaunchRole;
  status: string;
};

/**
 * The context, by our id or the platform's own. Of several that a platform's clients know under one id (Open edX: each block is a client), the
 * latest with a roster. Any other is `not_found`, and so is an id that two platforms use.
 */
async function requireContext({ db, actor }: Call, id: string) {
  const found = await db
    .select({ context, registration })
    .from(context)
    .innerJoin(course, eq(course.id, context.courseId))
    .innerJoin(registration, eq(registration.id, context.registrationId))
    .where(and(sql`(${context.id} = ${id} or ${context.contextId} = ${id})`, teachableCourse(actor)))
    .orderBy(sql`${context.id} = ${id} desc, ${context.rosterUrl} is null, ${context.createdAt} desc`);
  const [its] = found;
  const isOurs = its?.context.id === id;
  const isOfOne = found.every((one) => one.registration.issuer === its?.registration.issuer);
  if (!its || !(isOurs || isOfOne)) throw new DomainError('not_found');
  return its;
}

/** A roster that did not come, in plain words. */
function refusalOf({ answer, reason }: Unread): DomainError {
  if (answer.kind === 'no-token')
    return new DomainError(answer.isTemporary ? 'platform_unavailable' : 'roster_unavailable', answer.reason);
  if (answer.kind === 'unreachable') return new DomainError('platform_unavailable', answer.reason);
  if (answer.kind !== 'answered' || (answer.status >= 200 && answer.status < 300))
    return new DomainError('roster_unavailable', reason);
  const { status, text } = answer;
  // Open edX, for courses that are larger than its administrators allow to be listed.
  if (text.includes('above_response_limit'))
    return new DomainError('roster_unavailable', 'The course has more people than the platform is ready to list.');
  const words = [reason, platformWords(text)].join(' ').trim();
  const isTemporary = status >= 500 || status === 429 || status === 408;
  return new DomainError(isTemporary ? 'platform_unavailable' : 'roster_unavailable', words);
}

/** Our users by the `sub` of a registration. */
async function usersOf({ db }: Call, registrationId: string, subs: readonly string[]): Promise<Map<string, string>> {
  const users = new Map<string, string>();
  for (const list of slices(subs)) {
    const rows = await db
      .select({ sub: ltiUser.sub, userId: ltiUser.userId })
      .from(ltiUser)
      .where(
        and(eq(ltiUser.registrationId, registrationId), sql`${ltiUser.sub} in (select value from json_each(${list}))`),
      );
    for (const { sub, userId } of rows) users.set(sub, userId);
  }
  return users;
}

/**
 * Asks a platform who is in a context, now (lti-nrps-v2p0): for those who teach its course. Refuses with `not_found`,
 * `roster_unavailable` where the platform does not offer it or will not tell, `platform_unavailable` where it is away.
 */
export async function readMembers(call: Call, id: string, outside: Outside): Promise<Member[]> {
  const { context: its, registration: platform } = await requireContext(call, id);
  if (!platform.isActive || platform.deletedAt !== null)
    throw new DomainError('roster_unavailable', 'The platform is switched off here.');
  if (its.rosterUrl === null)
    throw new DomainError('roster_unavailable', 'The platform offers no roster of this course.');
  const read = await readPages(
    { outside, tokens: platformTokens(call, outside), registration: platform },
    {
      url: URL.canParse(its.rosterUrl) ? membersUrl(its.rosterUrl, PAGE_SIZE) : its.rosterUrl,
      scope: scopes.membership,
      accept: MEMBERS,
      page: MemberPage,
      most: MOST_MEMBERS,
      mostPages: MOST_PAGES,
    },
  );
  if (!read.ok) throw refusalOf(read);
  const subs = read.value.map(({ user_id: sub }) => sub);
  const users = await usersOf(call, platform.id, subs);
  return read.value.map(({ user_id: sub, name, email, roles, status }) => {
    const userId = users.get(sub);
    return {
      ...(userId !== undefined && { userId }),
      sub,
      ...(name != null && { name }),
      ...(email != null && { email }),
      roles,
      role: roleOf(roles),
      status: status ?? 'Active',
    };
  });
}
