import { steadyHex } from './steady-ids.ts';

/** Moodle's key of a session, which the return address of deep linking carries. */
export const sessionKey = (username: string) => steadyHex(username, 10);
