import type { LaunchRole } from './words.ts';

const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership';

/**
 * The roles in a context (lti-core-v1p3 §A.2.3) that make an instructor here. Of Instructor's sub-roles the teaching assistants
 * (`TeachingAssistant`, `…Group`, `…Offering`, `…Section`, `…SectionAssociation`, `…Template`) and `Grader` are left out:
 * whoever has none but these gets in as a student does. A platform that wants more sends the principal role beside them, as
 * §A.2.3.1 advises. The names without an address are deprecated and allowed.
 */
const instructorRoles = new Set([
  `${MEMBERSHIP}#Instructor`,
  `${MEMBERSHIP}#Administrator`,
  `${MEMBERSHIP}/Instructor#ExternalInstructor`,
  `${MEMBERSHIP}/Instructor#GuestInstructor`,
  `${MEMBERSHIP}/Instructor#Lecturer`,
  `${MEMBERSHIP}/Instructor#PrimaryInstructor`,
  `${MEMBERSHIP}/Instructor#SecondaryInstructor`,
  'Instructor',
  'Administrator',
]);

/**
 * What somebody is here who has these roles in the context they come from. Whole texts are compared: `Instructor` is part of the
 * name of a teaching assistant's role. Roles in the system and the institution open nothing: they say nothing of this course.
 */
export const roleOf = (roles: readonly string[]): LaunchRole =>
  roles.some((role) => instructorRoles.has(role)) ? 'instructor' : 'student';
