import { latest } from './course.ts';
import { blockOf } from './course-tree.ts';
import { type Enrolment, enrolmentKey, type LearnerAction, type Person } from './people.ts';
import { pythonString } from './python.ts';
import type { EventName } from './webhooks.ts';
import { emit, instant, type World } from './world.ts';

/** Something a learner cannot do. */
export class ActionRefused extends Error {}

const PASS_MARK = 0.5;

const userData = ({ id, is_active, username, email, name }: Person) => ({
  id,
  is_active,
  pii: { username, email, name },
});

const courseData = (courseKey: string, display_name = '') => ({
  course_key: courseKey,
  display_name,
  start: null,
  end: null,
});

export function courseNamed(world: World, key: string) {
  const course = world.courses.get(key);
  if (!course) throw new ActionRefused(`There is no course ${key}`);
  return course;
}

const courseTitle = (world: World, key: string) => {
  const course = courseNamed(world, key);
  return blockOf(latest(course).tree, course.root).display_name;
};

function sayEnrolment(world: World, type: EventName, person: Person, enrolment: Enrolment) {
  const data = {
    user: userData(person),
    course: courseData(enrolment.courseKey, courseTitle(world, enrolment.courseKey)),
    mode: enrolment.mode,
    is_active: enrolment.is_active,
    creation_date: pythonString(enrolment.created),
    created_by: null,
  };
  emit(world, { type, data, time: instant(world) });
}

function sayGrade(world: World, person: Person, enrolment: Enrolment, percent: number) {
  const course = courseData(enrolment.courseKey);
  const { at, version } = latest(courseNamed(world, enrolment.courseKey));
  const isPassing = percent >= PASS_MARK;
  const isFlipped = isPassing !== enrolment.percent >= PASS_MARK;
  const isFirstPass = isPassing && !enrolment.passed;
  enrolment.percent = percent;
  enrolment.passed ??= isPassing ? instant(world) : undefined;
  const summary = {
    user_id: person.id,
    course,
    course_edited_timestamp: pythonString({ ms: at, micro: 0 }),
    course_version: version,
    grading_policy_hash: 'd7hkfW8sQIcVUVoYtPv4h8dTtX4=',
    percent_grade: percent,
    letter_grade: isPassing ? 'Pass' : '',
    passed_timestamp: enrolment.passed ? pythonString(enrolment.passed) : null,
  };
  emit(world, { type: 'gradeChanged', data: summary, time: instant(world) });
  if (isFlipped) {
    const user = userData({ ...person, name: '' });
    emit(world, { type: 'passingChanged', data: { is_passing: isPassing, course, user }, time: instant(world) });
  }
  if (!isFirstPass) return;
  const certificate = {
    user: userData(person),
    course,
    mode: enrolment.mode,
    grade: String(percent),
    download_url: '',
    name: person.name,
    current_status: 'downloadable',
    previous_status: '',
  };
  emit(world, { type: 'certificateChanged', data: certificate, time: instant(world) });
  emit(world, { type: 'certificateCreated', data: certificate, time: instant(world) });
}

/** Does it and tells of it, in the order the platform does. */
export function applyLearnerAction(world: World, action: LearnerAction): void {
  if (action.kind === 'register') {
    if (!/^[\w.@+-]{1,150}$/.test(action.username)) throw new ActionRefused(`"${action.username}" is not a user name`);
    if (world.people.has(action.username)) throw new ActionRefused(`${action.username} is there already`);
    const { username, email, name } = action;
    const id = Math.max(...[...world.people.values()].map((one) => one.id)) + 1;
    const dateJoined = instant(world);
    const person: Person = {
      id,
      username,
      email,
      name,
      is_active: false,
      is_staff: false,
      dateJoined,
      lastLogin: undefined,
    };
    world.people.set(username, person);
    emit(world, { type: 'registered', data: userData(person), time: instant(world) });
    return;
  }

  const person = world.people.get(action.username);
  if (!person) throw new ActionRefused(`There is no user ${action.username}`);
  if (action.kind === 'activate') {
    person.is_active = true;
    return;
  }
  if (action.kind === 'login') {
    person.lastLogin = instant(world);
    emit(world, { type: 'loggedIn', data: userData(person), time: instant(world) });
    return;
  }
  if (action.kind === 'retire') {
    world.people.delete(person.username);
    for (const [key, { username }] of world.enrolments) if (username === person.username) world.enrolments.delete(key);
    return;
  }

  const { courseKey } = action;
  courseNamed(world, courseKey);
  const key = enrolmentKey(person.username, courseKey);
  const known = world.enrolments.get(key);
  if (action.kind === 'enrol') {
    if (known?.is_active) throw new ActionRefused(`${person.username} is enrolled already`);
    const enrolment = known ?? {
      username: person.username,
      courseKey,
      created: instant(world),
      mode: 'audit',
      is_active: true,
      percent: 0,
      passed: undefined,
    };
    Object.assign(enrolment, { is_active: true, mode: action.mode ?? enrolment.mode });
    world.enrolments.set(key, enrolment);
    sayEnrolment(world, 'enrolmentChanged', person, enrolment);
    sayEnrolment(world, 'enrolmentCreated', person, enrolment);
    return;
  }
  if (!known?.is_active) throw new ActionRefused(`${person.username} is not enrolled`);
  if (action.kind === 'unenrol') {
    known.is_active = false;
    sayEnrolment(world, 'enrolmentChanged', person, known);
    sayEnrolment(world, 'unenrolled', person, known);
  } else if (action.kind === 'mode') {
    known.mode = action.mode;
    sayEnrolment(world, 'enrolmentChanged', person, known);
  } else {
    if (!(action.percent >= 0 && action.percent <= 1)) throw new ActionRefused('A grade is from 0 to 1');
    sayGrade(world, person, known, action.percent);
  }
}
