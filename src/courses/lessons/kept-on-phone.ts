import type { AppContext } from '../../http/index.ts';
import { pageCall } from '../../identity/index.ts';
import { sha256 } from '../../lib/crypto.ts';

/**
 * What a page says that a phone may keep for when the line is bad: its script brings the service worker (public/sw.js), and the header says
 * whose the page is, so that nobody else who uses the phone is shown it.
 */
export async function keptOnPhone(c: AppContext): Promise<{ script: 'offline.js' }> {
  c.header('x-ve-reader', (await sha256(`reader ${pageCall(c).actor.userId}`)).slice(0, 16));
  return { script: 'offline.js' };
}
