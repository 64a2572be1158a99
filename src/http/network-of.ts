/** The eight groups of an IPv6 address; undefined for any other text. */
function groupsOf(address: string): number[] | undefined {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, head = address, a, b, c, d] = dotted ?? [];
  const pair = (high?: string, low?: string) => ((Number(high) << 8) | Number(low)).toString(16);
  const text = dotted ? `${head}${pair(a, b)}:${pair(c, d)}` : address;
  const [before = '', after, ...more] = text.split('::');
  if (more.length > 0 || !/^[0-9a-f:]*$/i.test(text)) return undefined;
  const read = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [left, right] = [read(before), read(after ?? '')];
  const gap = 8 - left.length - right.length;
  const groups = after === undefined ? left : [...left, ...Array<number>(Math.max(gap, 0)).fill(0), ...right];
  return groups.length === 8 && groups.every((group) => group >= 0 && group <= 0xffff) ? groups : undefined;
}

/**
 * Whom an address is counted with: an IPv4 address for itself, an IPv6 address with its /64, which is what one household or one phone has. Anything
 * else for itself.
 */
export function networkOf(address: string): string {
  const groups = address.includes(':') ? groupsOf(address) : undefined;
  if (!groups) return address;
  const [g0, g1, g2, g3, g4, mapped, high = 0, low = 0] = groups;
  if ([g0, g1, g2, g3, g4].every((group) => group === 0) && mapped === 0xffff)
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}
