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
    // Browser and process tests mostly wait; beside them the two cores of a small machine stay busy.
    maxWorkers: 3,
    projects: [
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                ENVIRONMENT: 'local',
                VE_RATE_LIMITS: 'off',
                TEST_MIGRATIONS: await readD1Migrations('./migrations'),
                ...secrets,
              },
            },
          }),
        ],
        test: {
          name: 'workerd',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/browser/**', 'test/process/**', 'test/scripts/**'],
          setupFiles: ['./test/apply-migrations.ts'],
        },
      },
      {
        test: {
          name: 'node',
          include: ['test/{browser,process,scripts}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
}));
