import type { PythonTime } from './python.ts';

export type Person = {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly name: string;
  is_active: boolean;
  /** Global staff of the platform, who may list enrolments and read other people's accounts. */
  readonly is_staff: boolean;
  readonly dateJoined: PythonTime;
  lastLogin: PythonTime | undefined;
};

export type Enrolment = {
  readonly username: string;
  readonly courseKey: string;
  readonly created: PythonTime;
  mode: string;
  is_active: boolean;
  percent: number;
  passed: PythonTime | undefined;
};

/** One thing that happens to a learner. */
export type LearnerAction =
  | { kind: 'register'; username: string; name: string; email: string }
  | { kind: 'activate'; username: string }
  | { kind: 'login'; username: string }
  | { kind: 'enrol'; username: string; courseKey: string; mode?: string }
  | { kind: 'unenrol'; username: string; courseKey: string }
  | { kind: 'mode'; username: string; courseKey: string; mode: string }
  | { kind: 'grade'; username: string; courseKey: string; percent: number }
  | { kind: 'retire'; username: string };

export const enrolmentKey = (username: string, courseKey: string) => `${username},${courseKey}`;
