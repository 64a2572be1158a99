import type { Role } from '../../src/lib/call.ts';
import type { Somebody } from '../factories.ts';

/**
 * A valid request: who makes it, and the ids in its path. `type` where the body is text or bytes of that type, no JSON; `half`: what half
 * of such a body is refused with.
 */
export type Sample = {
  as: Somebody;
  path: string;
  body?: object | string;
  type?: string;
  headers?: Record<string, string>;
  half?: readonly [status: number, code: string];
  /** The same path with an id that nothing has, where `nobody` in the place of each id is none. */
  absent?: string;
  /** What the request is refused with in the end, where no platform is there to answer it. */
  refused?: readonly [status: number, code: string];
  /** Strangers of these roles are served too, where the table of permissions cannot tell: an open course is read by every student. */
  openTo?: readonly Role[];
};
export type World = { teacher: Somebody };
export type Samples = Record<string, (world: World) => Promise<Sample>>;

/** An id that nothing has. */
export const nobody = 'none_00000000000000000000000000';
