import { describe, expect, it } from 'vitest';
import { noFaults } from '../../scripts/lms/faults.ts';
import { randomEdit } from '../../scripts/lms/random-edit.ts';
import { layouts } from '../../scripts/lms/webhooks.ts';
import { confirmRun } from '../../src/openedx/request-sync.ts';
import { undoRun } from '../../src/openedx/undo-run.ts';
import { aFollowedCourse, type Followed } from './a-followed-course.ts';

const SESSIONS = 500;
const COURSES = 10;
const MINUTE = 60_000;

type Raw = {
  root: string;
  blocks: Record<string, { type: string; display_name: string; children?: string[]; due?: string; graded?: boolean }>;
};

/** What the platform shows now, read from its own answer and not by the reader under test. */
async function shown({ platform, courseKey }: Followed): Promise<string[]> {
  Object.assign(platform.faults, noFaults());
  const token = await platform.fetch(
    new Request('https://lms.example.mw/oauth2/access_token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'tester',
        client_secret: 'tester',
        token_type: 'jwt',
      }),
    }),
  );
  const { access_token } = await token.json<{ access_token: string }>();
  const query = new URLSearchParams({
    course_id: courseKey,
    all_blocks: 'true',
    depth: 'all',
    requested_fields: 'children,due,graded',
  });
  const answer = await platform.fetch(
    new Request(`https://lms.example.mw/api/courses/v1/blocks/?${query}`, {
      headers: { authorization: `JWT ${access_token}` },
    }),
  );
  const { root, blocks } = await answer.json<Raw>();
  const lines: string[] = [];
  const visit = (key: string, depth: number) => {
    const block = blocks[key];
    if (!block) throw new Error(`${key} is not there`);
    // What lies in a container is shown at the place of the container.
    const isShown = block.type !== 'library_content';
    if (isShown && depth >= 0)
      lines.push(`${'  '.repeat(depth)}${key} ${block.display_name} ${block.due ?? '-'} ${block.graded ?? false}`);
    for (const child of block.children ?? []) visit(child, isShown ? depth + 1 : depth);
  };
  visit(root, -1);
  return lines;
}

/** What we show, in the same words; and that no node is without its parent and every place is taken once. */
async function kept({ rows, courseId }: Followed): Promise<string[]> {
  const live = (await rows()).filter((row) => row.retiredAt === null);
  const lines: string[] = [];
  let reached = 0;
  const visit = (parentId: string, depth: number) => {
    const children = live.filter((row) => row.parentId === parentId).toSorted((a, b) => a.position - b.position);
    expect(children.map(({ position }) => position)).toEqual(children.map((_, index) => index));
    for (const row of children) {
      reached += 1;
      lines.push(`${'  '.repeat(depth)}${row.usageKey} ${row.title} ${row.due ?? '-'} ${row.graded}`);
      visit(row.id, depth + 1);
    }
  };
  visit(courseId, 0);
  expect(reached, 'an orphan').toBe(live.length - 1);
  return lines;
}

function setFaults({ platform, random }: Followed) {
  const rarely = () => (random() < 0.4 ? random() * 0.3 : 0);
  Object.assign(platform.faults, noFaults(), {
    outlineLagMs: random() < 0.5 ? random() * 35_000 : 0,
    blocksLagMs: random() < 0.5 ? random() * 35_000 : 0,
    serverError: rarely(),
    forbidden: rarely(),
    throttled: rarely(),
    retryAfterSeconds: random() < 0.5 ? 20 : null,
    learnerView: rarely(),
    missingChapter: rarely(),
    missingBlock: rarely(),
    cutBody: rarely(),
    staleBlocks: rarely(),
    tokenError: rarely(),
    expiredToken: rarely(),
    redirect: rarely(),
    webhookLost: rarely(),
    webhookDuplicated: rarely(),
    webhookHeld: rarely(),
  });
}

/** An edit sends several; those that say the same of the course as the next are mostly left out, to spare the time of the test. */
async function deliverSome({ deliver, outbox, random }: Followed) {
  await deliver(outbox.splice(0).filter(({ eventType }) => !eventType.includes('xblock') || random() < 0.15));
}

/** One author's session: a burst of edits, webhooks that come or do not, a platform that fails; now and then staff undo. */
async function session(one: Followed) {
  const { platform, courseKey, random, clock } = one;
  setFaults(one);
  platform.layout = layouts[Math.floor(random() * layouts.length)] ?? 'aulasneo-v21';
  const edits = 1 + Math.floor(random() * 4);
  for (let count = 0; count < edits; count++) {
    clock.now += Math.floor(random() * 8000);
    randomEdit(platform, courseKey, random, { maxBlocks: 40 });
    if (random() < 0.5) await deliverSome(one);
  }
  if (random() < 0.7) await deliverSome(one);
  if (random() < 0.5) platform.releaseWebhooks();
  if (random() < 0.3) one.messages.splice(0);
  await one.drain(clock.now + Math.floor(random() * 3 * MINUTE));
  if (random() < 0.1) {
    const done = (await one.runs()).findLast(
      ({ state, courseVersion }) => state === 'succeeded' && courseVersion !== null,
    );
    if (done) await undoRun(one.staff(), done.id).catch(() => undefined);
  }
}

/** The platform recovers, an author publishes once more, and the sweep comes until nothing is left to do. */
async function recover(one: Followed) {
  Object.assign(one.platform.faults, noFaults());
  one.edit({ kind: 'rename', id: one.usageKey('course', 'course'), name: `Course ${Math.floor(one.random() * 1e9)}` });
  one.outbox.splice(0);
  for (let round = 0; round < 4; round++) {
    one.clock.now += 11 * MINUTE;
    await one.sweep();
    await one.drain();
    for (const { id, state } of await one.runs()) {
      if (state === 'held') await one.queue.send(await confirmRun(one.staff(), id));
    }
    await one.drain();
  }
}

describe(`${SESSIONS} editing sessions with everything going wrong`, () => {
  it.each(Array.from({ length: COURSES }, (_, index) => index))(
    'course %i ends equal to the platform',
    async (index) => {
      const one = await aFollowedCourse({ seed: `faults ${index}` });
      await one.drain();
      const ids = new Map<string | null, string>();
      for (let count = 0; count < SESSIONS / COURSES; count++) {
        await session(one);
        for (const row of await one.rows()) {
          // What items and attempts hang on is never lost, and never another node.
          expect(ids.get(row.usageKey) ?? row.id).toBe(row.id);
          ids.set(row.usageKey, row.id);
        }
        if (count % 25 === 24) {
          await recover(one);
          expect(await kept(one)).toEqual(await shown(one));
        }
      }
      const left = new Set((await one.rows()).map(({ id }) => id));
      expect([...ids.values()].filter((id) => !left.has(id))).toEqual([]);
      for (const run of await one.runs()) {
        expect(['succeeded', 'failed', 'undone']).toContain(run.state);
        if (run.state === 'failed') expect(run.error).not.toBeNull();
        expect(run.finishedAt).not.toBeNull();
      }
      await one.unfollow();
    },
  );
});
