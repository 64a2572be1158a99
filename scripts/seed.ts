/*
 * Seeds the demo data into the local state: `tsx scripts/seed.ts`, on the state directory that VE_STATE names. Runs the same verbs as the Worker, on
 * the same D1 files, before the Worker starts.
 */
import { drizzle } from 'drizzle-orm/d1';
import { getPlatformProxy } from 'wrangler';
import { seedDemo } from './demo/seed-demo.ts';
import { readSecrets, stateDirectory } from './state.mjs';

const { PASSWORD_PEPPER } = await readSecrets();

const platform = await getPlatformProxy<Env>({
  configPath: 'wrangler.toml',
  persist: { path: `${stateDirectory}/v3` },
  envFiles: [],
});
try {
  await seedDemo(drizzle(platform.env.DB), platform.env.BANKS, PASSWORD_PEPPER ?? '');
} finally {
  await platform.dispose();
}
