import type { Endpoint } from '../../src/http/endpoint.ts';
import type { Guard } from '../../src/http/index.ts';
import { aUser, enrolIn, testApp } from '../factories.ts';
import { makeCourse } from '../items/make.ts';
import { otherPaths, otherWritings, queries } from './probes/address.ts';
import { type BodySchema, forgeries, unreadable } from './probes/body.ts';
import { good } from './probes/cost.ts';
import { limited } from './probes/limits.ts';
import { nameOf, type Situation, situationOf } from './probes/situation.ts';
import {
  mismatched,
  othersInBodies,
  othersInQueries,
  outsiders,
  reached,
  strangers,
  strangersInBodies,
} from './probes/who.ts';
import type { Samples, World } from './sample.ts';
import { accounts } from './samples/accounts.ts';
import { assessments } from './samples/assessments.ts';
import { courses } from './samples/courses.ts';
import { edge } from './samples/edge.ts';
import { factors } from './samples/factors.ts';
import { general } from './samples/general.ts';
import { items } from './samples/items.ts';
import { lessons } from './samples/lessons.ts';
import { lti } from './samples/lti.ts';
import { openedx } from './samples/openedx.ts';
import { operations } from './samples/operations.ts';
import { people } from './samples/people.ts';
import { shares } from './samples/shares.ts';

/*
 * The one security suite for every route. A probe does not assert: it counts what is wrong, so that the same probes prove, on
 * an app that lacks a guard, that they would notice.
 */

/** A valid request for every endpoint. One that is missing here fails the suite. */
export const samples: Samples = {
  ...general,
  ...openedx,
  ...lti,
  ...items,
  ...assessments,
  ...accounts,
  ...factors,
  ...people,
  ...shares,
  ...courses,
  ...lessons,
  ...operations,
  ...edge,
};

/** What `/api/schema` says, as far as the probes look inside. */
export type Described = { paths: Record<string, Record<string, Operation>> };
type Operation = {
  description: string;
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: BodySchema }> };
};

/** What is asked of an endpoint beside its sample, in the order it is asked in. */
const parts = ['limits', 'who', 'body', 'address', 'good'] as const;
export type Part = (typeof parts)[number];
type Options = { guards?: readonly Guard[]; only?: readonly Part[] };

let another: Promise<string> | undefined;
/** The key of a course that somebody teaches and somebody learns in, and none of the strangers. */
const anotherCourse = () =>
  (another ??= (async () => {
    const { courseId, courseKey } = await makeCourse((await aUser('instructor')).call());
    await enrolIn(courseId, await aUser());
    return courseKey;
  })());

/** One app for each list of guards: an app takes its time to be made. */
const apps = new Map<readonly Guard[] | undefined, ReturnType<typeof testApp>>();
const appWith = (guards?: readonly Guard[]) => {
  const app = apps.get(guards) ?? testApp(guards ? { guards } : {});
  apps.set(guards, app);
  app.lines.length = 0;
  return app;
};

/**
 * Everything that is wrong with how an endpoint refuses and answers: nothing, for an app with all its guards. `described` is the document
 * that the app serves.
 */
export async function probe(
  endpoint: Endpoint,
  { paths }: Described,
  { guards, only = parts }: Options = {},
): Promise<string[]> {
  const name = nameOf(endpoint);
  const found = new Set<string>();
  const makeSample = samples[name];
  if (!makeSample) return [`${name}: has no sample request`];
  const app = appWith(guards);
  const aSituation = async (world: World) =>
    situationOf(endpoint, await makeSample(world), app, (what) => found.add(`${name}: ${what}`));

  const world = { teacher: await aUser('instructor') };
  const situation = await aSituation(world);
  let second: Promise<Situation> | undefined;
  const other = () => (second ??= aSituation(world));
  const { parameters = [], requestBody } = paths[endpoint.path]?.[endpoint.method] ?? {};
  const queryNames = parameters.flatMap((one) => (one.in === 'query' ? [one.name] : []));
  const body = requestBody?.content['application/json']?.schema;

  if (only.includes('limits')) await limited(situation);
  if (only.includes('who')) await Promise.all([outsiders, strangers, strangersInBodies].map((ask) => ask(situation)));
  if (only.includes('body')) await Promise.all([unreadable(situation), forgeries(situation, body)]);
  if (only.includes('address')) {
    const methods = Object.keys(paths[endpoint.path] ?? {});
    await Promise.all([otherWritings(situation), otherPaths(situation, methods), queries(situation, queryNames)]);
    await mismatched(situation, other);
  }
  if (only.includes('who')) {
    await othersInBodies(situation, async () => await aSituation({ teacher: await aUser('instructor') }));
    await othersInQueries(situation, queryNames, await anotherCourse());
    await reached(situation, other);
  }
  // Last, for it may change what the others ask for.
  if (only.includes('good')) await good(situation);
  return [...found];
}
