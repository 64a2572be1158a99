/*
 * Which addresses may be those of a platform. Pure: it reads the text and asks no resolver, so a name that resolves to a private
 * address passes here and is left to the egress of the platform we run on (docs/security.md).
 */

const MAX_LENGTH = 255;

/** Names that never leave a local network (RFC 6761, 6762, 8375; ICANN's `internal`; and those that networks make up). */
const LOCAL_SUFFIXES = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'home.arpa',
];

/** IPv4 networks nobody reaches a public site at (IANA special-purpose registry, multicast and above). */
const CLOSED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
].map((network) => {
  const [address = '', bits = ''] = network.split('/');
  return { first: numberOfV4(address), size: 2 ** (32 - Number(bits)) };
});

function numberOfV4(dotted: string): number {
  return dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

const isClosedV4 = (host: string) => {
  const number = numberOfV4(host);
  return CLOSED_V4.some(({ first, size }) => number >= first && number < first + size);
};

/** The eight groups of an address as the URL parser writes it: no dots, at most one `::`. */
function groupsOfV6(address: string): number[] {
  const [before = '', after] = address.split('::');
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [left, right] = [groupsOf(before), groupsOf(after ?? '')];
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

/**
 * Only global unicast (2000::/3) is open; that leaves out loopback, link-local, unique local, mapped and compatible IPv4, and
 * NAT64. Within it the protocols that carry an IPv4 address (2001::/23 with Teredo, 2002::/16) and documentation are closed.
 */
function isClosedV6(address: string): boolean {
  const [first = 0, second = 0] = groupsOfV6(address);
  if (first < 0x2000 || first > 0x3fff) return true;
  const isProtocol = first === 0x2001 && second < 0x200;
  const isDocumentation = (first === 0x2001 && second === 0xdb8) || (first === 0x3fff && second < 0x1000);
  return isProtocol || isDocumentation || first === 0x2002;
}

const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

function hostFault(host: string): string | undefined {
  if (host.startsWith('[')) return isClosedV6(host.slice(1, -1)) ? 'This address is private or reserved.' : undefined;
  // The parser has turned every notation of an IPv4 address into four decimal numbers.
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return isClosedV4(host) ? 'This address is private or reserved.' : undefined;
  if (host.endsWith('.')) return 'The host must not end in a dot.';
  const isLocal = LOCAL_SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
  if (isLocal || !host.includes('.')) return 'This name belongs to a local network.';
  return undefined;
}

type CheckedUrl = { ok: true; url: string } | { ok: false; reason: string };

const refused = (reason: string): CheckedUrl => ({ ok: false, reason });

/**
 * The address of a platform as origin and path without a slash at its end, or why it is refused, as a sentence. https only;
 * with `allowLoopback` this machine too, by http as well: loopback and nothing else.
 */
export function checkPlatformUrl(text: string, { allowLoopback }: { allowLoopback: boolean }): CheckedUrl {
  if (text.length > MAX_LENGTH) return refused(`Use at most ${MAX_LENGTH} characters.`);
  // What parsers of addresses disagree about is refused before one of them reads it.
  if (!/^https?:\/\/[^/]/i.test(text) || !/^[\x21-\x7e]+$/.test(text) || /[\\<>"^`{|}]/.test(text))
    return refused('Write the whole address, such as https://lms.example.org.');
  if (text.includes('@')) return refused('Leave user name and password out of the address.');
  if (/[?#]/.test(text)) return refused('Leave out everything from “?” or “#”.');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return refused('This cannot be read as an address.');
  }
  const isOpened = allowLoopback && isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !isOpened) return refused('The address must begin with https://.');
  const fault = isOpened ? undefined : hostFault(url.hostname);
  if (fault !== undefined) return refused(fault);
  return { ok: true, url: url.origin + url.pathname.replace(/\/+$/, '') };
}
