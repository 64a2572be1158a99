/*
 * Seeds the demo data into the local state: `tsx scripts/seed.ts <state directory>`. Runs the same verbs as the Worker, on
 * the same D1 files, before the Worker starts.
 */
import { drizzle } from 'drizzle-orm/d1';
import { getPlatformProxy } from 'wrangler';
import { seedDemo } from './demo/seed-demo.ts';

const [, , stateDirectory = '.wrangler/state'] = process.argv;

const platform = await getPlatformProxy<Env>({
  configPath: 'wrangler.toml',
  persist: { path: `${stateDirectory}/v3` },
  envFiles: [],
});
try {
  await seedDemo(drizzle(platform.env.DB), platform.env.BANKS);
} finally {
  await platform.dispose();
}
