import { checkPlatformUrl } from '../http/index.ts';

/*
 * Which sites may show our pages in a frame (Content-Security-Policy, `frame-ancestors`). Every ancestor counts, and the pages of
 * a platform live on more than one host: Open edX shows a course on `apps.` and its editor on `studio.`.
 */

type Rules = { allowLoopback: boolean };
type Checked = { ok: true; origin: string } | { ok: false; reason: string };

/** A scheme, a host that may begin with `*.`, a port. Nothing that could end the directive or begin another source. */
const ORIGIN = /^(https?):\/\/(\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:\d{1,5})?$/;

const refused = (reason: string): Checked => ({ ok: false, reason });

/** A source for `frame-ancestors` as it is kept, or why it is refused, as a sentence. Hosts by the rules of `checkPlatformUrl`. */
export function checkFrameOrigin(text: string, rules: Rules): Checked {
  const [, scheme = '', wildcard, host = '', port = ''] = ORIGIN.exec(text.toLowerCase()) ?? [];
  if (host === '')
    return refused('Write a site without a path, such as https://lms.example.org or https://*.example.org.');
  if (wildcard !== undefined && (scheme !== 'https' || !host.includes('.') || /^[\d.]+$|^\[/.test(host)))
    return refused('Write at least two names after “https://*.”, such as https://*.example.org.');
  const checked = checkPlatformUrl(`${scheme}://${host}${port}`, rules);
  if (!checked.ok) return checked;
  // The parser has left out the port that goes without saying.
  const origin = wildcard === undefined ? checked.url : checked.url.replace('://', '://*.');
  return { ok: true, origin };
}

/** Where the other pages of an Open edX site live, beside its LMS. */
const SIBLINGS = ['studio', 'apps', 'learning', 'preview', 'courses', 'lms'];

/** Under these anybody may have a name: `studio.ac.mw` is nobody's sibling. */
const isShared = (parent: string) =>
  /^(github\.io|gitlab\.io|pages\.dev|workers\.dev|netlify\.app|vercel\.app|web\.app|onrender\.com|herokuapp\.com|azurewebsites\.net)$/.test(
    parent,
  ) || /^(ac|co|com|edu|gov|go|mil|ne|net|or|org|sch|school)\.[a-z]{2}$/.test(parent);

/** A site, what lies under it, and what lies beside it. */
function around(address: string): string[] {
  const url = URL.parse(address);
  if (!url?.protocol.startsWith('http')) return [];
  const { origin, hostname, port, protocol } = url;
  if (protocol !== 'https:' || !hostname.includes('.') || /^[\d.]+$|^\[/.test(hostname)) return [origin];
  if (/(^|\.)instructure\.com$/.test(hostname)) return [origin, 'https://*.instructure.com'];
  const end = port === '' ? '' : `:${port}`;
  const [name = '', ...rest] = hostname.split('.');
  const parent = rest.join('.');
  const siblings = rest.length < 2 || isShared(parent) ? [] : SIBLINGS.filter((one) => one !== name);
  return [origin, `https://*.${hostname}${end}`, ...siblings.map((one) => `https://${one}.${parent}${end}`)];
}

/** What a registration is prefilled with: around its issuer and around its login, as far as that may be used. */
export function framesAround(platform: { issuer: string; authLoginUrl: string }, rules: Rules): string[] {
  const origins = [...around(platform.issuer), ...around(platform.authLoginUrl)].flatMap((one) => {
    const checked = checkFrameOrigin(one, rules);
    return checked.ok ? [checked.origin] : [];
  });
  return [...new Set(origins)];
}
