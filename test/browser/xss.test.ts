import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xssVectors } from '../fixtures/xss-vectors.ts';
import { hasChromium, launchOptions } from './chromium.ts';
import { startServer } from './server.ts';
import { type DemoRole, demoRoles, PASSWORD, plant } from './xss-plant.ts';

/*
 * Every text field of the school holds vectors, and every page that shows them is rendered in Chromium as each role. Our policy would stop what runs, so it is
 * switched off here: what is looked for is what an old phone, or a policy with a hole, would run.
 */

type InPage = { touchAll: (html: string) => Promise<string[]>; xssFired: () => void };
/** What is wrong with a page, shown in a frame of this one. */
const touchAll = (page: Page, html: string) =>
  page.evaluate((given) => (globalThis as unknown as InPage).touchAll(given), html);

describe.runIf(hasChromium)('what people write who want a script to run in a page of others', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let browser: Browser;
  let school: Awaited<ReturnType<typeof plant>>;
  const contexts = {} as Record<DemoRole, BrowserContext>;
  const fired: string[] = [];

  /** A browser without our policy unless told otherwise, where whatever calls `alert` is noted. */
  async function aContext({ bypassCSP = true } = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ baseURL: server.address, bypassCSP, serviceWorkers: 'block' });
    await context.exposeBinding('xssFired', ({ page, frame }) => {
      fired.push(`${frame === page.mainFrame() ? '' : 'in '}${page.url()}`);
    });
    await context.addInitScript({ path: 'test/browser/touch-all.js' });
    await context.addInitScript(() => {
      const here = globalThis as unknown as InPage & { alert: () => void };
      here.alert = () => here.xssFired();
    });
    context.on('dialog', (dialog) => {
      fired.push(`dialog at ${dialog.page()?.url()}`);
      void dialog.dismiss();
    });
    return context;
  }

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), chromium.launch(launchOptions)]);
    school = await plant(server.address);
    for (const role of demoRoles) {
      contexts[role] = await aContext();
      const page = await contexts[role].newPage();
      await page.goto('/sign-in');
      await page.fill('#email', `${role}@demo.test`);
      await page.fill('#password', PASSWORD);
      await page.press('#password', 'Enter');
      await page.waitForURL(/\/(staff)?$/);
    }
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Pages of one kind that lists lead to: one shows what all do. */
  const MOST_OF_A_KIND = 1;
  const kindOf = (url: string) => url.replaceAll(/[a-z]{3}_[0-9a-z]{26}|course-v1[^/?]*|\?.*/g, '*');

  /** Renders the pages given and those that links lead to. What was found, and how many pages of which kinds. */
  async function readAll(page: Page, urls: readonly string[]) {
    const [wrong, kinds] = [[] as string[], new Map<string, { pages: number; vectors: number }>()];
    const given = new Set(urls);
    const seen = new Set(['/', ...urls]);
    const left = [...seen];
    const read = async (url: string) => {
      const kind = kindOf(url);
      const of = kinds.get(kind) ?? { pages: 0, vectors: 0 };
      if (!given.has(url) && of.pages >= MOST_OF_A_KIND) return;
      kinds.set(kind, of);
      of.pages += 1;
      const { status, type, text } = await page.evaluate(async (to) => {
        const answer = await fetch(to);
        return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
      }, url);
      if (status >= 500) wrong.push(`${url} → ${status}`);
      if (!type.startsWith('text/html')) return;
      of.vectors += text.split('alert').length - 1;
      // Our own scripts want a page of their own.
      const found = await touchAll(page, text.replaceAll(/<script type="module" src="\/[^"]*"><\/script>/g, ''));
      wrong.push(...found.map((one) => `${url}: ${one}`));
      for (const [, link = ''] of text.matchAll(/href="(\/[^"#]*)"/g)) {
        const to = link.replaceAll('&amp;', '&');
        if (seen.has(to) || /^\/(\/|\\|language|api|media)|\.\w+$/.test(to)) continue;
        seen.add(to);
        left.push(to);
      }
    };
    const reader = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await read(next);
    };
    while (left.length > 0) await Promise.all(Array.from({ length: 6 }, reader));
    return { wrong, kinds };
  }

  it('would be noticed: on a page that shows them as they came, dozens run', async () => {
    const context = await aContext();
    const page = await context.newPage();
    await page.route('**/careless', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><img src=x onerror=alert(1)>' }),
    );
    fired.length = 0;
    await page.goto('/careless');
    await expect.poll(() => fired.length).toBe(1);
    fired.length = 0;
    const all = xssVectors.map((one) => touchAll(page, `<!doctype html><body><p>${one}</p><p title="${one}">`));
    const named = (await Promise.all(all)).filter(({ length }) => length > 0);
    expect(fired.length).toBeGreaterThan(40);
    expect(named.length).toBeGreaterThan(40);
    await context.close();
  });

  it('would be stopped by our policy where a page was careless', async () => {
    const context = await aContext({ bypassCSP: false });
    const page = await context.newPage();
    const policy = (await context.request.get('/sign-in')).headers()['content-security-policy'] ?? '';
    const body = `<!doctype html><p>${xssVectors.filter((one) => !/base|refresh/.test(one)).join('</p><p>')}`;
    const headers = { 'content-security-policy': policy };
    await page.route('**/careless', (route) => route.fulfill({ contentType: 'text/html', headers, body }));
    fired.length = 0;
    await page.goto('/careless');
    expect(await page.locator('p').count()).toBeGreaterThan(40);
    expect(fired).toEqual([]);
    await context.close();
  });

  it('was taken by every field, nearly all of it', () => {
    expect(xssVectors.length).toBeGreaterThanOrEqual(40);
    for (const [field, { given, taken, refusal }] of Object.entries(school.planted))
      expect(taken / given, `${field}: ${taken} of ${given}, for ${refusal}`).toBeGreaterThan(0.7);
  });

  /** What shows them, if it shows what it is for. */
  const shows: Record<DemoRole, string[]> = {
    superadmin: [
      ...['/staff/banks', '/staff/assessments', '/staff/courses', '/staff/connections', '/staff/lti', '/staff/people'],
      ...[
        '/staff/audit',
        '/staff/outbox',

        '/profile/keys',
        '/courses',
        '/courses/*',
        '/staff/people/*',
      ],
      ...['/staff/lessons/*', '/staff/courses/*/edit', '/staff/courses/*/lessons', '/staff/courses/*/outline'],
      ...['/staff/courses/*/roster', '/staff/connections/*', '/staff/lti/registrations/*'],
    ],
    instructor: [
      '/staff/items/*',
      '/staff/banks/*',
      '/staff/assessments/*',
      '/staff/assessments/*/preview',
      '/staff/people',
    ],
    student: [
      '/',
      '/lessons/*',
      '/courses',
      '/courses/*',
      '/assessments/*',
      '/attempts/*',
      '/attempts/*/result',
      '/profile',
    ],
  };

  it.each(demoRoles)('runs on no page of %s', async (role) => {
    fired.length = 0;
    const page = contexts[role].pages()[0] as Page;
    const { wrong, kinds } = await readAll(page, school.pages[role]);
    expect(wrong).toEqual([]);
    expect(fired).toEqual([]);
    expect(shows[role].filter((kind) => !kinds.get(kind)?.vectors)).toEqual([]);
  });

  it('runs in no report of a table', async () => {
    fired.length = 0;
    const page = contexts.superadmin.pages()[0] as Page;
    for (const [path, table] of Object.entries(school.tables)) {
      const html = await page.evaluate(
        async ([to, text]) => {
          const form = await (await fetch(to.replace(/\/roster\/import$/, '/roster'))).text();
          const body = new FormData();
          body.set('csrf', /name="csrf" value="([^"]*)"/.exec(form)?.[1] ?? '');
          body.set('file', new File([text], 'table.csv', { type: 'text/csv' }));
          return await (await fetch(to, { method: 'POST', body })).text();
        },
        [path, table] as const,
      );
      expect(html, path).toMatch(/Refused: \d\d/i);
      expect(await touchAll(page, html), path).toEqual([]);
    }
    expect(fired).toEqual([]);
  });

  it('runs nowhere on a paper whose script is at work', async () => {
    fired.length = 0;
    const page = await contexts.student.newPage();
    await page.goto(school.open);
    await page.locator('#time', { hasText: /^Time left: [^(]*$/ }).waitFor();
    expect(await page.content()).toContain('alert');
    expect(fired).toEqual([]);
  });
});
