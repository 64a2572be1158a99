// @ts-check
/*
 * What was read once can be read again without a line: lessons, the pages of courses, and what they are made of. It asks the network first,
 * and shows the kept copy when that takes too long or fails. It is registered for /lessons/ and /courses/ alone (offline.js): no other page,
 * the paper least of all, has it between itself and the network. It never touches what is sent.
 */

/** @typedef {Event & { waitUntil(work: Promise<unknown>): void }} Waiting */
/** @typedef {Waiting & { request: Request, respondWith(answer: Promise<Response>): void }} Asking */

const worker = /** @type {{ skipWaiting(): Promise<void>, clients: { claim(): Promise<void> } }} */ (
  /** @type {unknown} */ (globalThis)
);

const PAGES = /^\/(lessons|courses)\/[^/]+\/?$/;
const FILES = /^\/(style\.css|offline\.js|media\/[^/]+)$/;
const PATIENCE_MS = 4000;
/** In one cache. The oldest go first. */
const MOST = 60;

/** Links to the pages that are kept, by their headings: those are text, written as HTML when the pages were made. */
async function keptLinks() {
  const links = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      const { pathname } = new URL(url);
      if (!PAGES.test(pathname)) continue;
      const html = (await (await cache.match(url, { ignoreVary: true }))?.text()) ?? '';
      links.push(`<li><a href="${pathname}">${/<h1>([^<]+)<\/h1>/.exec(html)?.[1] ?? pathname}</a>`);
    }
  }
  return links;
}

async function offlinePage() {
  const links = await keptLinks();
  const missing =
    '<p>This page is not kept on this phone. Go back to one you have read before, or try again when you have a connection.</p>' +
    '<p lang="ny">Mulibe intaneti. Tsamba ili silinasungidwe pa foni ino.</p>';
  const list = `<p>Kept on this phone, to read now:</p><p lang="ny">Zosungidwa pa foni ino:</p><ul>${links.join('')}</ul>`;
  return new Response(
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Offline</title>' +
      `<h1>You are offline</h1>${missing}${links.length > 0 ? list : ''}` +
      '<p><a href="">Try again</a></p></html>',
    {
      status: 503,
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" },
    },
  );
}

const forgetAll = async () => {
  for (const name of await caches.keys()) await caches.delete(name);
};

/** What is kept of an address. A page then says that it is a copy. @param {string} url */
async function kept(url) {
  const found = await caches.match(url, { ignoreVary: true });
  if (!found || !PAGES.test(new URL(url).pathname)) return found;
  const html = await found.text();
  return new Response(html.replace(/(<p id="offline"[^>]*?) hidden(="")?/, '$1'), { headers: found.headers });
}

/**
 * Keeps an answer. A page says whose it is, and nobody else's stays beside it; of who is not signed in nothing does.
 * @param {string} url @param {Response} answer
 */
async function keep(url, answer) {
  const isPage = PAGES.test(new URL(url).pathname);
  if (isPage && (answer.type === 'opaqueredirect' || answer.redirected || answer.status === 401)) return forgetAll();
  if (isPage && (answer.status === 404 || answer.status === 403))
    for (const name of await caches.keys()) await (await caches.open(name)).delete(url, { ignoreVary: true });
  const reader = answer.headers.get('x-ve-reader');
  if (answer.status !== 200 || (isPage && !reader)) return;
  const name = isPage ? `read-${reader}` : 'files';
  if (isPage && !(await caches.has(name))) await forgetAll();
  const cache = await caches.open(name);
  await cache.put(url, answer);
  const all = await cache.keys();
  for (const one of all.slice(0, Math.max(0, all.length - MOST))) await cache.delete(one);
}

/** @type {Promise<unknown>} */
let turn = Promise.resolve();

/**
 * One after the other: a page of a new reader forgets what was kept, and would forget its own looks, asked for after it.
 * @param {string} url @param {Response} answer
 */
function keepInTurn(url, answer) {
  turn = turn.then(() => keep(url, answer)).catch(() => undefined);
  return turn;
}

/** @param {Asking} event */
async function answer({ request }, /** @type {Promise<Response>} */ network) {
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(() => kept(request.url));
  try {
    const first = (await Promise.race([network, patience])) ?? (await network);
    return first.status < 500 ? first : ((await kept(request.url)) ?? first);
  } catch {
    return (await kept(request.url)) ?? (request.mode === 'navigate' ? offlinePage() : Response.error());
  }
}

addEventListener('install', () => void worker.skipWaiting());
addEventListener('activate', (event) => /** @type {Waiting} */ (event).waitUntil(worker.clients.claim()));
addEventListener('fetch', (one) => {
  const event = /** @type {Asking} */ (one);
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (!PAGES.test(pathname) && !FILES.test(pathname)) return;
  const network = fetch(request);
  // The copy is taken before anybody reads the answer.
  event.waitUntil(network.then((got) => keepInTurn(request.url, got.clone())).catch(() => undefined));
  event.respondWith(answer(event, network));
});
