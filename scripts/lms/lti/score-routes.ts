import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { faulty } from '../answers.ts';
import { strikes } from '../faults.ts';
import type { World } from '../world.ts';
import { toolOfToken } from './bearer.ts';
import { bodyJson } from './body-text.ts';
import { platformNow } from './clock.ts';
import { personIn, personOfSubject, subjectOf } from './course-people.ts';
import { dated } from './dated.ts';
import { type Result, resultKey, type Tool } from './lti-state.ts';
import { type Mode, modes } from './modes.ts';
import { address, courseNumber, lineItemUrl, linkOf, routes } from './places.ts';
import { judgeScore } from './score-rules.ts';
import { mediaTypeOf, moodleError, namedItem, namesItsType, notFound, paged } from './service-place.ts';
import { mediaTypes, scopes } from './vocabulary.ts';

const KEPT = 2000;

/** Whom a score is for; some tools write numbers. */
function userIn(body: unknown): string | null {
  const { userId } = (typeof body === 'object' && body !== null ? body : {}) as { userId?: unknown };
  return typeof userId === 'string' || typeof userId === 'number' ? String(userId) : null;
}

/** Keeps what came to the score service, also what never got as far as being read. */
const logged =
  (world: World, mode: Mode): MiddlewareHandler =>
  async (c, next) => {
    const body = await bodyJson(c);
    const userId = userIn(body);
    let status = 0;
    try {
      await next();
      ({ status } = c.res);
    } finally {
      world.lti.posts.push({
        at: world.now(),
        mode,
        lineItem: Number(c.req.param('item')),
        userId,
        username: userId === null ? null : (personOfSubject(world, mode, userId)?.username ?? null),
        status,
        body,
      });
      if (world.lti.posts.length > KEPT) world.lti.posts.splice(0, world.lti.posts.length - KEPT);
    }
  };

async function takeScore(world: World, c: Context, mode: Mode) {
  const caller = toolOfToken(world, c, mode, 'lti-scores', [scopes.scores]);
  if ('refusal' in caller) return caller.refusal;
  if (!namesItsType(mode, c, caller.tool)) return c.body(null, 403);
  if (mode !== 'canvas' && mediaTypeOf(c) !== mediaTypes.score)
    return mode === 'openedx'
      ? c.json({ detail: `Unsupported media type "${mediaTypeOf(c)}" in request.` }, 415)
      : moodleError(c, 400, 'Unsupported content type');
  const item = namedItem(world, mode, c);
  if (!item)
    return mode === 'moodle' ? moodleError(c, 404, 'Not Found: Grade item does not exist.') : notFound(c, mode);
  const body = await bodyJson(c);
  if (body === undefined && mode === 'openedx') return c.json({ detail: 'JSON parse error' }, 400);
  const userId = userIn(body);
  const person = userId === null ? undefined : personOfSubject(world, mode, userId);
  const found = person && personIn(world, item.courseKey, person.username);
  const who = found && { username: found.person.username, role: found.role };
  const before = who && world.lti.results.get(resultKey(item.number, who.username));
  const arrival = { body, item, link: linkOf(world, item.link), who, before };
  const judged = judgeScore(mode, arrival, platformNow(world));
  if ('refused' in judged) {
    const status = judged.refused as 400;
    if (status >= 500) return c.html(String(judged.body), status);
    return mode === 'moodle' ? moodleError(c, status, String(judged.body)) : c.json(judged.body as object, status);
  }
  const { result, status } = judged;
  world.lti.results.set(resultKey(item.number, result.username), result);
  // The answer that says so is what gets lost.
  if (strikes(world.faults, 'storeThenFail', world.random, 'lti-scores'))
    return c.html('<h1>Server Error (500)</h1>', 500);
  const said = {
    openedx: JSON.stringify(body),
    moodle: '',
    canvas: JSON.stringify({
      resultUrl: address(world, mode, 'result', {
        place: courseNumber(world, item.courseKey),
        item: item.number,
        who: found ? subjectOf(mode, found.person) : '',
      }),
    }),
  }[mode];
  return c.body(said, status, { 'content-type': mediaTypes.score });
}

function resultAnswer(world: World, tool: Tool, result: Result) {
  const item = world.lti.lineItems.find((one) => one.number === result.lineItem);
  const person = world.people.get(result.username);
  if (!item || !person) return undefined;
  const { mode } = tool;
  const place = mode === 'openedx' ? (item.madeUnder ?? 0) : courseNumber(world, item.courseKey);
  const userId = subjectOf(mode, person);
  const query = mode === 'moodle' ? { query: `type_id=${tool.number}` } : {};
  const common = {
    id: address(world, mode, 'result', { place, item: item.number, who: userId, ...query }),
    scoreOf: lineItemUrl(world, tool, item),
    userId,
  };
  // Moodle shows the grade of its gradebook, the others what was posted.
  if (mode === 'moodle')
    return {
      ...common,
      ...(result.grade !== null && { resultScore: result.grade }),
      resultMaximum: item.scoreMaximum,
      ...(result.comment !== null && { comment: result.comment }),
      timestamp: result.timestamp,
    };
  return {
    ...common,
    resultScore: result.scoreGiven,
    resultMaximum: result.scoreMaximum ?? 1,
    ...((mode === 'openedx' || result.comment !== null) && { comment: result.comment }),
  };
}

function showResults(world: World, c: Context, mode: Mode) {
  const caller = toolOfToken(world, c, mode, 'lti-results', [scopes.results]);
  if ('refusal' in caller) return caller.refusal;
  if (!namesItsType(mode, c, caller.tool)) return c.body(null, 403);
  const item = namedItem(world, mode, c);
  if (!item) return notFound(c, mode);
  // Open edX asks the path only.
  const who = c.req.param('who') ?? (mode === 'openedx' ? undefined : c.req.query('user_id'));
  const all = [...world.lti.results.values()]
    .filter((one) => one.lineItem === item.number)
    // Open edX leaves out what has no score.
    .filter((one) => mode !== 'openedx' || one.scoreGiven !== null)
    .flatMap((one) => resultAnswer(world, caller.tool, one) ?? [])
    .filter((one) => who === undefined || one.userId === who);
  const type = { 'content-type': mediaTypes.results };
  if (mode === 'canvas' && c.req.param('who') !== undefined)
    return all[0] ? c.body(JSON.stringify(all[0]), 200, type) : notFound(c, mode);
  const { page, link } = paged(c, world, mode, all, mode === 'canvas' ? 10 : null);
  return c.body(JSON.stringify(page), 200, { ...type, ...(link && { link }) });
}

/** Scores and results (lti-ags-v2p0 §3.3, §3.4). */
export function scoreRoutes(world: World): Hono {
  const app = new Hono();
  for (const mode of modes) {
    const { scores, results, result } = routes[mode];
    app.post(scores, dated(world), logged(world, mode), faulty(world, 'lti-scores'), (c) => takeScore(world, c, mode));
    for (const path of [results, result])
      app.get(path, dated(world), faulty(world, 'lti-results'), (c) => showResults(world, c, mode));
  }
  return app;
}
