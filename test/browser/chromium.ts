import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Frame, type Page } from 'playwright-core';
import { expect } from 'vitest';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) {
  process.stdout.write(`Browser tests are left out: there is no ${CHROMIUM}. To run them: apt-get install chromium\n`);
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How every browser of these tests is started. */
export const launchOptions = { executablePath: CHROMIUM, args: FLAGS };

/** What Chromium calls "block third-party cookies": a frame of another site has Partitioned cookies, and its localStorage throws. */
const BLOCK_THIRD_PARTIES = 1;
const ALLOW = 1;
const BLOCK = 2;

type Framing = { readonly frame: string; readonly top: string };
type Habits = {
  /** Sites that have all their cookies and storage inside another's page. */
  readonly kept: readonly Framing[];
  /** Sites that have none at all there, Partitioned ones neither. */
  readonly nothing: readonly Framing[];
  /** Sites on whose pages nothing runs scripts, in frames neither. Other than Playwright's own switch this shows what is in `noscript`. */
  readonly scriptless: readonly string[];
};

/** A Chromium that blocks third-party cookies, but for some sites. No flag says so much: it stands in the profile. */
export async function openChromium({
  kept,
  nothing,
  scriptless,
}: Habits): Promise<{ browser: Browser; stop: () => Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 've-chromium-'));
  const exceptions = (framings: readonly Framing[], setting: number) =>
    framings.map(({ frame, top }) => [`${frame},${top}`, { setting, last_modified: '13370000000000000' }] as const);
  const cookies = Object.fromEntries([...exceptions(kept, ALLOW), ...exceptions(nothing, BLOCK)]);
  const javascript = Object.fromEntries(
    exceptions(
      scriptless.map((frame) => ({ frame, top: '*' })),
      BLOCK,
    ),
  );
  mkdirSync(join(profile, 'Default'));
  writeFileSync(
    join(profile, 'Default/Preferences'),
    JSON.stringify({
      profile: { cookie_controls_mode: BLOCK_THIRD_PARTIES, content_settings: { exceptions: { cookies, javascript } } },
    }),
  );
  const first = await chromium.launchPersistentContext(profile, launchOptions);
  const browser = first.browser();
  if (!browser) throw new Error('Chromium did not start');
  return {
    browser,
    async stop() {
      await first.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

let source: Promise<string> | undefined;

/** axe-core: nothing serious or critical. */
export async function expectAccessible(page: Page | Frame): Promise<void> {
  source ??= readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  await page.evaluate(await source);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.slice(0, 3).map(({ html }) => html),
    }));
  });
  expect(
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical'),
    page.url(),
  ).toEqual([]);
}
