/*
 * `npm run lms`: the stand-in Open edX on this machine. Registers itself at the vault and sends it webhooks. See README.md
 * beside this file for the switches.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { listen } from './listen.ts';
import { createPlatform, type Platform } from './platform.ts';
import { webhookPoster } from './post-webhook.ts';
import { NotRegistered, register } from './register.ts';
import { layouts } from './webhooks.ts';

const {
  LMS_PORT = '8788',
  VAULT_URL = 'http://127.0.0.1:8787',
  LMS_LAG_MS = '300',
  LMS_LAYOUT = 'aulasneo-v21',
  LMS_REGISTER = '1',
  LMS_REDIRECT_URIS = '',
  LMS_ADMIN_EMAIL = 'admin@demo.test',
  LMS_ADMIN_PASSWORD = 'demo-malawi-2026',
} = process.env;

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
  const registration = {
    ...{ vaultUrl, lmsUrl: origin, email: LMS_ADMIN_EMAIL, password: LMS_ADMIN_PASSWORD },
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
  console.log(`Registered at ${vaultUrl}. Rename a chapter here and look at the outline there.`);
}
