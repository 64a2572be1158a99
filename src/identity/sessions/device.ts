/** What a browser says of itself, in order: the first that is found is it, since most name those they descend from too. */
const browsers = [
  [/\bOPR\/|\bOPT\/|Opera Mini|Opera/, 'Opera'],
  [/\bEdg(A|iOS|e)?\//, 'Edge'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/UCBrowser\/|\bUCWEB/, 'UC Browser'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/Version\/[\d.]+.*Safari\//, 'Safari'],
  [/^(Lynx|Links|ELinks|w3m)\b/, 'A text browser'],
  [
    /^(curl|Wget|python-requests|python-httpx|axios|node|undici|okhttp|Go-http-client|PostmanRuntime|Dart)\b/i,
    'A program',
  ],
] as const;

const systems = [
  [/KAIOS/i, 'KaiOS'],
  [/Android|\bAdr \d/, 'Android'],
  [/iPhone|iPod/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/CrOS/, 'ChromeOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'Mac'],
  [/Linux|X11/, 'Linux'],
] as const;

const first = (list: readonly (readonly [RegExp, string])[], text: string) =>
  list.find(([pattern]) => pattern.test(text))?.[1];

/** A sign-in's device in words of ours, such as "Chrome on Android": what a browser sends is never kept. Null where it says nothing we know. */
export function deviceOf(headers: Headers): string | null {
  const text = (headers.get('user-agent') ?? '').slice(0, 512);
  const [browser, system] = [first(browsers, text), first(systems, text)];
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? null;
}
