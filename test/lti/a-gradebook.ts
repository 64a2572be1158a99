import { env } from 'cloudflare:workers';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Outside } from '../../src/http/outside.ts';

export const PLATFORM = 'https://lms.example.mw';
export const LINE_ITEM = `${PLATFORM}/lti/7/lineitem?type_id=3`;
export const LINE_ITEMS = `${PLATFORM}/lti/7/lineitems`;

/** What happens to the next score that comes: it is lost on the way, or so answered, before it is stored or after. */
export type Fault =
  | { kind: 'lost' }
  | { kind: 'stored, answer lost' }
  | { kind: 'answer'; status: number; body?: string; headers?: Record<string, string>; isStored?: boolean };

export const answer = (
  status: number,
  more: Omit<Extract<Fault, { kind: 'answer' }>, 'kind' | 'status'> = {},
): Fault => ({
  kind: 'answer',
  status,
  ...more,
});

export type Told = {
  userId: string;
  timestamp: string;
  activityProgress: string;
  gradingProgress: string;
  scoreGiven?: number;
  scoreMaximum?: number;
};
type Column = { id: string; resourceLinkId: string; scoreMaximum: number; resourceId?: string };

/**
 * A platform with one gradebook, as strict as the strictest: a timestamp that is not later is refused, media types are the exact
 * ones, every call brings a token for its scope. `seen` is what it was asked, in order.
 */
export function aGradebook() {
  let clock = Date.parse('2026-11-21T08:00:00.000Z');
  let tokens = 0;
  let columns: Column[] = [{ id: LINE_ITEM, resourceLinkId: 'link-1', scoreMaximum: 100 }];
  const faults: Fault[] = [];
  const seen: string[] = [];
  const posted: Told[] = [];
  /** Every score that was stored, by line item and user, the last one last. */
  const stored: (Told & { at: string })[] = [];
  const issued = new Map<string, string>();
  const settings = {
    /** The platform's clock is so much ahead of ours, in ms. */
    aheadMs: 0,
    /** How it refuses a timestamp: as Moodle (409) or as Open edX (400). */
    lateStatus: 409,
    /** It takes a timestamp it has already, as Canvas does. */
    takesEqual: false,
    isDown: false,
    /** Instead of the granted scope. */
    scope: undefined as string | undefined,
    tokenStatus: 200,
    resultMaximum: 100,
    meanwhile: undefined as undefined | (() => Promise<void>),
  };

  const date = () => new Date(clock + settings.aheadMs).toUTCString();
  const reply = (status: number, body: unknown = '', headers: Record<string, string> = {}) =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), {
      status,
      headers: { date: date(), ...headers },
    });

  async function token(request: Request): Promise<Response> {
    const form = new URLSearchParams(new TextDecoder().decode(await request.arrayBuffer()));
    if (settings.tokenStatus !== 200) return reply(settings.tokenStatus, { error: 'invalid_client' });
    const assertion = form.get('client_assertion') ?? '';
    const [header, claims] = [decodeProtectedHeader(assertion), decodeJwt(assertion)];
    if (header.alg !== 'RS256' || claims.iss !== 'client-1' || claims.sub !== 'client-1')
      return reply(400, { error: 'invalid_client' });
    const scope = form.get('scope') ?? '';
    const value = `token-${++tokens}`;
    issued.set(value, scope);
    return reply(200, { access_token: value, token_type: 'bearer', expires_in: 3600, scope: settings.scope ?? scope });
  }

  const held = (lineItem: string, userId: string) =>
    stored.filter((one) => one.at === lineItem && one.userId === userId).at(-1);

  async function score(request: Request, lineItem: string): Promise<Response> {
    if (request.headers.get('content-type') !== 'application/vnd.ims.lis.v1.score+json') return reply(415);
    const told = await request.json<Told>();
    posted.push(told);
    await settings.meanwhile?.();
    const fault = faults.shift();
    if (fault?.kind === 'lost') throw new Error('connection reset');
    if (fault?.kind === 'answer' && !fault.isStored) return reply(fault.status, fault.body, fault.headers);
    if (!columns.some(({ id }) => id === lineItem)) return reply(404, { detail: 'Not found.' });
    const before = held(lineItem, told.userId);
    const secondsOf = ({ timestamp }: Told) => Math.floor(Date.parse(timestamp) / 1000);
    const least = before && secondsOf(before) + (settings.takesEqual ? 0 : 1);
    if (least !== undefined && secondsOf(told) < least)
      return reply(settings.lateStatus, {
        timestamp: ['Score timestamp can only be updated to a later point in time'],
      });
    stored.push({ ...told, at: lineItem });
    if (fault?.kind === 'stored, answer lost') throw new Error('connection reset');
    if (fault?.kind === 'answer') return reply(fault.status, fault.body, fault.headers);
    return reply(201);
  }

  async function answerTo(request: Request): Promise<Response> {
    const url = new URL(request.url);
    seen.push(`${request.method} ${url.pathname.replace('/lti/7', '')}${url.search}`);
    if (settings.isDown) throw new Error('connection refused');
    if (url.pathname === '/token') return await token(request);
    const scope = issued.get(request.headers.get('authorization')?.replace('Bearer ', '') ?? '');
    if (scope === undefined) return reply(401, { detail: 'Authentication credentials were not provided.' });
    const granted = (name: string) =>
      scope.split(' ').includes(`https://purl.imsglobal.org/spec/lti-ags/scope/${name}`);
    const its = /^(.*)\/(scores|results)$/.exec(url.pathname);
    if (its) {
      const [, path = '', what] = its;
      const query = new URLSearchParams(url.search);
      query.delete('user_id');
      const lineItem = `${url.origin}${path}${query.size > 0 ? `?${query}` : ''}`;
      if (what === 'scores') return granted('score') ? await score(request, lineItem) : reply(403);
      if (!granted('result.readonly')) return reply(403);
      // As Open edX: everybody's.
      const users = [...new Set(stored.filter((one) => one.at === lineItem).map(({ userId }) => userId))];
      return reply(
        200,
        users.flatMap((userId) => {
          const { scoreGiven, scoreMaximum = 1 } = held(lineItem, userId) ?? {};
          if (scoreGiven === undefined) return [];
          const { resultMaximum } = settings;
          return [{ id: 'r', userId, resultScore: (scoreGiven / scoreMaximum) * resultMaximum, resultMaximum }];
        }),
      );
    }
    if (url.pathname === '/lti/7/lineitems') {
      if (!granted('lineitem') && !granted('lineitem.readonly')) return reply(403);
      if (request.method === 'GET')
        return reply(
          200,
          columns.filter((one) => one.resourceLinkId === url.searchParams.get('resource_link_id')),
        );
      const wanted = await request.json<Column>();
      const made = { ...wanted, id: `${PLATFORM}/lti/7/made-${columns.length + 1}` };
      columns.push(made);
      return reply(201, made);
    }
    return reply(404, { detail: 'Not found.' });
  }

  const outside: Outside = {
    secretsKey: env.SECRETS_KEY,
    allowLoopback: false,
    now: () => clock,
    tokens: new Map(),
    fetch: async (input, init) => await answerTo(new Request(input, init)),
  };

  return {
    outside,
    settings,
    faults,
    seen,
    posted,
    stored,
    now: () => clock,
    later: (ms: number) => {
      clock += ms;
    },
    /** Tokens it issued are no longer good. */
    revoke: () => issued.clear(),
    columns: () => columns,
    setColumns: (next: Column[]) => {
      columns = next;
    },
    /** What the gradebook shows for somebody: a share of 1, or nothing. */
    shows: (userId: string, lineItem = LINE_ITEM) => {
      const last = held(lineItem, userId);
      return last?.scoreGiven === undefined ? undefined : last.scoreGiven / (last.scoreMaximum ?? 1);
    },
  };
}
