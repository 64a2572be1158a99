// @ts-check
/* The script of the sign-in page: whoever comes next finds nothing that a phone kept of lessons (sw.js). Answers not yet sent stay. */
if ('caches' in globalThis) for (const name of await caches.keys()) await caches.delete(name);
