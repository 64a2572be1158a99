import type { Context } from 'hono';
import type { Trips } from '../db/index.ts';
import type { Actor } from '../lib/call.ts';
import type { Standing } from './count-request.ts';
import type { Settings } from './settings.ts';

/** Who is signed in, as far as the frame of a page shows it. `csrf` goes into every form. */
export type Viewer = { name: string; isStaff: boolean; csrf: string };

/** What every request carries. `actor` is there once a guard has found out who asks. */
type Variables = {
  requestId: string;
  /** Where the request came from: the client's address as the edge saw it. */
  address: string;
  settings: Settings;
  trips: Trips;
  now: number;
  actor?: Actor;
  /** The student behind the token of an attempt, who is no actor: it opens nothing else. */
  holderId?: string;
  viewer?: Viewer;
  /** Who may show the answer in a frame: nobody, unless a launch came from there. */
  frameOrigins?: readonly string[];
  route?: string;
  /** The form that came with the request, once it was read; `isOurs`: with the token of a page of this sign-in. */
  sent?: { form: FormData; isOurs: boolean };
  /** How the asker stands with what was counted: told in the answer's headers. */
  standings?: readonly Standing[];
};

export type AppEnv = { Bindings: Env; Variables: Variables };
export type AppContext = Context<AppEnv>;
