import { importKey, type KeySet, parseKeySet } from '../src/lti/key-set.ts';
import { verifyLaunch } from '../src/lti/verify-launch.ts';

export { AssessmentSession } from '../durable-objects/assessment-session.ts';

/*
 * Checks launches over and over: whole, with a key set read anew each time, or the bare signature. The bare check is the least there
 * can be: one `crypto.subtle.verify` with the imported key, over bytes made ready beforehand.
 */

type Asked = {
  what: 'launch' | 'fresh-keys' | 'signature';
  tokens: string[];
  times: number;
  keySet: string;
  login: { nonceHash: string; targetLinkUri: string; deploymentId: null };
  registration: { issuer: string; clientId: string; allowAnonymous: boolean };
  now: number;
};

function read(keySet: string): KeySet {
  const keys = parseKeySet(keySet);
  if (!keys) throw new Error('it is no key set');
  return keys;
}

async function signatures({ tokens, keySet }: Asked) {
  const [key] = [...read(keySet).values()][0] ?? [];
  if (!key) throw new Error('there is no key');
  const imported = await importKey(key);
  const ready = tokens.map((token) => {
    const end = token.lastIndexOf('.');
    const signature = Buffer.from(token.slice(end + 1), 'base64url');
    return { input: new TextEncoder().encode(token.slice(0, end)), signature };
  });
  return async (index: number) => {
    const one = ready[index % ready.length];
    return one && (await crypto.subtle.verify('RSASSA-PKCS1-v1_5', imported, one.signature, one.input));
  };
}

function launches({ what, tokens, keySet, login, registration, now }: Asked) {
  const kept = read(keySet);
  return async (index: number) => {
    const keys = what === 'fresh-keys' ? read(keySet) : kept;
    const verdict = await verifyLaunch(tokens[index % tokens.length] ?? '', login, registration, keys, now);
    return verdict.kind === 'accepted';
  };
}

export default {
  async fetch(request) {
    const asked: Asked = await request.json();
    const isGood = asked.what === 'signature' ? await signatures(asked) : launches(asked);
    let good = 0;
    for (let index = 0; index < asked.times; index++) if (await isGood(index)) good += 1;
    return Response.json({ good });
  },
} satisfies ExportedHandler;
