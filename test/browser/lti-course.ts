import type { BrowserContext, Frame, Page } from 'playwright-core';
import { listen } from '../../scripts/lms/listen.ts';
import type { NewLink } from '../../scripts/lms/lti/add-link.ts';
import type { Link } from '../../scripts/lms/lti/lti-state.ts';
import { type Mode, modes } from '../../scripts/lms/lti/modes.ts';
import { createPlatform, type Platform } from '../../scripts/lms/platform.ts';
import { openChromium } from './chromium.ts';
import { type Line, startLine } from './line.ts';
import { openSchool } from './school.ts';
import { startServer } from './server.ts';

export const STUDENT = 'chisomo_banda';
export const ANOTHER = 'kondwani_mbewe';
export const TEACHER = 'mercy_teacher';

/** The ways a browser treats the tool inside the platform's page: each is a line of its own, for browsers tell ports apart here. */
type Lines = {
  /** Third-party cookies are blocked: Partitioned ones stay, localStorage throws. */
  usual: Line;
  /** Third-party cookies are allowed. */
  open: Line;
  /** Nothing is kept inside the frame. */
  strict: Line;
};

const html = (body: string) =>
  new Response(`<!doctype html><title>A course</title>${body}`, { headers: { 'content-type': 'text/html' } });

/**
 * The Worker as `npm start` runs it at http://127.0.0.1, and the stand-in platform at http://localhost: two sites. With a Chromium, and
 * two more origins whose pages may show the tool: a foreign one, and one where no scripts run.
 */
export async function openLti() {
  let address = '';
  let platform: Platform;
  const pages = new Map<string, string>();
  const serve = async (request: Request) => {
    const { origin, pathname } = new URL(request.url);
    const page = pages.get(origin + pathname);
    if (page !== undefined) return html(page);
    return origin === lms.origin ? await platform.fetch(request) : new Response('', { status: 404 });
  };
  const lms = await listen(serve, 0);
  const foreign = await listen(serve, 0);
  const scriptless = await listen(serve, 0);
  const [usual, open, strict] = await Promise.all([1, 2, 3].map(() => startLine(() => address)));
  if (!usual || !open || !strict) throw new Error('no lines');
  const lines: Lines = { usual, open, strict };
  platform = createPlatform({
    origin: lms.origin,
    now: Date.now,
    random: Math.random,
    deliver: () => {},
    toolUrl: usual.address,
  });
  const { lti } = platform;
  for (const link of [...lti.links]) lti.removeLink(link);

  const [server, chromium] = await Promise.all([
    startServer({ VE_ALLOW_PRIVATE_HOSTS: '1', VE_PASSBACK_BACKOFF_MS: '200' }),
    openChromium({
      kept: [{ frame: open.address, top: lms.origin }],
      nothing: [{ frame: strict.address, top: lms.origin }],
      scriptless: [scriptless.origin],
    }),
  ]);
  address = server.address;
  const school = await openSchool(address);
  for (const mode of modes) {
    const body = lti.registration(mode);
    await school.asAdmin('POST', '/lti/registrations', {
      ...body,
      frameOrigins: [...body.frameOrigins, foreign.origin, scriptless.origin],
    });
  }
  const common = await school.publish();

  return {
    platform,
    lti,
    school,
    lines,
    pages,
    lms: lms.origin,
    foreign: foreign.origin,
    scriptless: scriptless.origin,
    browser: chromium.browser,
    /** Begins a test: the platform has these manners, and launches the tool over this line. Only its own links are on the page. */
    begin(mode: Mode, line: Line) {
      const tool = lti.tool(mode);
      tool.loginUrl = `${line.address}/lti/login`;
      tool.launchUrl = `${line.address}/lti/launch`;
      tool.deepLinkUrl = `${line.address}/lti/launch`;
      tool.redirectUris = [tool.launchUrl];
      lti.mode = mode;
      lti.settings.tells = null;
      lti.settings.storageTarget = 'post_message_forwarding';
      for (const link of [...lti.links]) lti.removeLink(link);
      pages.clear();
      for (const one of Object.values(lines)) {
        one.loses = () => false;
        one.holds = async () => {};
        one.asked.length = 0;
      }
      return line;
    },
    /** A paper for all who do not sit it. */
    common,
    /** A place on the course page that carries a paper. */
    place(assessment: { id: string; title: string } = common, more: Partial<NewLink> = {}): Link {
      return lti.addLink({ title: assessment.title, custom: { assessment_id: assessment.id }, ...more });
    },
    async stop() {
      await chromium.stop();
      await server.stop();
      for (const { server: one } of [lms, foreign, scriptless]) {
        one.closeAllConnections();
        one.close();
      }
      await Promise.all(Object.values(lines).map((line) => line.stop()));
    },
  };
}
export type LtiCourse = Awaited<ReturnType<typeof openLti>>;

/** The tool's frame on the page of a course. */
export const toolFrame = (page: Page, link: Link | 'add') =>
  page.frameLocator(`iframe[name="tool-${link === 'add' ? 'add' : link.number}"]`);

/** The same as what runs scripts, once it shows what matches `selector`. */
export async function frameWith(page: Page, link: Link | 'add', selector: string): Promise<Frame> {
  await toolFrame(page, link).locator(selector).first().waitFor();
  const frame = page.frame({ name: `tool-${link === 'add' ? 'add' : link.number}` });
  if (!frame) throw new Error('no frame');
  return frame;
}

export const cookieNames = async (context: BrowserContext) => (await context.cookies()).map(({ name }) => name);
