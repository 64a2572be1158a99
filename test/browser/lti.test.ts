import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MATHEMATICS } from '../../scripts/lms/seed.ts';
import { expectAccessible, hasChromium } from './chromium.ts';
import type { Asked, Line } from './line.ts';
import { ANOTHER, cookieNames, frameWith, type LtiCourse, openLti, STUDENT, TEACHER, toolFrame } from './lti-course.ts';

const WRONG_PROOF = 'w'.repeat(43);

/*
 * The tool in a frame of another site, in a real browser. What a browser keeps there differs, and each way of binding a login to it is
 * tried where the others are not to be had.
 */
describe.runIf(hasChromium)('launching in a frame of another site', () => {
  let course: LtiCourse;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    course = await openLti();
  }, 120_000);
  afterAll(async () => {
    await course?.stop();
  });

  type Options = Parameters<LtiCourse['browser']['newContext']>[0];

  async function person(options: Options = {}): Promise<Page> {
    await Promise.all(contexts.splice(0).map((one) => one.close()));
    const context = await course.browser.newContext({ viewport: { width: 800, height: 900 }, ...options });
    context.setDefaultTimeout(15_000);
    contexts.push(context);
    return await context.newPage();
  }

  const coursePage = (username: string, more = '') =>
    `${course.lms}/lti/course/${encodeURIComponent(MATHEMATICS)}?as=${username}${more}`;

  const onPath = (line: Line, path: string, method?: string): Asked[] =>
    line.asked.filter((one) => one.path.split('?')[0] === path && (method === undefined || one.method === method));
  const isBinding = (name: string) => /^(__Host-)?ve_lti_.{16}$/.test(name);
  const isSession = (name: string) => /^(__Host-)?ve_(frame|session)(_|$)/.test(name);
  /** The cookie of the login is lost on its way. */
  const losesBinding = (cookie: string, { path }: Asked) => path.startsWith('/lti/login') && !isSession(cookie);
  /** Whether localStorage can be had in a frame. */
  const hasStorage = () => {
    try {
      return localStorage.length >= 0;
    } catch {
      return false;
    }
  };
  const kept = () => Object.keys(localStorage).filter((key) => key.startsWith('ve-lti-'));
  const START = 'button:text-is("Start now")';

  describe('by the cookie', () => {
    it('goes to the start page, with third-party cookies allowed', async () => {
      const line = course.begin('moodle', course.lines.open);
      const link = course.place();
      const page = await person();
      await page.goto(coursePage(STUDENT));
      await frameWith(page, link, START);
      expect(onPath(line, '/lti/launch')).toHaveLength(1);
    });

    it('and with third-party cookies blocked, where it is all there is', async () => {
      const line = course.begin('openedx', course.lines.usual);
      const link = course.place();
      const page = await person();
      await page.goto(coursePage(STUDENT));
      const frame = await frameWith(page, link, START);
      expect(frame.url()).toBe(`${line.address}/assessments/${course.common.id}`);
      expect(await frame.evaluate(hasStorage)).toBe(false);
      const [login] = onPath(line, '/lti/login');
      expect(login?.path).not.toContain('lti_storage_target');
      const [launch, ...more] = onPath(line, '/lti/launch');
      expect(more).toEqual([]);
      expect(launch?.dest).toBe('iframe');
      expect(launch?.cookies.filter(isBinding)).toEqual([expect.stringMatching(/^__Host-/)]);
      expect(launch?.body.get('proof')).toBeNull();
      expect(frame.url()).not.toMatch(/[?#]/);
      const cookies = await page.context().cookies();
      expect(cookies.find(({ name }) => name.startsWith('__Host-ve_frame_'))).toMatchObject({
        httpOnly: true,
        secure: true,
        sameSite: 'None',
        partitionKey: expect.stringContaining('localhost'),
      });
      expect(cookies.map(({ name }) => name).filter(isBinding)).toEqual([]);
    });
  });

  it('goes by localStorage where only our cookies are lost', async () => {
    const line = course.begin('openedx', course.lines.open);
    line.loses = losesBinding;
    const link = course.place();
    const page = await person();
    await page.goto(coursePage(STUDENT));
    const frame = await frameWith(page, link, START);
    const [first, second, ...more] = onPath(line, '/lti/launch');
    expect([first?.cookies, second?.cookies, more]).toEqual([[], [], []]);
    expect(first?.body.get('proof')).toBeNull();
    expect(second?.body.get('proof')).toMatch(/^[\w-]{43}$/);
    expect(onPath(line, '/lti/login')[0]?.path).not.toContain('lti_storage_target');
    expect(await frame.evaluate(kept)).toEqual([]);
  });

  describe('by the platform’s storage', () => {
    it.each(['post_message_forwarding', '_parent'] as const)('in %s, where nothing else is kept', async (target) => {
      const line = course.begin('canvas', course.lines.usual);
      line.loses = losesBinding;
      course.lti.settings.storageTarget = target;
      const link = course.place();
      const page = await person();
      await page.goto(coursePage(STUDENT));
      const frame = await frameWith(page, link, START);
      expect(await frame.evaluate(hasStorage)).toBe(false);
      const [first, second] = onPath(line, '/lti/launch');
      expect([first?.cookies, second?.cookies]).toEqual([[], []]);
      expect(second?.body.get('proof')).toMatch(/^[\w-]{43}$/);
    });

    /** A page of the platform's, by a storage of its own making, with the tool beside it. */
    const storagePage = (link: { number: number }, script: string) => {
      course.pages.set(`${course.lms}/own-storage`, `<script>${script}</script>`);
      return `<iframe name="post_message_forwarding" src="${course.lms}/own-storage"></iframe>
        <iframe name="tool-${link.number}" src="${course.lms}/lti/start?as=${STUDENT}&link=${link.number}"></iframe>`;
    };

    it('heeds no other origin, even one that knows the message, and tells it nothing', async () => {
      const line = course.begin('canvas', course.lines.usual);
      line.loses = losesBinding;
      const link = course.place();
      // The storage answers late, and lets the page above, which is of another origin, know what it was asked.
      const frames = storagePage(
        link,
        `const kept = {};
        addEventListener('message', ({ data, origin, source }) => {
          parent.postMessage({ overheard: data.message_id, subject: data.subject }, '*');
          if (data.subject === 'lti.put_data') kept[data.key] = data.value;
          setTimeout(() => source.postMessage(
            { subject: data.subject + '.response', message_id: data.message_id, key: data.key, value: kept[data.key] }, origin), 300);
        });`,
      );
      const above = `${course.foreign}/above`;
      course.pages.set(
        above,
        `<script>
        const told = [], said = [];
        addEventListener('message', ({ data, source }) => {
          if (!data.overheard) return told.push(data);
          for (const subject of [data.subject + '.response', 'lti.put_data.response', 'lti.get_data.response']) {
            said.push(subject);
            frames['tool-${link.number}'].postMessage({ subject, message_id: data.overheard, value: '${WRONG_PROOF}' }, '*');
          }
        });
        </script>${frames}`,
      );
      const page = await person();
      await page.goto(above);
      await frameWith(page, link, START);
      const proofs = onPath(line, '/lti/launch').map(({ body }) => body.get('proof'));
      expect(proofs).toEqual([null, expect.stringMatching(/^[\w-]{43}$/)]);
      expect(proofs).not.toContain(WRONG_PROOF);
      const heard = await page.evaluate('({ told, said })');
      expect(heard).toEqual({
        told: [],
        said: expect.arrayContaining(['lti.put_data.response', 'lti.get_data.response']),
      });
    });

    it('tells nothing to a frame of the right name on another origin', async () => {
      const line = course.begin('canvas', course.lines.usual);
      line.loses = losesBinding;
      const link = course.place();
      course.pages.set(
        `${course.foreign}/thief`,
        `<p>nothing</p><script>addEventListener('message', ({ data, source }) => {
          document.querySelector('p').textContent = JSON.stringify(data);
          source.postMessage({ ...data, subject: data.subject + '.response' }, '*');
        });</script>`,
      );
      const above = `${course.lms}/above`;
      course.pages.set(
        above,
        `<iframe name="post_message_forwarding" src="${course.foreign}/thief"></iframe>
        <iframe name="tool-${link.number}" src="${course.lms}/lti/start?as=${STUDENT}&link=${link.number}"></iframe>`,
      );
      const page = await person();
      await page.goto(above);
      const tool = toolFrame(page, link);
      await tool.getByRole('button', { name: 'Open in a new window' }).waitFor();
      expect(await page.frameLocator('iframe').first().locator('p').textContent()).toBe('nothing');
      expect(onPath(line, '/lti/launch')).toEqual([]);
    });

    it('is not waited for longer than 2 s when it never answers', async () => {
      const line = course.begin('canvas', course.lines.usual);
      line.loses = losesBinding;
      const link = course.place();
      course.pages.set(`${course.lms}/above`, storagePage(link, 'addEventListener("message", () => {})'));
      const page = await person();
      await page.addInitScript('addEventListener("focusin", () => { window.offeredAt ??= performance.now(); })');
      await page.goto(`${course.lms}/above`);
      const frame = await frameWith(page, link, 'h1:text-is("Open it in a new window"):focus');
      const waited = await frame.evaluate(() => {
        const { offeredAt } = globalThis as unknown as { offeredAt: number };
        const script = performance.getEntriesByType('resource').find(({ name }) => name.includes('/launch.js'));
        return offeredAt - (script as PerformanceResourceTiming).responseEnd;
      });
      expect(waited).toBeGreaterThan(1000);
      expect(waited).toBeLessThan(2000);
    });
  });

  describe('by a window of its own', () => {
    it.each(['openedx', 'moodle'] as const)(
      'where the browser keeps nothing in the frame, with the login done again there, as %s answers it',
      async (mode) => {
        const line = course.begin(mode, course.lines.strict);
        course.lti.settings.storageTarget = null;
        const link = course.place();
        const page = await person();
        await page.goto(coursePage(STUDENT));
        const tool = toolFrame(page, link);
        await tool.getByRole('heading', { name: 'Open it in a new window' }).waitFor();
        const opening = page.context().waitForEvent('page');
        await tool.getByRole('button', { name: 'Open in a new window' }).click();
        const window = await opening;
        await window.locator(START).waitFor();
        expect(window.url()).toBe(`${line.address}/assessments/${course.common.id}`);
        expect(onPath(line, '/lti/login').map(({ dest, cookies }) => [dest, cookies])).toEqual([
          ['iframe', []],
          ['document', []],
        ]);
        const launches = onPath(line, '/lti/launch');
        expect(launches.map(({ dest }) => dest)).toEqual(['document']);
        expect(launches[0]?.cookies.filter(isBinding)).toHaveLength(1);
        expect(launches[0]?.body.get('proof')).toBeNull();
        expect(await cookieNames(page.context())).toContain('__Host-ve_session');
      },
    );

    it('after a launch whose session does not stick, by a code that works once', async () => {
      const line = course.begin('moodle', course.lines.open);
      line.loses = (_, { path, dest }) => path.startsWith('/lti/launch') && dest === 'iframe';
      const link = course.place();
      const page = await person();
      await page.goto(coursePage(STUDENT));
      const tool = toolFrame(page, link);
      const button = tool.getByRole('button', { name: 'Open in a new window' });
      const frame = await frameWith(page, link, 'button:text-is("Open in a new window")');
      expect(onPath(line, '/lti/launch')[0]?.cookies.filter(isBinding)).toHaveLength(1);
      expect(frame.url()).toBe(`${line.address}/lti/open`);
      await expectAccessible(frame);
      expect((await cookieNames(page.context())).filter(isSession)).toEqual([]);

      const opening = page.context().waitForEvent('page');
      await button.click();
      const window = await opening;
      await window.locator(START).waitFor();
      expect(window.url()).toBe(`${line.address}/assessments/${course.common.id}`);
      expect(onPath(line, '/lti/open').map(({ method, dest, status }) => [method, dest, status])).toEqual([
        ['POST', 'iframe', 200],
        ['POST', 'document', 303],
      ]);
      await window.close();
      await page.context().clearCookies();

      const again = page.context().waitForEvent('page');
      await button.click();
      const second = await again;
      await second.getByRole('alert').waitFor();
      expect(await second.textContent('main')).toContain('This button was pressed already');
      expect(await cookieNames(page.context())).toEqual([]);
      await expectAccessible(second);
    });

    it('that the platform opened itself, without a page between', async () => {
      const line = course.begin('canvas', course.lines.usual);
      const link = course.place();
      const page = await person();
      await page.goto(`${course.lms}/lti/start?as=${STUDENT}&link=${link.number}&target=window`);
      await page.locator(START).waitFor();
      expect(onPath(line, '/lti/login')[0]).toMatchObject({ dest: 'document', status: 303 });
      await page.reload();
      await page.locator(START).waitFor();
    });
  });

  describe('of another browser', () => {
    /** A launch that somebody began in their browser and did not end there: what it posts. */
    async function stolen(line: Line, username: string): Promise<Record<string, string>> {
      const link = course.place();
      const thief = await course.browser.newContext();
      const page = await thief.newPage();
      const posted = new Promise<string>((resolve) => {
        void page.route('**/lti/launch', async (route) => {
          resolve(route.request().postData() ?? '');
          await route.abort();
        });
      });
      await page.goto(`${course.lms}/lti/start?as=${username}&link=${link.number}`);
      const form = Object.fromEntries(new URLSearchParams(await posted));
      await thief.close();
      expect(Object.keys(form)).toEqual(expect.arrayContaining(['id_token', 'state']));
      expect(onPath(line, '/lti/launch')).toEqual([]);
      return form;
    }
    const lure = (line: Line, form: Record<string, string>) => {
      const fields = Object.entries(form).map(
        ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
      );
      course.pages.set(
        `${course.lms}/lure`,
        `<form method="post" action="${line.address}/lti/launch">${fields.join('')}<button>Win</button></form>`,
      );
      return `${course.lms}/lure`;
    };
    const errorOf = (page: Page) => page.locator('meta[name=ve-error]').getAttribute('content');

    it('is refused, and signs nobody in, whatever is shown instead of a proof', async () => {
      const line = course.begin('openedx', course.lines.open);
      const form = await stolen(line, ANOTHER);
      for (const [name, more] of [
        ['usual', {}],
        ['open', {}],
        ['usual', { proof: WRONG_PROOF }],
      ] as const) {
        const page = await person();
        await page.goto(lure(course.lines[name], { ...form, ...more }));
        await page.click('button');
        await page.getByRole('alert').waitFor();
        expect(await errorOf(page)).toBe('not_this_browser');
        expect(await page.locator('meta[name=ve-launch], meta[name=ve-code]').count()).toBe(0);
        expect((await cookieNames(page.context())).filter(isSession)).toEqual([]);
        await page.goto(`${line.address}/`);
        expect(page.url()).toContain('/sign-in');
      }
    });
  });

  describe('several at once', () => {
    it.each(['first', 'second'])(
      'two places of one page are usable, whichever is answered first: the %s',
      async (which) => {
        const line = course.begin('openedx', course.lines.usual);
        const links = [course.place(await course.school.publish()), course.place(await course.school.publish())];
        const page = await person();
        // Both launches leave without a session, and one is answered only when the other's start page is there.
        let goOn = () => {};
        const earlier = new Promise<void>((resolve) => (goOn = resolve));
        line.holds = async (asked) => {
          if (asked.path !== '/lti/launch') return;
          while (onPath(line, '/lti/launch').length < 2) await sleep(20);
          if (onPath(line, '/lti/launch').indexOf(asked) === (which === 'first' ? 1 : 0)) await earlier;
        };
        await page.goto(coursePage(STUDENT), { waitUntil: 'commit' });
        const shown = links.map(async (link) => await frameWith(page, link, START));
        await Promise.race(shown);
        goOn();
        await Promise.all(shown);
        expect(onPath(line, '/lti/launch').map(({ cookies }) => cookies.filter(isSession))).toEqual([[], []]);
        for (const link of links) {
          const tool = toolFrame(page, link);
          await tool.locator(START).click();
          await tool.locator('#paper').waitFor();
        }
      },
    );

    it('tabs of one browser end in any order', async () => {
      const line = course.begin('openedx', course.lines.usual);
      const link = course.place();
      const page = await person();
      const waiting: (() => void)[] = [];
      line.holds = async ({ path }) => {
        if (path.startsWith('/lti/login')) await new Promise<void>((resolve) => waiting.push(resolve));
      };
      const tabs = [page, await page.context().newPage(), await page.context().newPage()];
      for (const [place, tab] of tabs.entries()) {
        await tab.goto(coursePage(STUDENT), { waitUntil: 'commit' });
        while (waiting.length <= place) await sleep(20);
      }
      for (const place of [2, 0, 1]) {
        waiting[place]?.();
        await frameWith(tabs[place] as Page, link, START);
      }
      const states = onPath(line, '/lti/launch').map(({ body }) => body.get('state'));
      expect(new Set(states).size).toBe(3);
    });
  });

  it('goes the whole way without JavaScript, by buttons', async () => {
    const line = course.begin('openedx', course.lines.usual);
    const link = course.place(await course.school.publish());
    const page = await person();
    const above = `${course.scriptless}/above`;
    const { lms, pages } = course;
    const src = `${lms}/lti/start?as=${STUDENT}&link=${link.number}`;
    pages.set(above, `<iframe name="tool-${link.number}" src="${src}" width="700" height="800"></iframe>`);
    await page.goto(above);
    const tool = toolFrame(page, link);
    const press = (name: string) => tool.getByRole('button', { name, exact: true }).first().click();
    await press('Go on');
    await tool.getByRole('heading', { name: 'You are in' }).waitFor();
    await press('Continue');
    await press('Start now');
    await tool.locator('input[name=q4]').fill('12');
    await press('Hand in …');
    await press('Hand in now');
    await tool.locator('.score', { hasText: '2 of 5 marks' }).waitFor();
    expect(onPath(line, '/launch.js')).toEqual([]);
    await expect.poll(() => course.lti.grade(STUDENT, link)?.grade, { timeout: 10_000 }).toBe(40);
  });

  it('a whole sitting in the frame, by keyboard alone, ends with the grade in the platform’s gradebook', async () => {
    const line = course.begin('openedx', course.lines.usual);
    const link = course.place(await course.school.publish(), { lineItem: { scoreMaximum: 10 } });
    const page = await person({ viewport: { width: 360, height: 740 } });
    await page.goto(coursePage(STUDENT));
    const tool = toolFrame(page, link);
    const frame = await frameWith(page, link, START);
    await expectAccessible(frame);
    const tabTo = async (selector: string) => {
      for (let pressed = 0; pressed < 80; pressed++) {
        await page.keyboard.press('Tab');
        if ((await tool.locator(`${selector}:focus`).count()) > 0) return;
      }
      throw new Error(`Tab never came to ${selector}`);
    };
    await tabTo('main form button');
    await page.keyboard.press('Enter');
    await tool.locator('#time', { hasText: /^Time left: [^(]*$/ }).waitFor();
    await tabTo('input[name=q1]');
    await page.keyboard.press('ArrowDown');
    await tabTo('input[name=q4]');
    await page.keyboard.type('12');
    await tabTo('button[value=hand-in]');
    await page.keyboard.press('Enter');
    await tool.locator('text=You have answered 2 of 4 questions.').waitFor();
    await tabTo('form[action$=submit] button');
    const since = Date.now();
    await page.keyboard.press('Enter');
    await tool.locator('.score', { hasText: '3 of 5 marks' }).waitFor();
    await expect.poll(() => course.lti.grade(STUDENT, link)?.grade, { timeout: 10_000 }).toBe(6);
    process.stdout.write(`From "Hand in now" to the platform's gradebook: ${Date.now() - since} ms\n`);
    expect(onPath(line, '/sign-in')).toEqual([]);
  });

  describe.each(['moodle', 'openedx'] as const)('deep linking as %s does it', (mode) => {
    it('puts what the teacher ticks on the course page, and a student launches it', async () => {
      const line = course.begin(mode, course.lines.usual);
      const chosen = await course.school.publish();
      if (mode === 'openedx') course.lti.addLink({ title: 'A block' });
      const block = course.lti.links[0];
      const page = await person({ viewport: { width: 360, height: 740 } });
      await page.goto(coursePage(TEACHER, `&add=${block?.number ?? 'course'}`));
      const frame = await frameWith(page, 'add', 'h1:text-is("Add assessments to your course")');
      await expectAccessible(frame);
      const tool = toolFrame(page, 'add');
      await tool.getByRole('button', { name: 'Add to the course' }).click();
      await tool.getByRole('alert').waitFor();
      await tool.getByLabel(`${chosen.title} `).check();
      await tool.getByRole('button', { name: 'Add to the course' }).click();
      await page.waitForURL((url) => !url.searchParams.has('add'));
      const link = course.lti.links.find(({ title }) => title === chosen.title);
      if (!link) throw new Error('nothing was added');
      expect(link.custom).toEqual({ assessment_id: chosen.id });

      const student = await person();
      await student.goto(coursePage(STUDENT));
      const shown = await frameWith(student, link, START);
      expect(shown.url()).toBe(`${line.address}/assessments/${chosen.id}`);
    });
  });

  describe('on a small phone, where the script does not arrive', () => {
    /** Each page stays until its button is pressed. */
    async function pagesOf(buttons: readonly string[]) {
      const link = course.place();
      const page = await person({ viewport: { width: 360, height: 640 } });
      await page.route('**/launch.js*', (route) => route.abort());
      course.pages.set(
        `${course.lms}/above`,
        `<iframe name="tool-${link.number}" src="${course.lms}/lti/start?as=${STUDENT}&link=${link.number}" width="340"></iframe>`,
      );
      await page.goto(`${course.lms}/above`);
      const seen: (string | null)[] = [];
      for (const button of [...buttons, '']) {
        const selector = button === '' ? 'h1' : `button:text-is("${button}")`;
        const frame = await frameWith(page, link, selector);
        await expectAccessible(frame);
        expect(await frame.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(340);
        seen.push(await frame.locator('h1:visible').textContent());
        if (button === '') break;
        const left = frame.waitForNavigation();
        await frame.locator(selector).first().click();
        await left;
      }
      return seen;
    }

    it('every page of a launch has its button, and nothing serious against it', async () => {
      course.begin('openedx', course.lines.usual);
      expect(await pagesOf(['Continue', 'Continue'])).toEqual([
        'Opening your assessment',
        'You are in',
        course.common.title,
      ]);
    });

    it('so have those of one that cannot be bound', async () => {
      const line = course.begin('openedx', course.lines.usual);
      line.loses = losesBinding;
      expect(await pagesOf(['Continue', 'Continue'])).toEqual([
        'Opening your assessment',
        'One moment',
        'This could not be opened',
      ]);
    });

    it('and the pages of a place that carries nothing yet', async () => {
      course.begin('openedx', course.lines.usual);
      const link = course.lti.addLink({ title: 'Empty' });
      const page = await person({ viewport: { width: 360, height: 640 } });
      for (const [username, title] of [
        [STUDENT, 'Nothing here yet'],
        [TEACHER, /^A place in /],
      ] as const) {
        await page.goto(coursePage(username));
        await toolFrame(page, link).getByRole('heading', { level: 1, name: title }).waitFor();
        await expectAccessible(await frameWith(page, link, 'h1'));
      }
      const tool = toolFrame(page, link);
      await tool.getByLabel(`${course.common.title} `).check();
      await tool.getByRole('button', { name: 'Use this one' }).click();
      await tool.getByRole('status').waitFor();
      await page.goto(coursePage(STUDENT));
      await frameWith(page, link, START);
    });
  });
});
