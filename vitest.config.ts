import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { makeSecrets } from './scripts/secrets.mjs';

// Given to wrangler's own check too, which would warn of missing secrets.
const secrets = await makeSecrets();
Object.assign(process.env, secrets);

export default defineConfig(async () => ({
  test: {
    reporters: ['default', './scripts/count-reporter.mjs'],
    silent: 'passed-only' as const,
    // The machines this runs on have two cores, and tests wait now and then.
    maxWorkers: 3,
    globalSetup: ['./test/a-directory.ts'],
    projects: [
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              // No test asks the real network.
              outboundService: () => new Response('There is no network in tests', { status: 503 }),
              bindings: {
                ENVIRONMENT: 'local',
                PUBLIC_ORIGIN: 'http://ve.test',
                VE_RATE_LIMITS: 'off',
                TEST_MIGRATIONS: await readD1Migrations('./migrations'),
                ...secrets,
              },
            },
          }),
        ],
        test: {
          name: 'workerd',
          // Starting a runtime for each file would take longer than the tests.
          isolate: false,
          // Properties compute; on a busy machine they take their time. No test is about speed.
          testTimeout: 30_000,
          sequence: { groupOrder: 1 },
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/browser/**', 'test/process/**', 'test/scripts/**'],
          setupFiles: ['./test/apply-migrations.ts'],
        },
      },
      {
        test: {
          name: 'beside',
          // They mostly wait: for a debounce, for a platform, for a server to come back. So they go beside those that compute.
          sequence: { groupOrder: 1 },
          include: ['test/process/openedx.test.ts', 'test/scripts/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'node',
          // A browser and killed processes want the cores for themselves.
          sequence: { groupOrder: 2 },
          include: ['test/{browser,process}/**/*.test.ts'],
          exclude: ['test/process/openedx.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
}));
