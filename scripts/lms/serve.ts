/*
 * `npm run lms`: the stand-in platform on this machine. Registers itself at the vault and sends it webhooks. See README.md
 * beside this file for the switches.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { listen } from './listen.ts';
import { isMode } from './lti/modes.ts';
import { createPlatform, type Platform } from './platform.ts';
import { webhookPoster } from './post-webhook.ts';
import { NotRegistered, register } from './register.ts';
import { registerLti } from './register-lti.ts';
import { MATHEMATICS } from './seed.ts';
import { layouts } from './webhooks.ts';

const {
  LMS_PORT = '8788',
  VAULT_URL = 'http://127.0.0.1:8787',
  LMS_LAG_MS = '300',
  LMS_LAYOUT = 'aulasneo-v21',
  LMS_MODE = 'openedx',
  LMS_REGISTER = '1',
  LMS_REDIRECT_URIS = '',
  LMS_ADMIN_EMAIL = 'admin@demo.test',
  LMS_ADMIN_PASSWORD = 'demo-malawi-2026',
} = process.env;

if (!isMode(LMS_MODE)) throw new Error('LMS_MODE is openedx, moodle or canvas');
const vaultUrl = VAULT_URL.replace(/\/$/, '');
let webhookUrl: string | undefined;
let platform: Platform | undefined;

const { server, origin } = await listen((request) => {
  if (!platform) throw new Error('Not ready yet');
  return platform.fetch(request);
}, Number(LMS_PORT));

platform = createPlatform({
  origin,
  now: Date.now,
  random: Math.random,
  deliver: webhookPoster(() => webhookUrl),
  mode: LMS_MODE,
  toolUrl: vaultUrl,
  redirectUris: [`${vaultUrl}/sign-in/openedx/callback`, ...LMS_REDIRECT_URIS.split(',').filter(Boolean)],
});
platform.layout = layouts.find((one) => one === LMS_LAYOUT) ?? 'aulasneo-v21';
platform.faults.outlineLagMs = Number(LMS_LAG_MS);
platform.faults.blocksLagMs = Number(LMS_LAG_MS);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    server.closeAllConnections();
    server.close(() => process.exit(0));
  });

console.log(`The stand-in Open edX is at ${origin}`);

if (LMS_REGISTER !== '0') {
  const client = (id: string) => {
    const found = platform.clients.find(({ clientId }) => clientId === id);
    if (!found) throw new Error(`No application ${id}`);
    return found;
  };
  const admin = { vaultUrl, email: LMS_ADMIN_EMAIL, password: LMS_ADMIN_PASSWORD };
  const registration = {
    ...{ ...admin, lmsUrl: origin },
    ...{ service: client('vault-backend'), signIn: client('vault-sso') },
  };
  let said = '';
  while (webhookUrl === undefined) {
    try {
      webhookUrl = await register(registration);
    } catch (error) {
      if (!(error instanceof NotRegistered)) throw error;
      if (error.message !== said) console.log(error.message);
      said = error.message;
      await wait(2000);
    }
  }
  console.log(await registerLti(admin, platform.lti));
  console.log(
    `Launch from ${origin}/lti/course/${encodeURIComponent(MATHEMATICS)}, see grades at ${origin}/lti/gradebook`,
  );
  console.log(`Registered at ${vaultUrl}. Rename a chapter here and look at the outline there.`);
}
