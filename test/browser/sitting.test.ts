import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, hasChromium, launchOptions } from './chromium.ts';
import { startEdge } from './edge.ts';
import { fortyChoices, openSchool, type School } from './school.ts';
import { startServer } from './server.ts';

describe.runIf(hasChromium)('sitting a paper in Chromium', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let browser: Browser;
  let school: School;
  /** Signed in once: comparing a password takes a third of a second. */
  let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), chromium.launch(launchOptions)]);
    school = await openSchool(server.address);
    const page = await browser.newPage({ baseURL: server.address });
    await signIn(page);
    signedIn = await page.context().storageState();
    await page.context().close();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function signIn(page: Page, name = 'student') {
    await page.goto('/sign-in');
    await page.fill('#email', `${name}@demo.test`);
    await page.fill('#password', school.PASSWORD);
    await page.press('#password', 'Enter');
    await page.waitForURL(/\/(staff)?$/);
  }

  /** A phone of the student: an own browser context, signed in. */
  async function phone(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({
      baseURL: server.address,
      storageState: signedIn,
      viewport: { width: 320, height: 568 },
      ...options,
    });
    context.setDefaultTimeout(20_000);
    return await context.newPage();
  }

  /** A page of an attempt whose script is at work. */
  async function openPaper(page: Page, attemptId: string) {
    await page.goto(`/attempts/${attemptId}`);
    await scriptAtWork(page);
  }
  /** The script says the time without the instant at which the page was made. */
  const scriptAtWork = (page: Page) => page.locator('#time', { hasText: /^Time left: [^(]*$/ }).waitFor();
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();
  const choose = (page: Page, number: number, place: number) =>
    page.locator(`input[name=q${number}][value="${place}"]`).check();
  const isChosen = (page: Page, number: number, place: number) =>
    page.locator(`input[name=q${number}][value="${place}"]`).isChecked();
  const status = (page: Page) => page.locator('#status');
  const says = (page: Page, text: string) =>
    page.locator('#status', { hasText: new RegExp(String.raw`^\s*${text}\s*$`) }).waitFor();
  const savedAtSchool = (page: Page) => says(page, 'Saved at school');
  const minutesLeft = async (page: Page) => Number(/(\d+) min/.exec((await page.textContent('#time')) ?? '')?.[1]);

  /** Goes on pressing Tab until something matches: what cannot be reached so does not exist for the keyboard. */
  async function tabTo(page: Page, selector: string) {
    for (let pressed = 0; pressed < 80; pressed++) {
      await page.keyboard.press('Tab');
      if ((await page.locator(`${selector}:focus`).count()) > 0) return;
    }
    throw new Error(`Tab never came to ${selector}`);
  }

  const fillEveryKind = async (page: Page) => {
    await choose(page, 1, 0);
    await choose(page, 2, 0);
    await choose(page, 2, 2);
    await page.fill('input[name="q3.0"]', 'Lilongwe');
    await page.fill('input[name=q4]', '12');
  };
  const everyAnswer = [{ selected: ['r'] }, { selected: ['r', 'x'] }, { blanks: { b1: 'Lilongwe' } }, { value: '12' }];
  const answers = async (attempt: { id: string; items: string[] }) => {
    const { responses } = await school.view(attempt.id);
    return attempt.items.map((id) => responses[id]?.response);
  };

  describe('from sign-in to result', () => {
    it('saves each change by itself, and hands in', async () => {
      const { title } = await school.publish();
      const page = await phone();
      await page.goto('/');
      await expectAccessible(page);
      await page.click(`text=${title}`);
      await expectAccessible(page);
      await press(page, 'Start now');
      await page.waitForURL(/attempts/);
      await scriptAtWork(page);
      const attempt = { id: page.url().split('/').at(-1) ?? '', items: [] as string[] };
      attempt.items = (await school.view(attempt.id)).paper.items.map(({ id }) => id);
      await fillEveryKind(page);
      await page.locator('input[name=f2]').check();
      await savedAtSchool(page);
      await expect.poll(() => answers(attempt)).toEqual(everyAnswer);
      expect((await school.view(attempt.id)).flagged).toEqual([attempt.items[1]]);
      await expectAccessible(page);

      await press(page, 'Hand in …');
      await page.waitForSelector('text=You have answered all 4 questions.');
      expect(await page.textContent('.numbers')).toBe('Question 2');
      await expectAccessible(page);
      await press(page, 'Hand in now');
      await page.waitForURL(/\/result$/);
      expect(await page.textContent('.score')).toContain('5 of 5 marks (100 %)');
      expect(await page.locator('.verdict').allTextContents()).toEqual(
        expect.arrayContaining([expect.stringContaining('✓ Right')]),
      );
      await expectAccessible(page);
    });

    it('goes without script', async () => {
      const { title } = await school.publish();
      const page = await phone({ javaScriptEnabled: false });
      await page.goto('/');
      await page.click(`text=${title}`);
      await press(page, 'Start now');
      await fillEveryKind(page);
      await press(page, 'Save answers');
      expect(await status(page).textContent()).toMatch(/^Saved at school, \d\d:\d\d:\d\d$/);
      expect(await isChosen(page, 1, 0)).toBe(true);
      await page.locator('.none input').check();
      await press(page, 'Hand in …');
      expect(await page.textContent('main')).toContain('You have answered 3 of 4 questions.');
      await press(page, 'Back to the paper');
      expect(await isChosen(page, 1, 0)).toBe(false);
      expect(await page.inputValue('input[name="q3.0"]')).toBe('Lilongwe');
      await choose(page, 1, 1);
      await press(page, 'Hand in …');
      await press(page, 'Hand in now');
      expect(await page.textContent('.score')).toContain('4 of 5 marks (80 %)');
      expect(await page.textContent('#q1')).toContain('✗ Wrong');
      expect(await page.textContent('#q1')).toContain('You mixed them up.');
    });

    it('goes by keyboard alone', async () => {
      const { id } = await school.publish();
      const page = await phone();
      await page.goto(`/assessments/${id}`);
      await page.keyboard.press('Tab');
      expect(await page.locator('.skip:focus').count()).toBe(1);
      await tabTo(page, 'main form button');
      await page.keyboard.press('Enter');
      await page.waitForSelector('#paper');
      await scriptAtWork(page);
      await tabTo(page, 'input[name=q1]');
      // Tab comes to what is chosen, "No answer"; from there the arrows go round.
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      expect(await isChosen(page, 1, 1)).toBe(true);
      await tabTo(page, 'input[name="q3.0"]');
      await page.keyboard.type('Lilongwe');
      await tabTo(page, 'button[value=hand-in]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('text=You have answered 2 of 4 questions.');
      await tabTo(page, 'form[action$=submit] button');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/result$/);
      expect(await page.textContent('.score')).toContain('1 of 5 marks');
    });

    it('practises with help from rung to rung', async () => {
      const { id } = await school.begin(undefined, { behaviour: 'practice', timeLimitSeconds: null });
      const page = await phone();
      await page.goto(`/attempts/${id}`);
      await expectAccessible(page);
      const check = '#q1 button';
      await choose(page, 2, 0);
      await page.click(check);
      expect(await page.textContent('#q1')).toContain('This used no try.');
      expect(await isChosen(page, 2, 0)).toBe(true);
      await page.fill('input[name=q4]', '1');
      await page.press('input[name=q4]', 'Enter');
      expect(await page.textContent('#status')).toContain('Your answers are saved at school');
      expect(await page.textContent('#q4 button')).toBe('Check question 4 (try 1 of 3)');
      await choose(page, 1, 1);
      await page.click(check);
      expect(await isChosen(page, 2, 0)).toBe(true);
      expect(await page.inputValue('input[name=q4]')).toBe('1');
      expect(await page.textContent('#q1')).toContain('Not right yet. Try again.');
      await choose(page, 1, 2);
      await page.click(check);
      expect(await page.textContent('#q1')).toContain('It is the first.');
      await choose(page, 1, 1);
      await page.click(check);
      expect(await page.textContent('#q1')).toContain('The first is right.');
      expect(await page.textContent('#q1')).toContain('You mixed them up.');
      await page.fill('input[name=q4]', '12');
      await page.click('#q4 button');
      expect(await page.textContent('.bar')).toContain('Mastered: 1 of 4');
      await expectAccessible(page);
      await press(page, 'Finish');
      expect(await page.textContent('main')).toMatch(/They do not count:\s*Question 2/);
      await expectAccessible(page);
      await press(page, 'Finish');
      expect(await page.textContent('.score')).toContain('2 of 5 marks');
    });
  });

  it('scrolls a formula that is wider than the phone by itself, not the page', async () => {
    const wide = '$QR^2 = 3^2 + 5^2 - 2 \\times 3 \\times 5 \\times \\cos 120^\\circ + \\frac{1}{2} = 49$';
    const item = { type: 'numeric', prompt: `Why ${wide}?`, difficulty: 'easy', answer: 1 };
    const solution = { explanation: wide, steps: [wide, wide] };
    const { id } = await school.begin([{ ...item, solution }], {
      review: { score: 'after_submit', correctness: 'after_submit', key: 'after_submit', feedback: 'after_submit' },
    });
    const page = await phone();
    const widths = () =>
      page.evaluate(
        '[document.documentElement.scrollWidth, [...document.querySelectorAll("math")].some((one) => one.getBoundingClientRect().width > 320)]',
      );
    await openPaper(page, id);
    expect(await widths()).toEqual([320, true]);
    await press(page, 'Hand in …');
    await press(page, 'Hand in now');
    await page.waitForURL(/\/result$/);
    expect(await page.locator('ol math').count()).toBe(2);
    expect(await widths()).toEqual([320, true]);
  });

  describe('over a thin line', () => {
    it('costs at most 60 KB at the first visit: 30 KB of script, 8 KB of paper', async () => {
      const attempt = await school.begin(fortyChoices);
      expect(attempt.items).toHaveLength(40);
      const edge = await startEdge(server.address);
      const page = await phone({ baseURL: edge.address });
      const wire = await page.context().newCDPSession(page);
      const names = new Map<string, string>();
      const bytes = new Map<string, number>();
      wire.on('Network.responseReceived', ({ requestId, response }) =>
        names.set(requestId, new URL(response.url).pathname),
      );
      wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
        bytes.set(names.get(requestId) ?? requestId, encodedDataLength),
      );
      await wire.send('Network.enable');
      await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
      await page.goto(`/attempts/${attempt.id}`, { waitUntil: 'networkidle' });
      await scriptAtWork(page);
      const paper = bytes.get(`/attempts/${attempt.id}`) ?? Number.POSITIVE_INFINITY;
      const script = bytes.get('/paper.js') ?? Number.POSITIVE_INFINITY;
      const all = [...bytes.values()].reduce((sum, one) => sum + one, 0);
      process.stdout.write(
        `First visit of 40 questions, headers included: ${JSON.stringify(Object.fromEntries(bytes))}, in all ${all} bytes\n`,
      );
      expect(paper).toBeLessThanOrEqual(8_000);
      expect(script).toBeLessThanOrEqual(30_000);
      expect(all).toBeLessThanOrEqual(60_000);

      await wire.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 1300,
        downloadThroughput: 35_000 / 8,
        uploadThroughput: 35_000 / 8,
      });
      await page.goto('about:blank');
      const asked = Date.now();
      await page.goto(`/attempts/${attempt.id}`, { waitUntil: 'commit', timeout: 30_000 });
      await page.locator('#q1').waitFor();
      const painted = await page.waitForFunction(
        () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      );
      process.stdout.write(`First question at 35 kbps and 1,300 ms: ${Date.now() - asked} ms\n`);
      // Name, connection and TLS cost three more round trips, which Chromium does not play.
      expect(await painted.jsonValue()).toBeLessThan(15_000 - 3 * 1300);
      await page.context().close();
      await edge.stop();
    });

    it('loses nothing offline', async () => {
      const attempt = await school.begin();
      const page = await phone();
      await openPaper(page, attempt.id);
      await choose(page, 1, 1);
      await savedAtSchool(page);
      await page.context().setOffline(true);
      await choose(page, 1, 0);
      await choose(page, 2, 0);
      await choose(page, 2, 2);
      await page.fill('input[name="q3.0"]', 'Lilongwe');
      await page.fill('input[name=q4]', '12');
      await says(page, 'Saved on this phone, waiting for the network');
      await page.context().setOffline(false);
      await savedAtSchool(page);
      expect(await answers(attempt)).toEqual(everyAnswer);
      expect(await page.evaluate(() => Object.values(localStorage))).toEqual(['[]']);
    });

    it('sends what a closed tab could not when the paper is opened again', async () => {
      const attempt = await school.begin();
      const page = await phone();
      await openPaper(page, attempt.id);
      await page.context().setOffline(true);
      await fillEveryKind(page);
      await says(page, 'Saved on this phone, waiting for the network');
      await page.close();
      expect(await answers(attempt)).toEqual([undefined, undefined, undefined, undefined]);
      await page.context().setOffline(false);
      const again = await page.context().newPage();
      await openPaper(again, attempt.id);
      // What a tab sends while it closes may get through after all: then nothing is left to send, and the page says nothing.
      while (!isDeepStrictEqual(await answers(attempt), everyAnswer)) await sleep(200);
      expect(await isChosen(again, 1, 0)).toBe(true);
    });

    it('goes on, and says so, where the phone keeps nothing', async () => {
      const attempt = await school.begin();
      const page = await phone();
      await page.addInitScript(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException('full', 'QuotaExceededError');
        };
      });
      await openPaper(page, attempt.id);
      await page.context().setOffline(true);
      await choose(page, 1, 0);
      await says(page, 'Not saved on this phone: keep this page open');
      await page.context().setOffline(false);
      await savedAtSchool(page);
      expect(await school.answer(attempt, 1)).toEqual({ selected: ['r'] });
    });

    it('takes a network that answers in the place of the school for no network', async () => {
      const attempt = await school.begin();
      const page = await phone();
      await openPaper(page, attempt.id);
      await page.route('**/ops', (route) =>
        route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Buy a bundle</h1>' }),
      );
      await choose(page, 1, 0);
      await says(page, 'Saved on this phone, waiting for the network');
      await page.unroute('**/ops');
      await savedAtSchool(page);
      expect(await school.answer(attempt, 1)).toEqual({ selected: ['r'] });
    });
  });

  describe.concurrent('on two pages', () => {
    it('stops the first tab when a second opens, and goes on where the student continues', async () => {
      const attempt = await school.begin();
      const first = await phone();
      await openPaper(first, attempt.id);
      const second = await first.context().newPage();
      await openPaper(second, attempt.id);
      await first.waitForSelector('#banner');
      expect(await first.textContent('#banner')).toContain('open on another page');
      expect(await first.locator('input[name=q1]').first().isDisabled()).toBe(true);
      await expectAccessible(first);
      await first.click('#banner a');
      await scriptAtWork(first);
      await choose(first, 1, 0);
      await savedAtSchool(first);
      await second.waitForSelector('#banner');
      expect(await school.answer(attempt, 1)).toEqual({ selected: ['r'] });
    });

    it('says on another phone that the page is stale as soon as it saves, with script and without', async () => {
      const attempt = await school.begin();
      const [script, plain] = [await phone(), await phone({ javaScriptEnabled: false })];
      await openPaper(script, attempt.id);
      await plain.goto(`/attempts/${attempt.id}`);
      await choose(script, 1, 1);
      await script.waitForSelector('#banner');
      await script.click('#banner a');
      await scriptAtWork(script);
      // The answer that was refused is not lost: nobody answered the question since.
      await savedAtSchool(script);
      expect(await school.answer(attempt, 1)).toEqual({ selected: ['w'] });

      await choose(plain, 1, 2);
      await press(plain, 'Save answers');
      expect(await plain.textContent('h1')).toBe('This attempt was opened on another page');
      const told = (await plain.textContent('main'))?.replaceAll(/\s+/g, ' ');
      expect(told).toContain('Here: another wrong one');
      expect(told).toContain('At school: a wrong one');
      await press(plain, 'Continue here');
      expect(await isChosen(plain, 1, 1)).toBe(true);
    });

    it('shows both answers where a question was answered elsewhere meanwhile', async () => {
      const attempt = await school.begin();
      const page = await phone();
      await openPaper(page, attempt.id);
      await page.context().setOffline(true);
      await choose(page, 1, 0);
      await page.fill('input[name=q4]', '11');
      await says(page, 'Saved on this phone, waiting for the network');
      await page.close();
      await school.answerElsewhere(attempt, 1, { selected: ['w'] });
      await school.answerElsewhere(attempt, 4, { value: '12' });
      await page.context().setOffline(false);

      const again = await page.context().newPage();
      await openPaper(again, attempt.id);
      expect(await isChosen(again, 1, 1)).toBe(true);
      const both = (await again.textContent('#q1 [data-both]'))?.replaceAll(/\s+/g, ' ');
      expect(both).toContain('At school: a wrong one');
      expect(both).toContain('On this phone: the right one');
      await expectAccessible(again);
      await again.reload();
      await scriptAtWork(again);
      await again.click('#q1 >> text=Use the one on this phone');
      await savedAtSchool(again);
      expect(await isChosen(again, 1, 0)).toBe(true);
      await again.click('#q4 >> text=Keep the one at school');
      expect(await again.locator('[data-both]').count()).toBe(0);
      expect(await answers(attempt)).toEqual([{ selected: ['r'] }, undefined, undefined, { value: '12' }]);
      expect(await again.evaluate(() => Object.values(localStorage))).toEqual(['[]']);
    });
  });

  describe.concurrent('against the clock', () => {
    it('shows the school’s time on a phone whose clock is two hours wrong', async () => {
      const attempt = await school.begin();
      const page = await phone();
      await page.addInitScript(() => {
        const real = Date;
        const wrong = () => real.now() + 2 * 3600 * 1000;
        globalThis.Date = class extends real {
          constructor(...given: [] | [number]) {
            super(...((given.length > 0 ? given : [wrong()]) as [number]));
          }
          static override now = wrong;
        } as DateConstructor;
      });
      await openPaper(page, attempt.id);
      expect(await minutesLeft(page)).toBeGreaterThanOrEqual(39);
      await choose(page, 1, 0);
      await savedAtSchool(page);
      expect(await minutesLeft(page)).toBeGreaterThanOrEqual(39);
      expect(await minutesLeft(page)).toBeLessThanOrEqual(40);
    });

    it('follows extra time without a reload, and corrects itself after a sleep', async () => {
      const attempt = await school.begin();
      const page = await phone();
      await page.clock.install();
      await openPaper(page, attempt.id);
      await school.giveTime(attempt.assessmentId, 30 * 60);
      expect(await minutesLeft(page)).toBeLessThanOrEqual(40);
      // The phone's own clocks leap 61 s, the school's does not.
      await page.clock.fastForward(61_000);
      await page.locator('#time', { hasText: /1 h (9|10) min/ }).waitFor();
    });

    it('hands in by itself at the end and shows the result', async () => {
      // A busy machine takes a while to open a paper; one that has ended by then shows no time left.
      const attempt = await school.begin(undefined, { timeLimitSeconds: 12 });
      const page = await phone();
      await openPaper(page, attempt.id);
      await choose(page, 1, 0);
      await page.waitForURL(/\/result$/);
      expect(await page.textContent('.score')).toContain('1 of 5 marks');
    });

    it('tells which answers of a form came too late', async () => {
      const attempt = await school.begin(undefined, { timeLimitSeconds: 5 });
      const page = await phone({ javaScriptEnabled: false });
      await page.goto(`/attempts/${attempt.id}`);
      await choose(page, 1, 0);
      // Not by `expect.poll`, which loses its test when tests run side by side.
      while ((await school.view(attempt.id)).attempt.state === 'open') await sleep(200);
      await press(page, 'Save answers');
      expect(await page.textContent('h1')).toBe('The time was up');
      expect((await page.textContent('main'))?.replaceAll(/\s+/g, ' ')).toContain(
        'Question 1 of 4 (1 mark): the right one',
      );
      await page.click('text=See the result');
      expect(await page.textContent('#q1')).toContain('– Not answered');
    });
  });

  describe('signing out', () => {
    it('with unsent answers warns, can be called off, sends, and only then clears the phone', async () => {
      const attempt = await school.begin();
      const context = await browser.newContext({ baseURL: server.address });
      const page = await context.newPage();
      await signIn(page);
      await openPaper(page, attempt.id);
      await page.route('**/ops', (route) => route.abort());
      await choose(page, 1, 0);
      await says(page, 'Saved on this phone, waiting for the network');
      await press(page, 'Sign out');
      const dialog = page.getByRole('alertdialog');
      await dialog.getByText('Try again').waitFor();
      await expectAccessible(page);
      await press(page, 'Stay here');
      expect(await dialog.count()).toBe(0);

      await press(page, 'Sign out');
      await dialog.getByText('Try again').waitFor();
      expect(await page.evaluate(() => Object.values(localStorage).join())).toContain('"selected":["r"]');
      await page.unroute('**/ops');
      await dialog.getByText('Try again').click();
      await page.waitForURL(/\/sign-in/);
      expect(await page.evaluate(() => localStorage.length)).toBe(0);
      expect(await school.answer(attempt, 1)).toEqual({ selected: ['r'] });
    });

    it('does not stop a page without script from saving', async () => {
      const attempt = await school.begin();
      const page = await phone({ javaScriptEnabled: false });
      await page.goto(`/attempts/${attempt.id}`);
      await page.context().clearCookies();
      await choose(page, 1, 0);
      await press(page, 'Save answers');
      expect(await status(page).textContent()).toContain('Saved at school');
      expect(await isChosen(page, 1, 0)).toBe(true);
      await press(page, 'Hand in …');
      await press(page, 'Hand in now');
      expect(await page.textContent('h1')).toBe('Handed in');
      expect((await school.view(attempt.id)).attempt.state).not.toBe('open');
      await expectAccessible(await signedOut());
    });

    const signedOut = async () => {
      const page = await browser.newPage({ baseURL: server.address });
      await page.goto('/sign-in');
      return page;
    };
  });

  it('has nothing serious on the pages of staff', async () => {
    const page = await browser.newPage({ baseURL: server.address });
    await signIn(page, 'instructor');
    for (const path of ['/staff', '/staff/banks', '/staff/assessments', '/staff/assessments/new']) {
      await page.goto(path);
      await expectAccessible(page);
    }
  });
});
