import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request of a browser, as it went over the line. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  /** `iframe`, `document`, `script` …; what the browser says it is for. */
  readonly dest: string | undefined;
  /** Names of the cookies it came with. */
  readonly cookies: readonly string[];
  readonly body: URLSearchParams;
  status: number;
};

const names = (lines: readonly string[]) => lines.map((line) => line.slice(0, line.indexOf('=')).trim());

/** What lies between a browser and the tool: it remembers what was asked, and loses the cookies it is told to. */
export async function startLine(tool: () => string) {
  const asked: Asked[] = [];
  const line = {
    address: '',
    asked,
    /** Whether this cookie of an answer to that request is lost on the way. */
    loses: (_cookie: string, _asked: Asked): boolean => false,
    /** Answers to that request wait for it. */
    holds: async (_asked: Asked): Promise<void> => {},
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  async function pass(from: IncomingMessage, to: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of from) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const one: Asked = {
      method: from.method ?? 'GET',
      path: from.url ?? '/',
      dest: from.headers['sec-fetch-dest']?.toString(),
      cookies: names((from.headers.cookie ?? '').split(';').filter(Boolean)),
      body: new URLSearchParams(body.toString()),
      status: 0,
    };
    asked.push(one);
    const got = await new Promise<IncomingMessage>((resolve, reject) => {
      request(tool() + one.path, { method: one.method, headers: from.headers }, resolve)
        .on('error', reject)
        .end(body);
    });
    await line.holds(one);
    one.status = got.statusCode ?? 502;
    const { 'set-cookie': sets = [], ...headers } = got.headers;
    const left = sets.filter((cookie) => !line.loses(names([cookie])[0] ?? '', one));
    to.writeHead(one.status, { ...headers, ...(left.length > 0 && { 'set-cookie': left }) });
    got.pipe(to);
  }
  const server = createServer((from, to) => {
    pass(from, to).catch(() => to.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  line.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return line;
}
export type Line = Awaited<ReturnType<typeof startLine>>;
