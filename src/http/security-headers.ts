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

/**
 * What every answer carries, unless a route has said otherwise: public/_headers says the same of the files. HSTS for two years; a
 * window we open or are opened from has no hold on ours; nothing of ours is drawn into other sites' pages, but for frames, which the content
 * policy rules; and the browser's devices stay shut.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  // Whoever says otherwise has thought of who is asking.
  'cache-control': 'private, no-store',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};
