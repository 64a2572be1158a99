import { sha256 } from '../src/lib/crypto.ts';
import {
  CLIENT_ID,
  canvasClaims,
  ISSUER,
  keySetOf,
  lti,
  mintKey,
  NONCE,
  NOW,
  openEdxClaims,
  signLaunch,
  TARGET,
} from '../test/lti/a-launch.ts';
import { rounds, spread } from './figures.mjs';
import { startLaunches } from './servers.mjs';

/*
 * What it takes to check a launch, in processor time of workerd: bare signature and whole launch take turns within a round, and
 * their difference is what our rules cost.
 */

const milliseconds = (value) => `${value.toFixed(3)} ms`;

export async function launches(bench) {
  const server = await startLaunches();
  try {
    const key = await mintKey();
    // A platform has an old key and a new one beside the one it signs with.
    const others = await Promise.all(['old', 'next'].map((kid) => mintKey(kid)));
    const asked = {
      times: bench.quick ? 1_000 : 5_000,
      keySet: keySetOf(key.publicJwk, ...others.map(({ publicJwk }) => publicJwk)),
      login: { nonceHash: await sha256(NONCE), targetLinkUri: TARGET, deploymentId: null },
      registration: { issuer: ISSUER, clientId: CLIENT_ID, allowAnonymous: false },
      now: NOW,
    };
    const tokensOf = (claimsOf) =>
      Promise.all(Array.from({ length: 20 }, (_, index) => signLaunch(key, claimsOf({ sub: `user-${index}` }))));

    /** Processor time of one, in ms. */
    const timed = async (what, tokens, times) => {
      const before = server.cpu();
      const body = JSON.stringify({ ...asked, what, tokens, times });
      const answer = await fetch(server.url, { method: 'POST', body });
      const took = server.cpu() - before;
      const { good } = await answer.json();
      if (good !== times) throw new Error(`${what}: ${good} of ${times} were good`);
      return took / times;
    };

    const row = async (name, what, claimsOf, times = asked.times) => {
      const tokens = await tokensOf(claimsOf);
      const runs = [];
      await timed(what, tokens, times / 5);
      for (const _ of rounds(bench)) {
        const floor = await timed('signature', tokens, times);
        const whole = await timed(what, tokens, times);
        runs.push({ floor, whole, beyond: whole - floor, ratio: whole / floor });
      }
      const of = (field, write) =>
        spread(
          runs.map((run) => run[field]),
          write,
        );
      return {
        what: name,
        figure: `**${of('beyond', milliseconds)}** beyond the signature`,
        note: `${of('whole', milliseconds)} against ${of('floor', milliseconds)}, ${of('ratio', (value) => value.toFixed(1))} times; token of ${tokens[0].length} characters`,
      };
    };

    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`parameter${index}`, 'x']));
    const largest = (changes) => openEdxClaims({ ...changes, [lti('custom')]: many });
    return [
      await row('Checking a launch of Open edX', 'launch', openEdxClaims),
      await row('Checking a launch of Canvas', 'launch', canvasClaims),
      await row('the same, key set read and key imported each time', 'fresh-keys', canvasClaims),
      await row('the largest there may be, 2,000 custom parameters', 'launch', largest, asked.times / 5),
    ];
  } finally {
    await server.stop();
  }
}
