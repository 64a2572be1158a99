import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, hasChromium, launchOptions } from './chromium.ts';
import { startEdge } from './edge.ts';
import { type Line, startLine } from './line.ts';
import { startServer } from './server.ts';

const PASSWORD = 'demo-malawi-2026';
const COURSE = `/courses/${encodeURIComponent('course-v1:VE+MSCE-MATHEMATICS+2026')}`;
const FIRST = 'Solving quadratic equations by factorising';
const SECOND = 'The quadratic formula';

describe.runIf(hasChromium)('reading lessons in Chromium', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let line: Line;
  let browser: Browser;
  let states: Record<'student' | 'student2' | 'instructor', Awaited<ReturnType<BrowserContext['storageState']>>>;
  let [first, second] = ['', ''];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), chromium.launch(launchOptions)]);
    line = await startLine(() => server.address);
    const signedIn = async (name: string) => {
      const context = await browser.newContext({ baseURL: line.address });
      const page = await context.newPage();
      await signIn(page, name);
      const state = await context.storageState();
      if (name === 'student') {
        await page.goto(COURSE);
        [first, second] = [await hrefOf(page, FIRST), await hrefOf(page, SECOND)];
      }
      await context.close();
      return state;
    };
    states = {
      student: await signedIn('student'),
      student2: await signedIn('student2'),
      instructor: await signedIn('instructor'),
    };
  }, 120_000);
  afterEach(() => {
    line.holds = async () => {};
  });
  afterAll(async () => {
    await browser?.close();
    await line?.stop();
    await server?.stop();
  });

  async function signIn(page: Page, name: string) {
    await page.goto('/sign-in');
    await page.fill('#email', `${name}@demo.test`);
    await page.fill('#password', PASSWORD);
    await page.press('#password', 'Enter');
    await page.waitForURL(/\/(staff)?$/);
  }
  const hrefOf = async (page: Page, text: string) =>
    (await page.getByRole('link', { name: text }).first().getAttribute('href')) ?? '';

  async function phone(
    who: keyof typeof states = 'student',
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<Page> {
    const context = await browser.newContext({
      baseURL: line.address,
      storageState: states[who],
      viewport: { width: 320, height: 568 },
      ...options,
    });
    context.setDefaultTimeout(20_000);
    return await context.newPage();
  }

  const cut = () => {
    line.holds = async () => {
      throw new Error('there is no line');
    };
  };
  /** What the phone keeps, by cache. */
  const kept = async (page: Page) =>
    await page.evaluate<Record<string, string[]>>(`(async () => {
      const found = {};
      for (const name of await caches.keys())
        found[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
      return found;
    })()`);
  const keeps = (page: Page, path: string) =>
    expect.poll(async () => Object.values(await kept(page)).flat(), { timeout: 15_000 }).toContain(path);
  const says = async (page: Page) => (await page.textContent('main, body'))?.replaceAll(/\s+/g, ' ') ?? '';

  /** Opens a page for the first time, until the phone keeps it and its looks. */
  async function readOnce(page: Page, path: string) {
    await page.goto(path);
    await keeps(page, path);
    await keeps(page, '/style.css');
  }

  it('leads from the course to a lesson, from lesson to lesson, and keeps what is done', async () => {
    const page = await phone('student2');
    await page.goto(COURSE);
    await page.click(`text=${FIRST}`);
    expect(await page.textContent('h1')).toBe(FIRST);
    await expectAccessible(page);
    await page.click('summary');
    await page.click('text=Mark as done');
    await page.waitForSelector('text=You are through with this lesson');
    await expectAccessible(page);
    await page.click('a[rel=next]');
    expect(await page.textContent('h1')).toBe(SECOND);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    await page.goto(COURSE);
    expect(await says(page)).toContain('1 of 2');
    await page.context().close();
  });

  it('goes without script, and keeps nothing then', async () => {
    const page = await phone('student2', { javaScriptEnabled: false });
    await page.goto(second);
    expect(await page.locator('article math').count()).toBeGreaterThan(10);
    await page.click('text=Mark as done');
    expect(await says(page)).toContain('You are through with this lesson');
    await page.click('text=Not done yet');
    await page.click('a[rel=prev]');
    expect(await page.textContent('h1')).toBe(FIRST);
    expect(await page.isHidden('#offline')).toBe(true);
    await page.context().close();
  });

  it('can be read again without a line; what was not read says so in words', async () => {
    const page = await phone();
    await readOnce(page, first);
    await page.goto(COURSE);
    await keeps(page, COURSE);
    cut();
    await page.goto(first);
    expect(await page.textContent('h1')).toBe(FIRST);
    expect(await page.evaluate('getComputedStyle(document.body).maxWidth')).not.toBe('none');
    expect(await page.isVisible('#offline')).toBe(true);
    await expectAccessible(page);
    await page.goto(COURSE);
    expect(await page.isVisible('#offline')).toBe(true);
    await page.click(`text=${FIRST}`);
    expect(await page.textContent('h1')).toBe(FIRST);
    const missing = await page.goto(second);
    expect([missing?.status(), await says(page)]).toEqual([503, expect.stringContaining('You are offline')]);
    await page.click(`text=${FIRST}`);
    expect(await page.textContent('h1')).toBe(FIRST);
    await page.goto(second);
    line.holds = async () => {};
    await page.getByRole('link', { name: 'Try again' }).click();
    expect(await page.textContent('h1')).toBe(SECOND);
    expect(await page.isVisible('#offline')).toBe(false);
    await page.context().close();
  });

  it('shows the kept copy when the line takes longer than four seconds', async () => {
    const page = await phone();
    await readOnce(page, first);
    let asked = 0;
    line.holds = async ({ path }) => {
      if (path !== first) return;
      asked += 1;
      await sleep(7000);
    };
    const began = Date.now();
    await page.goto(first);
    const took = Date.now() - began;
    expect(await page.textContent('h1')).toBe(FIRST);
    expect([took >= 3900, took < 6900, asked]).toEqual([true, true, 1]);
    await page.context().close();
  });

  it('is forgotten at sign-out', async () => {
    const page = await (await browser.newContext({ baseURL: line.address })).newPage();
    await signIn(page, 'student');
    await readOnce(page, first);
    await page.click('text=Sign out');
    await page.waitForURL(/sign-in/);
    await expect.poll(() => kept(page)).toEqual({});
    cut();
    await page.goto(first);
    expect(await says(page)).toContain('You are offline');
    await page.context().close();
  });

  it('is forgotten when somebody else reads on the same phone, however they came in, and when nobody is signed in', async () => {
    const page = await phone();
    await readOnce(page, first);
    const [mine] = Object.keys(await kept(page)).filter((name) => name.startsWith('read-'));
    await page.context().clearCookies();
    await page.context().addCookies(states.student2.cookies);
    await page.goto(second);
    await keeps(page, second);
    const after = await kept(page);
    expect(Object.keys(after)).not.toContain(mine);
    expect(Object.values(after).flat()).not.toContain(first);

    await page.context().clearCookies();
    await page.goto(first, { waitUntil: 'commit' });
    await page.waitForURL(/sign-in/);
    await expect.poll(() => kept(page)).toEqual({});
    await page.context().close();
  });

  it('has nothing to do with any other page: the paper, the home page, those of staff', async () => {
    const page = await phone();
    await readOnce(page, first);
    const isBetween = () => page.evaluate('navigator.serviceWorker.controller !== null');
    expect(await isBetween()).toBe(true);
    await page.goto('/');
    expect(await isBetween()).toBe(false);
    await page.click('text=MSCE Mathematics: mock of 20 questions');
    await page.getByRole('button', { name: 'Start now' }).click();
    await page.waitForURL(/attempts/);
    expect(await isBetween()).toBe(false);
    await page.context().close();

    const staff = await phone('instructor');
    await readOnce(staff, first);
    await staff.click('text=Edit this lesson');
    await expectAccessible(staff);
    expect(await staff.evaluate('navigator.serviceWorker.controller')).toBeNull();
    await staff.click('text=Lessons of MSCE Mathematics');
    await expectAccessible(staff);
    const paths = Object.values(await kept(staff)).flat();
    expect(paths.filter((path) => !/^\/(lessons|courses)\/|^\/(style\.css|offline\.js)$/.test(path))).toEqual([]);
    await staff.context().close();
  });

  it('arrives over 2G in few bytes', async () => {
    const edge = await startEdge(server.address);
    const page = await phone('student', { baseURL: edge.address, serviceWorkers: 'block' });
    const wire = await page.context().newCDPSession(page);
    const names = new Map<string, string>();
    const bytes = new Map<string, number>();
    wire.on('Network.responseReceived', ({ requestId, response }) =>
      names.set(requestId, new URL(response.url).pathname.replace(first, 'lesson')),
    );
    wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
      bytes.set(names.get(requestId) ?? requestId, encodedDataLength),
    );
    await wire.send('Network.enable');
    await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
    await wire.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 1300,
      downloadThroughput: 35_000 / 8,
      uploadThroughput: 35_000 / 8,
    });
    const asked = Date.now();
    await page.goto(first, { waitUntil: 'networkidle', timeout: 40_000 });
    const all = [...bytes.values()].reduce((sum, one) => sum + one, 0);
    process.stdout.write(
      `First visit of a lesson, headers included: ${JSON.stringify(Object.fromEntries(bytes))}, in all ${all} bytes, ${Date.now() - asked} ms over 2G\n`,
    );
    expect(bytes.get('lesson')).toBeLessThan(5_000);
    expect(all).toBeLessThan(14 * 1024);
    await page.context().close();
    await edge.stop();
  });
});
