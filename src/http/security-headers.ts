const usual = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
};

/**
 * The Content-Security-Policy of an answer. `frameAncestors`: sources that may show it in a frame, nobody by itself. `formAction`: where its
 * forms may lead, redirects included.
 */
export function contentSecurityPolicy({
  frameAncestors = ["'none'"],
  formAction = ["'self'"],
}: {
  frameAncestors?: readonly string[] | undefined;
  formAction?: readonly string[];
} = {}): string {
  const all = { ...usual, 'form-action': formAction.join(' '), 'frame-ancestors': frameAncestors.join(' ') };
  return Object.entries(all)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');
}
