import type { Person } from '../people.ts';
import type { World } from '../world.ts';
import type { Mode } from './modes.ts';
import { steadyHex, steadyUuid } from './steady-ids.ts';
import { institution, membership, subRole, system } from './vocabulary.ts';

export type CourseRole = 'student' | 'assistant' | 'teacher' | 'admin';
export type CoursePerson = { readonly person: Person; readonly role: CourseRole };

/** Who helps in every course; the seed of Open edX knows no such role. */
const ASSISTANT = 'pemphero_zulu';
const ADMIN = 'platform_admin';

/** Everybody of a course, students first, without the accounts of machines. */
export function peopleOf(world: World, courseKey: string): CoursePerson[] {
  const staff = world.courses.get(courseKey)?.staff ?? new Set<string>();
  const found: CoursePerson[] = [];
  const enrolled = [...world.enrolments.values()].filter((one) => one.courseKey === courseKey && one.is_active);
  const add = (username: string, role: CourseRole) => {
    const person = world.people.get(username);
    if (person && person.name !== '' && !found.some((one) => one.person === person)) found.push({ person, role });
  };
  for (const username of staff) add(username, 'teacher');
  add(ASSISTANT, 'assistant');
  add(ADMIN, 'admin');
  for (const { username } of enrolled) add(username, 'student');
  const order: readonly CourseRole[] = ['student', 'teacher', 'assistant', 'admin'];
  return order.flatMap((role) => found.filter((one) => one.role === role));
}

export const personIn = (world: World, courseKey: string, username: string): CoursePerson | undefined =>
  peopleOf(world, courseKey).find(({ person }) => person.username === username);

/** The administrator looks in without being a member. */
export const membersOf = (world: World, courseKey: string) =>
  peopleOf(world, courseKey).filter(({ role }) => role !== 'admin');

/** What a person is called to the tool: an external id, a number, an opaque id. */
export function subjectOf(mode: Mode, person: Person): string {
  if (mode === 'moodle') return String(person.id);
  return mode === 'canvas' ? steadyUuid(`canvas ${person.username}`) : steadyUuid(`external id ${person.username}`);
}

export const personOfSubject = (world: World, mode: Mode, subject: string): Person | undefined =>
  [...world.people.values()].find((one) => subjectOf(mode, one) === subject);

/** What stands in `login_hint`. */
export const loginHint = (mode: Mode, person: Person) =>
  mode === 'canvas' ? steadyHex(`canvas hint ${person.username}`, 40) : subjectOf(mode, person);

const openedxRoles: { [R in CourseRole]: string[] } = {
  student: [system('None'), institution('None'), membership('Learner')],
  // A forum role: it adds a sub-role of Instructor to what every student gets.
  assistant: [system('None'), institution('None'), membership('Learner'), subRole('Instructor', 'TeachingAssistant')],
  teacher: [system('None'), institution('None'), membership('Instructor')],
  admin: [
    system('Administrator'),
    ...['Administrator', 'Staff', 'Faculty', 'Instructor'].map(institution),
    membership('Administrator'),
    membership('Instructor'),
  ],
};

const moodleRoles: { [R in CourseRole]: string[] } = {
  student: [membership('Learner')],
  // Who may manage activities of tools is an instructor, non-editing teachers too.
  assistant: [membership('Instructor')],
  teacher: [membership('Instructor')],
  admin: [membership('Instructor'), institution('Administrator'), system('Administrator')],
};

const canvasMemberships: { [R in CourseRole]: string[] } = {
  student: [membership('Learner')],
  assistant: [membership('Instructor'), subRole('Instructor', 'TeachingAssistant')],
  teacher: [membership('Instructor')],
  admin: [],
};

const canvasInstitution: { [R in CourseRole]: string } = {
  student: 'Student',
  assistant: 'Instructor',
  teacher: 'Instructor',
  admin: 'Administrator',
};

/** The roles of a launch. Open edX takes them out of a set, so their order means nothing. */
export function launchRoles(world: World, mode: Mode, role: CourseRole): string[] {
  if (mode === 'moodle') return moodleRoles[role];
  if (mode === 'canvas')
    return [...canvasMemberships[role], institution(canvasInstitution[role]), system('User')].sort();
  const roles = [...openedxRoles[role]];
  const at = Math.floor(world.random() * roles.length);
  return [...roles.slice(at), ...roles.slice(0, at)];
}

/** The roles of the list of members; Moodle writes short ones. */
export function memberRoles(mode: Mode, role: CourseRole): string[] {
  if (mode === 'canvas') return canvasMemberships[role];
  const roles = mode === 'moodle' ? moodleRoles[role] : openedxRoles[role];
  const here = roles.filter((one) => one.includes('/membership'));
  return mode === 'moodle' ? here.map((one) => one.slice(one.indexOf('#') + 1)) : here;
}
