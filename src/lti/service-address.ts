/*
 * Addresses of a platform's services. They come with signed launches; what an answer names on the way is used only on the origin
 * that the launch named, because our token goes there.
 */

/** Whether an address that an answer named is on the origin of the one that was asked. */
export function isBeside(address: string, asked: string): boolean {
  const [its, ours] = [URL.parse(address), URL.parse(asked)];
  return its !== null && ours !== null && its.protocol.startsWith('http') && its.origin === ours.origin;
}

/** `{path}{suffix}?{query}`: Moodle's line items have a query, and a path glued to its end would be lost in it. */
function under(address: string, suffix: string, more: Record<string, string> = {}): string {
  const [path = '', query = ''] = address.replace(/#.*$/s, '').split(/\?(.*)/s);
  const added = new URLSearchParams(more).toString();
  const all = [query, added].filter((part) => part !== '').join('&');
  return `${path.replace(/\/+$/, '')}${suffix}${all === '' ? '' : `?${all}`}`;
}

/** Where scores of a line item are posted (lti-ags-v2p0 §3.4). */
export const scoresUrl = (lineItem: string) => under(lineItem, '/scores');

/** Where the result of one user is read (§3.3). Open edX ignores `user_id` and sends everybody's: the reader picks. */
export const resultsUrl = (lineItem: string, sub: string) => under(lineItem, '/results', { user_id: sub });

/** The line items of one resource link (§3.2.5). The path stays as it is. */
export function lineItemsOfUrl(lineItems: string, resourceLinkId: string): string {
  const path = lineItems.replace(/[?#].*$/s, '');
  return under(lineItems, path.endsWith('/') ? '/' : '', { resource_link_id: resourceLinkId });
}

/** Members in pages of so many, where the platform goes by it. */
export function membersUrl(members: string, limit: number): string {
  const path = members.replace(/[?#].*$/s, '');
  const isSaid = URL.parse(members)?.searchParams.has('limit') ?? false;
  return under(members, path.endsWith('/') ? '/' : '', isSaid ? {} : { limit: String(limit) });
}

/**
 * The address of the next page, exactly as the `Link` header gives it (RFC 8288), against the one that was asked; undefined on the
 * last page.
 */
export function nextPage(headers: Headers, asked: string): string | undefined {
  const header = (headers.get('link') ?? '').slice(0, 8192);
  for (const part of header.split(/,(?=\s*<)/)) {
    const [, address = '', parameters = ''] = /^\s*<([^>]*)>(.*)$/s.exec(part) ?? [];
    const [, quoted, bare] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters) ?? [];
    if (!/(^|\s)next(\s|$)/i.test(quoted ?? bare ?? '')) continue;
    return /^https?:\/\//.test(address) ? address : URL.parse(address, asked)?.href;
  }
  return undefined;
}
