import { Hono } from 'hono';
import { controlRoutes } from './control-routes.ts';
import type { Course, Edit, Edited } from './course.ts';
import { editorRoutes } from './editor-routes.tsx';
import { type Faults, noFaults } from './faults.ts';
import { applyLearnerAction } from './learners.ts';
import type { SigningKey } from './lti/keys.ts';
import { type Lti, ltiHandle } from './lti/lti-handle.ts';
import { ltiRoutes } from './lti/lti-routes.ts';
import type { Mode } from './lti/modes.ts';
import { seedLti } from './lti/seed-lti.ts';
import { oauthRoutes } from './oauth-routes.tsx';
import { outlineRoutes } from './outline-routes.ts';
import type { Enrolment, LearnerAction, Person } from './people.ts';
import { peopleRoutes } from './people-routes.ts';
import type { RandomSource } from './random-source.ts';
import { seedClients, seedCourses, seedEnrolments, seedPeople } from './seed.ts';
import { addCourse, editCourse } from './studio.ts';
import { studioRoutes } from './studio-routes.ts';
import type { Layout, Webhook } from './webhooks.ts';
import { type Client, releaseHeld, type World } from './world.ts';

export type PlatformOptions = {
  /** Where the platform is, as it writes itself: `https://lms.example.mw`. */
  readonly origin: string;
  /** The time in ms. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: RandomSource;
  /** What to do with an outgoing webhook: post it, delay it, keep it. */
  readonly deliver: (webhook: Webhook) => void;
  /** More OAuth applications, before the seeded ones. */
  readonly clients?: readonly Client[];
  /** Where the seeded sign-in application may send people back to. */
  readonly redirectUris?: readonly string[];
  /** Whose manners LTI has: Open edX's unless said otherwise. */
  readonly mode?: Mode;
  /** Where the LTI tool is. */
  readonly toolUrl?: string;
  /** Keys for LTI, the newest first; one is made when it is needed unless there are some. Tests share one, which takes time to make. */
  readonly signingKeys?: readonly SigningKey[];
  /** How the tool is asked for its keys; the net unless said otherwise. */
  readonly fetch?: (input: string, init?: RequestInit) => Promise<Response>;
};

export type Platform = {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly courses: ReadonlyMap<string, Course>;
  readonly people: ReadonlyMap<string, Person>;
  readonly enrolments: ReadonlyMap<string, Enrolment>;
  readonly clients: Client[];
  readonly faults: Faults;
  /** Every webhook made, lost and held ones too, oldest first. */
  readonly sent: readonly Webhook[];
  layout: Layout;
  /** Makes one edit in Studio; throws `EditRefused`. */
  readonly edit: (courseKey: string, edit: Edit) => Edited;
  /** Publishes a block with all under it, or the whole course. */
  readonly publish: (courseKey: string, id?: string) => Edited;
  /** Does what a learner does; throws `ActionRefused`. */
  readonly learner: (action: LearnerAction) => void;
  readonly addCourse: (course: Course) => void;
  readonly lti: Lti;
  /** Sends the webhooks held back by the fault, newest first. */
  readonly releaseWebhooks: () => void;
};

/** A platform that looks from outside like Open edX, and by LTI like Moodle or Canvas too, in memory, with nothing of Node. */
export function createPlatform(options: PlatformOptions): Platform {
  const { origin, now, random, deliver, clients = [], redirectUris = [] } = options;
  const { mode = 'openedx', toolUrl = 'http://127.0.0.1:8787', signingKeys = [] } = options;
  const world: World = {
    origin: origin.replace(/\/$/, ''),
    now,
    random,
    deliver,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    lti: seedLti(mode, toolUrl, signingKeys),
    courses: new Map(seedCourses().map((course) => [course.key, course])),
    people: seedPeople(),
    enrolments: seedEnrolments(),
    clients: [...clients, ...seedClients(redirectUris)],
    codes: new Map(),
    faults: noFaults(),
    sent: [],
    held: [],
    layout: 'aulasneo-v21',
    ticks: 0,
  };

  // Routes are grouped by protocol; another protocol of the platform is another group.
  const app = new Hono();
  app.onError((error) => {
    throw error;
  });
  for (const routes of [oauthRoutes, outlineRoutes, studioRoutes, peopleRoutes, ltiRoutes, controlRoutes, editorRoutes])
    app.route('/', routes(world));
  app.notFound((c) => c.json({ detail: 'Not found.' }, 404));

  return {
    fetch: async (request) => app.fetch(request),
    courses: world.courses,
    people: world.people,
    enrolments: world.enrolments,
    clients: world.clients,
    faults: world.faults,
    sent: world.sent,
    get layout() {
      return world.layout;
    },
    set layout(layout) {
      world.layout = layout;
    },
    edit: (courseKey, edit) => editCourse(world, courseKey, edit),
    publish: (courseKey, id) =>
      editCourse(world, courseKey, id === undefined ? { kind: 'publish' } : { kind: 'publish', id }),
    learner: (action) => applyLearnerAction(world, action),
    addCourse: (course) => addCourse(world, course),
    releaseWebhooks: () => releaseHeld(world),
    lti: ltiHandle(world),
  };
}
