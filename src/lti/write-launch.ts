import { and, eq, sql } from 'drizzle-orm';
import { admit, type Offered, selectOffered } from '../assessments/index.ts';
import { courseStaff, enrolment, newCourse } from '../courses/index.ts';
import { batchable } from '../db/index.ts';
import { record } from '../events/index.ts';
import { endLaunches, type LaunchFacts, sessionByLaunch, user } from '../identity/index.ts';
import type { OutsideCall, SystemCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import type { keepFetched } from './fetch-key-set.ts';
import type { Launch } from './launch.ts';
import { newCode } from './launch-codes.ts';
import { countLaunch } from './launch-log.ts';
import { contextIdOf, type Meaning, type RegistrationRow } from './read-launch.ts';
import { roleOf } from './roles.ts';
import { context, linkUser, login, ltiUser, membership, resourceLink } from './schema.ts';
import type { LaunchRole } from './words.ts';

type Call = OutsideCall;
type Statements = Parameters<SystemCall['db']['batch']>[0][number][];

type Taken = {
  stateHash: string;
  registration: RegistrationRow;
  launch: Launch;
  meaning: Meaning;
  previous: string | undefined;
  keeping: ReturnType<typeof keepFetched> | undefined;
};

const MAX_NAME_LENGTH = 255;

/** A platform need not tell a name; something a teacher can tell apart stands in for it. */
const nameFor = ({ name }: Launch, role: LaunchRole, userId: string) =>
  (name ?? '').trim().slice(0, MAX_NAME_LENGTH) ||
  `${role === 'instructor' ? 'Instructor' : 'Student'} ${userId.slice(-4).toUpperCase()}`;

/**
 * Uses up the login. If somebody did so since it was read, `expires_at` would become null, which it may not: the whole batch fails, and
 * with it everything this launch would have made.
 */
const useUpLogin = ({ db, now }: Call, stateHash: string) =>
  db
    .update(login)
    .set({ expiresAt: sql`case when ${login.usedAt} is null then ${login.expiresAt} end`, usedAt: now })
    .where(eq(login.stateHash, stateHash));

function writeUser(
  { db, now }: Call,
  { registration, launch, meaning }: Taken,
  userId: string,
  role: LaunchRole,
): Statements {
  const { sub, email } = launch;
  const name = launch.name?.trim().slice(0, MAX_NAME_LENGTH);
  const statements: Statements = [];
  if (!meaning.user) {
    statements.push(
      db.insert(user).values({ id: userId, name: nameFor(launch, role, userId), role: 'student', createdAt: now }),
    );
  } else if (meaning.isKnown && name && name !== meaning.user.name) {
    // Who has signed in here by other means goes by the name they have here.
    statements.push(
      batchable(
        db,
        sql`update ${user} set name = ${name} where id = ${userId} and email is null and password_hash is null`,
      ),
    );
  }
  if (sub !== null) {
    const link = { registrationId: registration.id, sub, userId, email, at: now };
    statements.push(
      meaning.isKnown
        ? db
            .update(ltiUser)
            .set({ email, at: now })
            .where(and(eq(ltiUser.registrationId, registration.id), eq(ltiUser.sub, sub)))
        : db.insert(ltiUser).values(link),
    );
  }
  return statements;
}

/** The context, its course, and what somebody is in it. What an earlier launch gave and this one does not is taken back. */
function writeContext(call: Call, { registration, launch, meaning }: Taken, userId: string, role: LaunchRole) {
  const { db, now } = call;
  const { rosterUrl, deploymentId } = launch;
  const title = (launch.context?.title ?? launch.resourceLink?.title ?? contextIdOf(launch)).slice(0, MAX_NAME_LENGTH);
  const statements: Statements = [];
  const contextId = meaning.context?.id ?? newId('context', now);
  let courseId = meaning.context?.courseId ?? meaning.course?.id;
  if (!courseId) {
    // An Open edX context id is the course key; other ids say nothing outside their platform.
    const isKey = contextIdOf(launch).startsWith('course-v1:') && !meaning.isKeyTaken;
    const made = newCourse(call, {
      courseKey: isKey ? contextIdOf(launch) : `lti-${contextId.slice(4)}`,
      title,
      examinationLevel: null,
      academicClass: null,
    });
    courseId = made.courseId;
    statements.push(...made.statements);
  }
  if (meaning.context) {
    statements.push(
      db
        .update(context)
        .set({ title, ...(rosterUrl && { rosterUrl }) })
        .where(eq(context.id, contextId)),
    );
  } else {
    statements.push(
      db.insert(context).values({
        ...{ id: contextId, registrationId: registration.id, deploymentId, contextId: contextIdOf(launch) },
        ...{ title, courseId, rosterUrl, createdAt: now },
      }),
    );
  }
  if (role === 'instructor') {
    statements.push(db.insert(courseStaff).values({ courseId, userId }).onConflictDoNothing());
  } else {
    const wasInstructor = sql`exists (select 1 from ${membership} where context_id = ${contextId} and user_id = ${userId} and role = 'instructor')`;
    const there = {
      ...{ userId, registrationId: registration.id, contextId: launch.context?.id ?? null },
      role: 'instructor' as const,
    };
    statements.push(
      batchable(
        db,
        sql`delete from ${courseStaff} where course_id = ${courseId} and user_id = ${userId} and ${wasInstructor}`,
      ),
      ...endLaunches(call, there, wasInstructor),
      db
        .insert(enrolment)
        .values({ id: newId('enrolment', now), courseId, userId, createdAt: now })
        .onConflictDoUpdate({ target: [enrolment.userId, enrolment.courseId], set: { isActive: true, endedAt: null } }),
    );
  }
  statements.push(
    db
      .insert(membership)
      .values({ contextId, userId, role, at: now })
      .onConflictDoUpdate({ target: [membership.contextId, membership.userId], set: { role, at: now } }),
  );
  return { contextId, courseId, statements };
}

/** The resource link with the assessment it carries, and who came by it. */
function writeLink(
  { db, now }: Call,
  { registration, launch, meaning }: Taken,
  userId: string,
  role: LaunchRole,
  contextId: string,
) {
  const { resourceLink: said, grades, deploymentId, custom, sub } = launch;
  const statements: Statements = [];
  if (!said) return { linkId: undefined, assessmentId: undefined, statements };
  const linkId = meaning.link?.id ?? newId('resourceLink', now);
  const named = meaning.assessments.find(({ id }) => id === custom.assessment_id)?.id;
  const assessmentId = named ?? meaning.link?.assessmentId ?? null;
  const facts = {
    contextId,
    title: (said.title ?? '').slice(0, MAX_NAME_LENGTH),
    assessmentId,
    // What a launch does not say takes nothing away from what an earlier one said, or from a line item that was found or made.
    ...(grades && { lineItems: grades.lineItems, scopes: grades.scopes }),
    ...(grades?.lineItem && { lineItem: grades.lineItem }),
  };
  statements.push(
    meaning.link
      ? db.update(resourceLink).set(facts).where(eq(resourceLink.id, linkId))
      : db.insert(resourceLink).values({
          scopes: [],
          ...facts,
          ...{ id: linkId, registrationId: registration.id, deploymentId, resourceLinkId: said.id, createdAt: now },
        }),
  );
  if (role === 'student') {
    if (sub !== null) {
      statements.push(
        db
          .insert(linkUser)
          .values({ linkId, userId, sub, at: now })
          .onConflictDoUpdate({ target: [linkUser.linkId, linkUser.userId], set: { sub, at: now } }),
      );
    }
    if (assessmentId !== null) statements.push(admit(db, { assessmentId, userId }));
  }
  return { linkId, assessmentId: assessmentId ?? undefined, statements };
}

const landingOf = (role: LaunchRole, assessmentId: string | undefined, linkId: string | undefined) => {
  if (role === 'instructor') return linkId === undefined ? '/staff' : `/staff/lti/links/${linkId}`;
  return assessmentId === undefined ? `/lti/links/${linkId}` : `/assessments/${assessmentId}`;
};

/** Writes all a launch brings, or nothing: see the picture in README.md. One round trip. */
export async function writeLaunch(call: Call, taken: Taken) {
  const { db, now } = call;
  const { registration, launch, meaning, previous } = taken;
  const isDeepLinking = launch.messageType === 'LtiDeepLinkingRequest';
  const role = roleOf(launch.roles);
  const userId = meaning.user?.id ?? newId('user', now);
  const theirs = writeContext(call, taken, userId, role);
  const link = isDeepLinking
    ? { linkId: undefined, assessmentId: undefined, statements: [] }
    : writeLink(call, taken, userId, role, theirs.contextId);
  const facts: LaunchFacts = {
    registrationId: registration.id,
    deploymentId: launch.deploymentId,
    contextId: launch.context?.id ?? null,
    resourceLinkId: launch.resourceLink?.id ?? null,
    role,
    ...(link.assessmentId !== undefined && { assessmentId: link.assessmentId }),
  };
  const landing = landingOf(role, link.assessmentId, link.linkId);
  const opens = { userId, launch: facts, landing };
  const [session, forTokens, forPage] = await Promise.all([
    sessionByLaunch(call, { userId, launch: facts, frameOrigins: registration.frameOrigins }, previous),
    newCode(call, 'session', opens),
    launch.deepLinking
      ? newCode(call, 'deep-linking', {
          ...opens,
          deepLinking: { ...launch.deepLinking, courseId: theirs.courseId },
        })
      : newCode(call, 'window', opens),
  ]);
  // Grades they may have already are owed to this place; the event is kept with the launch, so that no crash forgets it.
  const isNewHere =
    !meaning.hasArrived ||
    link.assessmentId !== (meaning.link?.assessmentId ?? undefined) ||
    (launch.grades?.lineItem && launch.grades.lineItem !== meaning.link?.lineItem);
  const arrival =
    role === 'student' && link.linkId !== undefined && isNewHere ? { linkId: link.linkId, userId } : undefined;
  const arrivalId = newId('event', now);
  const results = (await db.batch([
    useUpLogin(call, taken.stateHash),
    ...(taken.keeping ? [taken.keeping] : []),
    ...writeUser(call, taken, userId, role),
    ...theirs.statements,
    ...link.statements,
    ...(arrival ? [record(call, { type: 'lti.link.arrived', payload: arrival }, arrivalId)] : []),
    forTokens.statement,
    forPage.statement,
    countLaunch(call, registration.id, 'accepted'),
    ...session.statements,
    ...(isDeepLinking ? [selectOffered(db, { userId, courseId: theirs.courseId })] : []),
  ])) as unknown[][];
  const after = results.length - (isDeepLinking ? 1 : 0);
  const continued = results[after - session.statements.length] ?? [];
  return {
    facts,
    name: launch.name?.trim() || meaning.user?.name || nameFor(launch, role, userId),
    userId,
    arrivalId: arrival && arrivalId,
    landing,
    codes: { session: forTokens.code, page: forPage.code },
    sessionSecret: continued.length > 0 && previous !== undefined ? previous : session.secret,
    offered: (isDeepLinking ? results.at(-1) : []) as Offered[],
  };
}
