import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server as SocketServer } from 'node:net';

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

/** Takes a port of one address of this machine. */
const bound = (server: SocketServer, port: number, host: string) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** What says that this machine has no such address. */
const noSuchAddress = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

/**
 * The same port of ::1 too, for those to whom `localhost` is that. Its connections are given to the one server, so that closing
 * that closes everything.
 */
async function alsoOnSix(server: Server, port: number): Promise<void> {
  const six = createSocketServer((socket) => server.emit('connection', socket)).unref();
  try {
    await bound(six, port, '::1');
    server.once('close', () => six.close());
  } catch (error) {
    if (!noSuchAddress.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/**
 * Serves a web-standard `fetch` on this machine and nowhere else; port 0 takes any free one. Its origin is `http://localhost`: another
 * site than a tool at `http://127.0.0.1`, as a platform is.
 */
export async function listen(fetch: Fetch, port: number): Promise<{ server: Server; origin: string }> {
  let origin = '';
  const server = createServer((incoming, outgoing) => {
    answer(fetch, () => origin, incoming, outgoing).catch((error: unknown) => {
      if (outgoing.destroyed) return;
      console.error(error);
      outgoing.writeHead(500).end();
    });
  });
  await bound(server, port, '127.0.0.1');
  const taken = (server.address() as AddressInfo).port;
  try {
    await alsoOnSix(server, taken);
  } catch (error) {
    server.close();
    throw error;
  }
  origin = `http://localhost:${taken}`;
  return { server, origin };
}
