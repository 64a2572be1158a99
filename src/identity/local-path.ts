/** No backslash, which browsers read as a slash, and no control character, which they leave out before they read. */
// oxlint-disable-next-line no-control-regex -- that is the point
const PATH = /^\/(?!\/)[^\\\u0000-\u001f\u007f]*$/;

/** A path of ours to go on to, or `/`: an open redirect would lend our name to anybody. */
export function localPath(next: unknown): string {
  if (typeof next !== 'string' || next.length > 2000 || !PATH.test(next)) return '/';
  const { pathname, search } = new URL(next, 'http://localhost');
  // `/.//elsewhere` is only seen for what it is once the dots are resolved.
  return PATH.test(pathname) ? pathname + search : '/';
}
