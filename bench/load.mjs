import { Agent, request } from 'node:http';

/*
 * A small load generator: keep-alive connections, a body of its own for each request, latencies kept whole.
 */

/** Sends one request, a text with its `type` as it is and any other body as JSON; resolves to `{ status, json, ms }`. Never rejects: an error is status 0. */
function send(agent, { host, port }, { method = 'POST', path, token, body, type }) {
  const text = type ? body : body === undefined ? '' : JSON.stringify(body);
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(text && { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const done = (status, json) => resolve({ status, json, ms: performance.now() - startedAt });
    const sent = request({ agent, host, port, path, method, headers }, (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (part) => (received += part));
      response.on('end', () => done(response.statusCode, received));
    });
    sent.on('error', (error) => done(0, JSON.stringify({ error: error.message })));
    sent.end(text);
  });
}

/** A client with at most `connections` connections to a server. */
export function connectTo(server, connections = 32) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return Object.assign((what) => send(agent, server, what), { close: () => agent.destroy() });
}

const isGood = ({ status }) => status >= 200 && status < 300;

/** Runs `one(index)` until `isOver(index)`, `atOnce` at a time. Returns rate per second, latencies in ms and errors. */
export async function closedLoop({ atOnce, isOver, one }) {
  const latencies = [];
  const errors = [];
  let next = 0;
  const startedAt = performance.now();
  const worker = async () => {
    while (!isOver(next)) {
      const answer = await one(next++);
      latencies.push(answer.ms);
      if (!isGood(answer)) errors.push(answer);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  return { perSecond: latencies.length / seconds, latencies, errors };
}

/** Calls `one(index)` `perSecond` times a second for `seconds`, whatever the answers do. Latencies count from the plan. */
export async function openLoop({ perSecond, seconds, one }) {
  const latencies = [];
  const errors = [];
  const pending = [];
  const send = async (index, dueAt) => {
    const answer = await one(index);
    latencies.push(performance.now() - dueAt);
    if (!isGood(answer)) errors.push(answer);
  };
  const startedAt = performance.now();
  for (let index = 0; index < perSecond * seconds; index++) {
    const dueAt = startedAt + (index * 1000) / perSecond;
    const wait = dueAt - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    pending.push(send(index, dueAt));
  }
  await Promise.all(pending);
  return { latencies, errors };
}

/** Runs a loop and adds what processor time of `server` one request of it took, in ms. */
export async function metered(server, loop) {
  const before = server.cpu();
  const done = await loop();
  return { ...done, cpu: (server.cpu() - before) / done.latencies.length };
}

/** The value below which a share `p` of the values lies. */
export function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

export const median = (values) => percentile(values, 0.5);
