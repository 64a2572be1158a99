import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Fetch = (request: Request) => Promise<Response>;

async function answer(fetch: Fetch, origin: () => string, incoming: IncomingMessage, outgoing: ServerResponse) {
  const gone = new AbortController();
  outgoing.on('close', () => gone.abort());
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
  const { method = 'GET', url = '/', headers } = incoming;
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || name.startsWith(':') ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const request = new Request(origin() + url, {
    method,
    headers: pairs,
    signal: gone.signal,
    ...(hasBody && { body: Buffer.concat(chunks) }),
  });
  const response = await fetch(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

/** Serves a web-standard `fetch` on this machine; port 0 takes any free one. */
export async function listen(fetch: Fetch, port: number): Promise<{ server: Server; origin: string }> {
  let origin = '';
  const server = createServer((incoming, outgoing) => {
    answer(fetch, () => origin, incoming, outgoing).catch((error: unknown) => {
      if (outgoing.destroyed) return;
      console.error(error);
      outgoing.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, origin };
}
