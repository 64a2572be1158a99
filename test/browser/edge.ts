import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { constants, createBrotliCompress } from 'node:zlib';

/** What the edge does to our answers: Brotli at quality 4, as Cloudflare compresses what a Worker answers. */
export async function startEdge(origin: string): Promise<{ address: string; stop: () => Promise<void> }> {
  const server = createServer((from, to) => {
    const asked = request(
      origin + from.url,
      { method: from.method, headers: { ...from.headers, 'accept-encoding': 'identity' } },
      (got) => {
        const { 'content-length': _, 'transfer-encoding': __, ...headers } = got.headers;
        if (!/^(text|application)\//.test(got.headers['content-type'] ?? '')) {
          to.writeHead(got.statusCode ?? 502, got.headers);
          pipeline(got, to, () => {});
          return;
        }
        to.writeHead(got.statusCode ?? 502, { ...headers, 'content-encoding': 'br', vary: 'accept-encoding' });
        const brotli = createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
        pipeline(got, brotli, to, () => {});
      },
    );
    asked.on('error', () => to.destroy());
    pipeline(from, asked, () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
