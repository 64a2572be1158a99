// @ts-check
/*
 * The script of pages that a phone keeps (sw.js). They work without it. What it adds: the service worker, and that who signs out leaves
 * nothing behind.
 */

async function forget() {
  for (const name of await caches.keys()) await caches.delete(name);
}
document.getElementById('sign-out')?.addEventListener('submit', () => void forget());

/** Its scopes leave out every other page, the paper above all. */
async function begin() {
  const { serviceWorker } = navigator;
  const isFirst = !serviceWorker.controller;
  const controlled = new Promise((resolve) =>
    serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
  );
  for (const scope of ['/lessons/', '/courses/']) await serviceWorker.register('/sw.js', { scope });
  if (!isFirst) return;
  // This page came before the worker did: once more, through it. Its parts are in the browser's own cache.
  await controlled;
  await (await fetch(location.href)).text();
  const parts = document.querySelectorAll('link[rel=stylesheet], script[src], main img');
  for (const one of parts) await fetch(one.getAttribute('href') ?? one.getAttribute('src') ?? '');
}

// Not there over plain http, nor in some private windows.
if ('serviceWorker' in navigator) begin().catch(() => undefined);
