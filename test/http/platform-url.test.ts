import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPlatformUrl } from '../../src/http/platform-url.ts';

const check = (text: string, allowLoopback = false) => checkPlatformUrl(text, { allowLoopback });

describe('an address that is taken', () => {
  const taken: [string, string][] = [
    ['https://lms.example.mw', 'https://lms.example.mw'],
    ['https://lms.example.mw/', 'https://lms.example.mw'],
    ['HTTPS://LMS.Example.MW', 'https://lms.example.mw'],
    ['https://lms.example.mw:443', 'https://lms.example.mw'],
    ['https://lms.example.mw:8443/', 'https://lms.example.mw:8443'],
    ['https://example.mw/lms/', 'https://example.mw/lms'],
    ['https://example.mw//', 'https://example.mw'],
    ['https://example.mw/a/../lms', 'https://example.mw/lms'],
    ['https://xn--lms-5cd.example.mw', 'https://xn--lms-5cd.example.mw'],
    ['https://localhost.example.mw', 'https://localhost.example.mw'],
    ['https://internal.example.mw', 'https://internal.example.mw'],
    ['https://10.example.mw', 'https://10.example.mw'],
    ['https://8.8.8.8', 'https://8.8.8.8'],
    ['https://134744072', 'https://8.8.8.8'],
    ['https://172.15.0.1', 'https://172.15.0.1'],
    ['https://172.32.0.1', 'https://172.32.0.1'],
    ['https://100.63.255.255', 'https://100.63.255.255'],
    ['https://192.167.0.1', 'https://192.167.0.1'],
    ['https://[2606:4700:4700::1111]', 'https://[2606:4700:4700::1111]'],
    ['https://[2001:4860:4860::8888]/lms', 'https://[2001:4860:4860::8888]/lms'],
  ];
  it.each(taken)('%s', (text, url) => expect(check(text)).toEqual({ ok: true, url }));
});

describe('an address that is refused, with and without loopback opened', () => {
  const refused: Record<string, string[]> = {
    'not https': [
      'http://lms.example.mw',
      'http://8.8.8.8',
      'ftp://lms.example.mw',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:text/html,x',
      'wss://lms.example.mw',
      '//lms.example.mw',
      'lms.example.mw',
      '',
      'https:',
      'https://',
      'https:///lms.example.mw',
      'https:lms.example.mw',
    ],
    'private IPv4': [
      'https://10.0.0.1',
      'https://10.255.255.255',
      'https://172.16.0.1',
      'https://172.31.255.255',
      'https://192.168.1.1',
      'https://169.254.169.254',
      'https://100.64.0.1',
      'https://0.0.0.0',
      'https://0.1.2.3',
      'https://192.0.0.192',
      'https://198.18.0.1',
      'https://203.0.113.9',
      'https://224.0.0.1',
      'https://255.255.255.255',
    ],
    'private IPv4 in another notation': [
      'https://167772161',
      'https://0x0a000001',
      'https://012.0.0.1',
      'https://0xa.0.0.1',
      'https://10.1',
      'https://10.0.1',
      'https://2852039166',
      'https://0xA9FEA9FE',
      'https://0251.0376.0251.0376',
      'https://169.254.43518',
      'https://192.168.257',
      'https://%31%30.0.0.1',
      'https://10.0.0.1.',
      'https://0',
      'https://4294967296',
    ],
    'IPv6 that is no public address': [
      'https://[::]',
      'https://[fe80::1]',
      'https://[fe80::1%25eth0]',
      'https://[febf::1]',
      'https://[fc00::1]',
      'https://[fd12:3456:789a::1]',
      'https://[ff02::1]',
      'https://[::ffff:10.0.0.1]',
      'https://[::ffff:a9fe:a9fe]',
      'https://[::ffff:8.8.8.8]',
      'https://[::10.0.0.1]',
      'https://[::ffff:0:10.0.0.1]',
      'https://[64:ff9b::10.0.0.1]',
      'https://[64:ff9b::808:808]',
      'https://[64:ff9b:1::a9fe:a9fe]',
      'https://[2002:a00:1::]',
      'https://[2001::1]',
      'https://[2001:db8::1]',
      'https://[3fff::1]',
      'https://[0:0:0:0:0:ffff:0a00:0001]',
      'https://[::ffff:127.0.0.1]',
    ],
    'names of a local network': [
      'https://lms.localhost',
      'https://lms.local',
      'https://LMS.LOCAL',
      'https://metadata.google.internal',
      'https://internal',
      'https://local',
      'https://lms',
      'https://kubernetes.default.svc.cluster.local',
      'https://printer.home.arpa',
      'https://nas.lan',
      'https://lms.corp',
      'https://localhost.localdomain',
      'https://localhost.',
      'https://lms.local.',
      'https://lms.example.mw.',
      'https://loc%61lhost.local',
    ],
    'user and password': [
      'https://user:pass@lms.example.mw',
      'https://user@lms.example.mw',
      'https://@lms.example.mw',
      'https://lms.example.mw@10.0.0.1',
      'https://lms.example.mw%40x@10.0.0.1',
      'https://lms.example.mw/@x',
    ],
    'more than an address, or read otherwise by others': [
      'https://lms.example.mw?x=1',
      'https://lms.example.mw/#top',
      'https://lms.example.mw\\@10.0.0.1',
      'https:\\\\lms.example.mw',
      'https:/lms.example.mw',
      ' https://lms.example.mw',
      'https://lms.example.mw\n',
      'https://lms.exam\tple.mw',
      'https://lms.example.mw\u0000',
      'https://１０.0.0.1',
      'https://ⓛocalhost',
      'https://lms。local',
      'https://lms.example.mw:99999',
      'https://lms..example.mw:x',
      'https://[::1',
      'https://[10.0.0.1]',
      `https://lms.example.mw/${'x'.repeat(255)}`,
    ],
  };
  for (const [why, texts] of Object.entries(refused)) {
    it.each(texts.map((text) => [text]))(`${why}: %j`, (text) => {
      for (const allowLoopback of [false, true])
        expect(check(text, allowLoopback)).toEqual({ ok: false, reason: expect.stringMatching(/\.$/) });
    });
  }
});

describe('loopback', () => {
  const loopback = [
    'http://localhost:8000',
    'https://localhost',
    'http://127.0.0.1:8000',
    'https://127.0.0.1',
    'http://127.255.255.254',
    'http://2130706433',
    'http://0x7f.1',
    'http://0177.0.0.1',
    'http://127.1',
    'http://[::1]:8000',
    'http://[0:0:0:0:0:0:0:1]',
  ];
  it.each(loopback.map((text) => [text]))('%s is refused unless it is opened', (text) => {
    expect(check(text).ok).toBe(false);
    expect(check(text, true).ok).toBe(true);
  });
});

describe('whatever is taken', () => {
  const host = fc.oneof(
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6().map((address) => `[${address}]`),
    fc.domain(),
    fc.nat({ max: 2 ** 32 - 1 }).map(String),
  );
  const text = fc.oneof(
    fc.tuple(fc.constantFrom('https://', 'http://', 'HTTPS://'), host, fc.webPath()).map((parts) => parts.join('')),
    fc.webUrl({ withFragments: true, withQueryParameters: true, authoritySettings: { withUserInfo: true } }),
    fc.string().map((more) => `https://${more}`),
  );

  it('is https, stays as it is when checked again, and keeps its host before every path of the platform', () => {
    fc.assert(
      fc.property(text, (given) => {
        const checked = check(given);
        if (!checked.ok) return;
        expect(check(checked.url)).toEqual(checked);
        const asked = new URL(`${checked.url}/api/user/v1/me`);
        expect(asked.origin).toBe(new URL(given).origin);
        expect(asked).toMatchObject({ protocol: 'https:', username: '', password: '', search: '', hash: '' });
      }),
      { numRuns: 1000 },
    );
  });

  it('is no private IPv4 address, in whatever notation', () => {
    const octet = fc.nat({ max: 255 });
    const inPrivate = fc.oneof(
      fc.tuple(fc.constant(10), octet, octet, octet),
      fc.tuple(fc.constant(127), octet, octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    );
    const write = (part: number, base: number) =>
      base === 16 ? `0x${part.toString(16)}` : base === 8 ? `0${part.toString(8)}` : String(part);
    const bases = fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(inPrivate, bases, fc.integer({ min: 1, max: 4 }), (parts, base, length) => {
        // The last written part holds all the octets that are left.
        const last = parts.slice(length - 1).reduce((sum, part) => sum * 256 + part, 0);
        const written = [...parts.slice(0, length - 1), last].map((part, index) => write(part, base[index] ?? 10));
        expect(check(`https://${written.join('.')}`).ok).toBe(false);
        const mapped = parts.map((part) => part.toString(16).padStart(2, '0')).join('');
        for (const prefix of ['::ffff:', '64:ff9b::', '::'])
          expect(check(`https://[${prefix}${mapped.slice(0, 4)}:${mapped.slice(4)}]`).ok).toBe(false);
      }),
    );
  });
});
