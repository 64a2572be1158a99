import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { assignStaff, course, node } from '../../src/courses/index.ts';
import { session } from '../../src/identity/schema.ts';
import { hmac, newSecret, sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { changeWrites } from '../../src/openedx/end-run.ts';
import { followedCourse, openedxEvent, syncChange, syncRun } from '../../src/openedx/schema.ts';
import { said } from '../assessments/a-browser.ts';
import { aUser, db, type Somebody, theApp } from '../factories.ts';
import { makeCourse } from '../items/make.ts';
import { aConnection } from './a-connection.ts';
import { aFollowedCourse, type Followed } from './a-followed-course.ts';

type Edit = Parameters<Followed['edit']>[0];

const LIST = '/staff/courses';
const EVENTS = '/staff/openedx/events';
const pathOf = (courseKey: string) => `${LIST}/${encodeURIComponent(courseKey)}`;
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A browser without JavaScript, signed in. What it asks to be synced goes onto the queue of `one`. */
async function aReader(who: Somebody, one?: Pick<Followed, 'queue'>) {
  const secret = newSecret();
  await db.insert(session).values({
    ...{ secretHash: await sha256(secret), id: newId('session'), userId: who.id },
    ...{ createdAt: 1, expiresAt: Date.now() + 3_600_000 },
  });
  const csrf = await hmac(secret, 'csrf');
  const bindings = { SYNCS: (one?.queue ?? { send: async () => {} }) as Queue<{ runId: string }> };
  const open = async (path: string, fields?: Record<string, string>) => {
    const answer = await theApp.send(fields ? 'POST' : 'GET', path, {
      headers: { cookie: `__Host-ve_session=${secret}` },
      bindings,
      ...(fields && { body: new URLSearchParams(fields) }),
    });
    const text = await answer.text();
    return { status: answer.status, to: answer.headers.get('location') ?? '', text, said: said(text) };
  };
  return { open, send: (path: string, fields: Record<string, string> = {}) => open(path, { csrf, ...fields }) };
}

/** A course that was synced once, somebody who teaches it, and the clock of the platform at ours. */
async function aTaughtCourse(options: Parameters<typeof aFollowedCourse>[0] = {}) {
  const one = await aFollowedCourse(options);
  await one.drain();
  one.clock.now = Date.now();
  const teacher = await aUser('instructor');
  await assignStaff({ db, now: 1 }, { courseId: one.courseId, userId: teacher.id });
  const reader = await aReader(teacher, one);
  const last = async () => {
    const run = (await one.runs()).at(-1);
    if (!run) throw new Error('there is no run');
    return run;
  };
  return {
    ...{ one, teacher, reader, last, path: pathOf(one.courseKey) },
    /** Edits, and lets the sync of it end. Returns the path of its page. */
    async synced(...edits: Edit[]) {
      for (const edit of edits) one.edit(edit);
      await one.deliver();
      await one.drain();
      return `/staff/runs/${(await last()).id}`;
    },
    /** Edits, and lets the sync of it look once. Returns the path of its page. */
    async lookedOnce(edit: Edit) {
      one.edit(edit);
      await one.deliver();
      await one.drain(one.clock.now + 30_000);
      one.messages.splice(0);
      return `/staff/runs/${(await last()).id}`;
    },
  };
}

const headings = (text: string) => text.match(/<h1>/g)?.length;
/** Every control that somebody fills in has a label of its own. */
function unlabelled(text: string) {
  const labels = new Set([...text.matchAll(/<label for="([^"]+)"/g)].map(([, name]) => name));
  return [...text.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => !tag.includes('type="hidden"') && !labels.has(/\sid="([^"]+)"/.exec(tag)?.[1] ?? ''));
}

describe('the pages of courses and syncs', () => {
  it('are for the staff of the course, and for nobody else', async () => {
    const { one, reader, path, last } = await aTaughtCourse();
    const run = `/staff/runs/${(await last()).id}`;
    const ofCourse = [path, `${path}/runs`, run];
    for (const page of [LIST, `${LIST}/new`, EVENTS, ...ofCourse]) {
      const { status, text } = await reader.open(page);
      expect([page, status]).toEqual([page, 200]);
      expect([page, headings(text), unlabelled(text)]).toEqual([page, 1, []]);
      expect((await (await aReader(await aUser('student'))).open(page)).status).toBe(403);
      expect(await theApp.send('GET', page)).toMatchObject({ status: 303 });
    }
    const [stranger, admin] = [await aReader(await aUser('instructor')), await aReader(await aUser('admin'))];
    for (const page of ofCourse) {
      expect([page, (await stranger.open(page)).status]).toEqual([page, 404]);
      expect([page, (await admin.open(page)).status]).toEqual([page, 200]);
    }
    for (const form of [`${path}/sync`, `${run}/undo`, `${run}/retry`, `${run}/confirm`])
      expect([form, (await stranger.send(form)).status]).toEqual([form, 404]);
    for (const page of [pathOf('course-v1:a+b+c'), `${pathOf('no')}/runs`, '/staff/runs/syn_none'])
      expect((await reader.open(page)).status).toBe(404);
    expect(await one.runs()).toHaveLength(1);
  });

  it('take no form that is not ours', async () => {
    const { one, reader, path, last } = await aTaughtCourse();
    const run = `/staff/runs/${(await last()).id}`;
    for (const form of [`${LIST}/new`, `${path}/sync`, `${run}/undo`, `${run}/retry`, `${run}/confirm`])
      expect([form, (await reader.open(form, { csrf: 'wrong' })).status]).toEqual([form, 400]);
    expect(await one.runs()).toMatchObject([{ state: 'succeeded' }]);
  });

  it('write titles as text', async () => {
    const evil = '<script>alert(1)</script>';
    const { one, reader, path, synced } = await aTaughtCourse();
    const run = await synced(
      { kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: evil },
      { kind: 'rename', id: one.usageKey('course', 'course'), name: evil },
    );
    for (const page of [LIST, path, `${path}/runs`, run]) {
      const { text } = await reader.open(page);
      expect(text).toContain(escaped(evil));
      expect(text).not.toContain('<script>');
    }
  });
});

describe('the list of courses', () => {
  it('is empty for whoever teaches none, with the way to the first', async () => {
    const { text } = await (await aReader(await aUser('instructor'))).open(LIST);
    expect(text).toContain('There is no course yet');
    expect(text).toContain(`href="${LIST}/new"`);
  });

  it('tells how each stands: ours or whose, its last sync, what is not here yet, what went wrong', async () => {
    const { one, teacher, reader, path, synced } = await aTaughtCourse();
    const ours = await makeCourse(teacher.call());
    await synced({ kind: 'rename', id: one.usageKey('chapter', 'c_b'), name: 'Forms' });
    const before = await reader.open(LIST);
    expect(before.text).toContain(`href="${path}"`);
    expect(before.said).toContain(`${one.courseKey} · follows A site Last sync: done, `);
    expect(before.said).toContain(`${ours.courseKey} · ours, follows no platform`);
    expect(before.said).not.toContain('not here yet');
    await db
      .update(followedCourse)
      .set({ platformVersion: 'newer', lastError: 'HTTP 503 <b>' })
      .where(eq(followedCourse.courseId, one.courseId));
    const after = await reader.open(LIST);
    expect(after.said).toContain('The platform has published a version that is not here yet.');
    expect(after.text).toContain('met a problem: HTTP 503 &lt;b&gt;');
    expect((await reader.open(path)).said).toContain('The platform has published a version that is not here yet.');
  });

  it('tells admins which courses send events and are not here, and fills the form in', async () => {
    const admin = await aReader(await aUser('admin'));
    const one = await aConnection({ name: 'Mzuzu' });
    const courseKey = `course-v1:Ve+${newId('course')}+1`;
    const event = { eventType: 'course_published', connectionId: one.id, receivedAt: Date.now() };
    await db.insert(openedxEvent).values({ ...event, id: newId('openedxEvent'), courseKey });
    const link = `${LIST}/new?${new URLSearchParams({ courseKey, connectionId: one.id })}`;
    const { text, said } = await admin.open(LIST);
    expect(text).toContain(`href="${link.replace('&', '&amp;')}"`);
    expect(said).toContain(`${courseKey} Mzuzu, last event`);
    const form = (await admin.open(link)).text;
    expect(form).toContain(`value="${courseKey}"`);
    expect(form).toMatch(new RegExp(`value="${one.id}" selected[^>]*>Mzuzu`));
    expect((await (await aReader(await aUser('instructor'))).open(LIST)).text).not.toContain(courseKey);
    await db
      .update(course)
      .set({ courseKey })
      .where(eq(course.id, (await makeCourse()).courseId));
    expect((await admin.open(LIST)).text).not.toContain(link.replace('&', '&amp;'));
  });
});

describe('adding a course', () => {
  const fields = { title: 'Form 3 Maths', examinationLevel: 'MSCE', academicClass: 'Form 3' };

  it('makes one of ours, which whoever made it teaches', async () => {
    const reader = await aReader(await aUser('instructor'));
    expect((await reader.open(`${LIST}/new`)).text).not.toContain('name="connectionId"');
    const courseKey = `maths&${newId('course')}`;
    const made = await reader.send(`${LIST}/new`, { ...fields, courseKey });
    expect(made).toMatchObject({ status: 303, to: pathOf(courseKey) });
    const { said, text } = await reader.open(made.to);
    expect(said).toContain('ours, follows no platform');
    expect(said).toContain('This course has no topics yet.');
    expect(text).not.toContain('Sync now');
  });

  it('lets an admin follow a connection, and begins with a sync', async () => {
    const sent: string[] = [];
    const queue = {
      send: async ({ runId }: { runId: string }) => void sent.push(runId),
    } as unknown as Followed['queue'];
    const admin = await aReader(await aUser('admin'), { queue });
    const { id: connectionId } = await aConnection();
    const courseKey = `course-v1:Ve+${newId('course')}+1`;
    const made = await admin.send(`${LIST}/new`, { ...fields, courseKey, connectionId });
    expect(made.status).toBe(303);
    expect(sent.map((id) => `/staff/runs/${id}`)).toEqual([made.to]);
    const { said, text } = await admin.open(made.to);
    expect(said).toContain('Waiting. It starts in a moment.');
    expect(text).toContain('<meta http-equiv="refresh" content="5"');
    // Only who may follow gets that far.
    const instructor = await aReader(await aUser('instructor'));
    expect((await instructor.send(`${LIST}/new`, { ...fields, courseKey: `${courseKey}b`, connectionId })).status).toBe(
      403,
    );
  });

  it('says at the field what is wrong, and keeps what was typed', async () => {
    const admin = await aReader(await aUser('admin'));
    const { id: connectionId } = await aConnection();
    const wrong = await admin.send(`${LIST}/new`, {
      courseKey: 'a key',
      title: ' ',
      examinationLevel: 'A',
      academicClass: '',
    });
    expect(wrong.status).toBe(400);
    for (const name of ['courseKey', 'title', 'examinationLevel', 'academicClass'])
      expect(wrong.text).toMatch(new RegExp(`href="#${name}"[\\s\\S]*id="${name}-problem"`));
    expect(wrong.text).toContain('value="a key"');
    const notTheirs = await admin.send(`${LIST}/new`, { ...fields, courseKey: 'maths', connectionId });
    expect(notTheirs).toMatchObject({ status: 400, said: expect.stringContaining('has a key like course-v1:School+') });
    const gone = await admin.send(`${LIST}/new`, { ...fields, courseKey: 'course-v1:a+b+c', connectionId: 'con_none' });
    expect(gone.text).toMatch(/href="#connectionId">There is no such connection/);
    const { courseKey } = await makeCourse();
    const taken = await admin.send(`${LIST}/new`, { ...fields, courseKey });
    expect(taken.status).toBe(409);
    expect(taken.text).toMatch(/href="#courseKey">There is a course with this key already/);
    expect(taken.text).toContain('value="Form 3 Maths"');
  });
});

describe('the page of a course', () => {
  it('shows its outline with what staff want to know', async () => {
    const { one, reader, path, synced } = await aTaughtCourse();
    const sequential = (id: string) => one.usageKey('sequential', id);
    await synced(
      { kind: 'set', id: sequential('s_a'), field: 'due', value: '2026-11-27T21:59:00Z' },
      { kind: 'set', id: sequential('s_a'), field: 'graded', value: true },
      { kind: 'set', id: sequential('s_b'), field: 'visible_to_staff_only', value: true },
      { kind: 'set', id: sequential('s_c'), field: 'hide_from_toc', value: true },
    );
    const { said, text } = await reader.open(path);
    expect(said.replaceAll('\u00a0', ' ')).toMatch(
      /Outline As students see it Numbers 2 problems Surds Due 27 Nov 2026, 23:59 · graded · 2 problems What is a surd\? .*Sets staff only Union .*Shapes 2 problems Circles only with its link · 2 problems Chords .*1 problem Angles/,
    );
    expect(text).toMatch(/<h2>Outline<\/h2>[\s\S]*<h3>Numbers<\/h3>[\s\S]*<h4>Surds<\/h4>/);
    expect(said).toMatch(/Version 3 of the outline/);
    for (const link of [`${path}/runs`, `${EVENTS}?courseKey=`, `/courses/${encodeURIComponent(one.courseKey)}`])
      expect(text).toContain(`href="${link}`);
    expect(text).not.toContain('href="/staff/connections');
    expect((await (await aReader(await aUser('admin'))).open(path)).text).toContain(
      `href="/staff/connections/${one.connectionId}"`,
    );
  });

  it('syncs now, and the page of the sync loads itself again until it is over', async () => {
    const { one, reader, path, last } = await aTaughtCourse();
    const asked = await reader.send(`${path}/sync`);
    const { id } = await last();
    expect(asked).toMatchObject({ status: 303, to: `/staff/runs/${id}` });
    expect((await reader.open(asked.to)).text).toContain('http-equiv="refresh"');
    await db
      .update(syncRun)
      .set({ dueAt: Date.now() + 20_000 })
      .where(eq(syncRun.id, id));
    expect((await reader.open(asked.to)).said).toMatch(/Waiting\. It starts at \d\d:\d\d:\d\d\./);
    await db
      .update(syncRun)
      .set({
        state: 'running',
        startedAt: Date.now(),
        attempts: 1,
        error: 'The platform is away or too busy: HTTP 503',
      })
      .where(eq(syncRun.id, id));
    const running = await reader.open(asked.to);
    expect(running.said).toMatch(
      /Under way since .* It looks at the platform again at .* The last look failed: .* HTTP 503/,
    );
    expect(running.text).toContain('http-equiv="refresh"');
    await db.update(syncRun).set({ state: 'pending', dueAt: Date.now() }).where(eq(syncRun.id, id));
    one.clock.now = Date.now() + 1000;
    await one.drain();
    const done = await reader.open(asked.to);
    expect(done.said).toContain('There was nothing to change.');
    expect(done.text).not.toContain('http-equiv="refresh"');
    expect((await reader.open(`${path}/runs`)).said).toMatch(/: done Asked for by: somebody of the staff no changes/);
  });

  it('tells when it was never synced', async () => {
    const { teacher, reader } = await aTaughtCourse();
    const { courseKey, courseId } = await makeCourse(teacher.call());
    const { id: connectionId } = await aConnection();
    await db.insert(followedCourse).values({ courseId, connectionId, reconcileAt: 1 });
    expect((await reader.open(pathOf(courseKey))).said).toContain('Not synced yet.');
    expect((await reader.open(`${pathOf(courseKey)}/runs`)).said).toContain('This course has not been synced yet.');
  });
});

describe('what a sync did', () => {
  it('is told in sentences, by titles, with the keys in small print', async () => {
    const { one, reader, synced } = await aTaughtCourse();
    const first = await reader.open(`/staff/runs/${(await one.runs())[0]?.id}`);
    expect(first.said).toMatch(
      /2 added, 1 changed in detail Added: topic “Numbers” with 8 nodes under it, in “Small course” \(place 1\) block-v1:\S+c_a Added: topic “Shapes”/,
    );
    const run = await synced(
      { kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' },
      { kind: 'move', id: one.usageKey('sequential', 's_a'), parent: one.usageKey('chapter', 'c_b'), index: 0 },
      { kind: 'remove', id: one.usageKey('sequential', 's_b') },
      {
        kind: 'reorder',
        parent: one.usageKey('sequential', 's_c'),
        children: [one.usageKey('vertical', 'u_d'), one.usageKey('vertical', 'u_c')],
      },
      { kind: 'set', id: one.usageKey('sequential', 's_c'), field: 'due', value: '2026-11-27T21:59:00Z' },
      { kind: 'set', id: one.usageKey('sequential', 's_c'), field: 'visible_to_staff_only', value: true },
    );
    const { said, text } = await reader.open(run);
    const shown = said.replaceAll('\u00a0', ' ');
    for (const sentence of [
      'Done at ',
      '1 removed, 1 renamed, 1 moved, 1 in a new order, 2 changed in detail',
      'Removed: subtopic “Sets” with 2 nodes under it',
      'Renamed: topic “Numbers” → “Figures”',
      'New order in subtopic “Circles”: Angles Chords The order before Chords Angles',
      'Changed: due date of subtopic “Circles”: none → 27 Nov 2026, 23:59',
      'Changed: who sees it of subtopic “Circles”: everybody → staff only',
    ])
      expect(shown).toContain(sentence);
    expect(shown).toContain('Moved: subtopic “Surds” from “Figures” (place 1) to “Shapes” (place 1)');
    expect(text).toContain(`<small><code>${one.usageKey('chapter', 'c_a')}</code></small>`);
  });

  it('comes in pages', async () => {
    const { one, reader, last } = await aTaughtCourse();
    const { id } = await last();
    const usageKey = one.usageKey('problem', 'p_a');
    const change = { op: 'renamed' as const, usageKey, type: 'problem', title: 'x', from: 'y' };
    const changes = Array.from({ length: 54 }, (_, index) => ({ ...change, to: `title ${index}` }));
    await db.delete(syncChange).where(eq(syncChange.runId, id));
    for (const write of changeWrites(db, id, changes)) await write;
    const { text } = await reader.open(`/staff/runs/${id}`);
    expect(text.match(/Renamed: problem/g)).toHaveLength(50);
    const next = /href="([^"]+)">Next page/.exec(text)?.[1] ?? '';
    expect(
      (await reader.open(new URL(next).pathname + new URL(next).search)).text.match(/Renamed: problem/g),
    ).toHaveLength(4);
  });

  it('names what was left out, and why', async () => {
    const { one, reader, synced } = await aTaughtCourse();
    const run = await synced(
      { kind: 'add', parent: one.usageKey('vertical', 'u_a'), name: 'Talk', type: 'discussion', blockId: 'd_a' },
      { kind: 'publish', id: one.usageKey('vertical', 'u_a') },
    );
    expect((await reader.open(run)).said).toContain(
      `Left out This has no place in an outline here. a discussion: no resource of ours ${one.usageKey('discussion', 'd_a')}`,
    );
  });

  it('is taken back by a form, once, and the two lead to each other', async () => {
    const { one, reader, synced } = await aTaughtCourse();
    const run = await synced({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    expect((await reader.open(run)).text).toContain(`action="${run}/undo"`);
    const undone = await reader.send(`${run}/undo`);
    expect(undone.status).toBe(303);
    expect((await one.titles())[0]).toBe('Numbers');
    const undo = await reader.open(undone.to);
    expect(undo.said).toContain('Renamed: topic “Figures” → “Numbers”');
    expect(undo.text).toContain(`href="${run}">See the sync it took back`);
    const after = await reader.open(run);
    expect(after.text).toContain(`href="${undone.to}">See the sync that took it back`);
    expect(after.text).not.toContain(`action="${run}/`);
    const twice = await reader.send(`${run}/undo`);
    expect(twice).toMatchObject({ status: 409, said: expect.stringContaining('the sync has moved on meanwhile') });
  });

  it('is not taken back while a later sync stands on it, which is named', async () => {
    const { one, reader, synced } = await aTaughtCourse();
    const first = await synced({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    const second = await synced({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Forms' });
    const refused = await reader.send(`${first}/undo`);
    expect(refused.status).toBe(409);
    expect(refused.text).toMatch(new RegExp(`role="alert"[\\s\\S]*Undo these first:[\\s\\S]*href="${second}"`));
    expect(refused.said).toMatch(/first: Sync of \d+\s\w+\s20\d\d, \d\d:\d\d Forms block-v1:\S+@c_a /);
    expect(await reader.open(`${first}/undo`)).toMatchObject({ status: 303, to: first });
    expect((await one.titles())[0]).toBe('Forms');
  });
});

describe('a sync that was held', () => {
  it('says what is wrong and what would change, and is confirmed by a form', async () => {
    const { one, reader, lookedOnce } = await aTaughtCourse();
    const run = await lookedOnce({ kind: 'remove', id: one.usageKey('chapter', 'c_b') });
    const held = await reader.open(run);
    expect(held.said).toMatch(
      /Held\. Nothing was changed.* 40 % of the outline would vanish \(limit 30 %\) It looks at the platform again at \d\d:/,
    );
    expect(held.said).toMatch(/What it would change 1 removed Removed: topic “Shapes” with 5 nodes under it/);
    expect(held.text).not.toContain('http-equiv="refresh"');
    for (const action of ['confirm', 'retry']) expect(held.text).toContain(`action="${run}/${action}"`);
    expect(await reader.send(`${run}/confirm`)).toMatchObject({ status: 303, to: run });
    expect((await reader.open(run)).said).toContain('Waiting.');
    await one.drain();
    expect(await one.titles()).toHaveLength(9);
    expect((await reader.open(run)).said).toContain('Done at ');
    expect((await reader.send(`${run}/confirm`)).status).toBe(409);
  });

  it('names by its title what the answers do not agree on; the next sync takes its place', async () => {
    const { one, reader, synced, lookedOnce } = await aTaughtCourse();
    one.platform.faults.missingChapter = true;
    const run = await lookedOnce({ kind: 'rename', id: one.usageKey('sequential', 's_a'), name: 'Roots' });
    expect((await reader.open(run)).said).toMatch(/“(Numbers|Shapes)” is missing from Blocks block-v1:\S+@c_[ab] /);
    one.platform.faults.missingChapter = false;
    const next = await synced({ kind: 'rename', id: one.usageKey('sequential', 's_a'), name: 'Surds' });
    const replaced = await reader.open(run);
    expect(replaced.said).toContain('A later sync took its place');
    expect(replaced.text).toContain(`href="${next}"`);
  });
});

describe('a sync that failed', () => {
  it('says why and what to do, and is tried again by a form', async () => {
    const { one, reader, synced } = await aTaughtCourse();
    one.platform.faults.serverError = true;
    const run = await synced({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    const failed = await reader.open(run);
    expect(failed.said).toMatch(
      /Failed\. Nothing was changed\. The platform is away or too busy: .* Retry in some minutes\. .* Failed looks 4/,
    );
    one.platform.faults.serverError = false;
    expect(await reader.send(`${run}/retry`)).toMatchObject({ status: 303, to: run });
    one.clock.now = Date.now() + 600_000;
    await one.drain();
    expect((await one.titles())[0]).toBe('Figures');
  });

  it.each([
    ['forbidden', /make the service user course staff/],
    ['courseGone', /whether the course is still there/],
  ] as const)('%s has its own advice', async (fault, advice) => {
    const { one, reader, last, path } = await aTaughtCourse();
    if (fault === 'courseGone')
      await db.update(course).set({ courseKey: 'course-v1:is+not+there' }).where(eq(course.id, one.courseId));
    else Object.assign(one.platform.faults, { [fault]: true });
    const target = fault === 'courseGone' ? pathOf('course-v1:is+not+there') : path;
    const { to } = await reader.send(`${target}/sync`);
    one.clock.now = Date.now() + 1000;
    await one.drain();
    expect(await last()).toMatchObject({ state: 'failed' });
    expect((await reader.open(to)).said).toMatch(advice);
  });
});

describe('the page of events', () => {
  it('says so when none has come', async () => {
    expect((await (await aReader(await aUser('instructor'))).open(EVENTS)).said).toContain(
      'No event has come that fits.',
    );
  });

  it('tells what came, how often and what came of it, by course and by status', async () => {
    const { one, reader } = await aTaughtCourse();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    const webhooks = one.outbox.splice(0);
    await one.deliver(webhooks);
    await one.deliver(webhooks.slice(0, 1));
    const of = `${EVENTS}?${new URLSearchParams({ courseKey: one.courseKey })}`;
    const { said, text } = await reader.open(of);
    expect(said).toMatch(/The course was published or changed course-v1:\S+ Came .* · Happened .* See the sync/);
    expect(text).toContain(`value="${one.courseKey}"`);
    expect(text).toMatch(/href="\/staff\/runs\/syn_/);
    const twice = await reader.open(`${of}&status=duplicate`);
    expect(twice.text.match(/Came 2 times/g)).toHaveLength(1);
    expect(twice.text.match(/The course was published|A part of the course/g)).toHaveLength(1);
    expect((await reader.open(`${EVENTS}?courseKey=course-v1%3Ano%2Bno%2Bno`)).said).toContain('No event has come');
    expect((await reader.open(`${EVENTS}?status=strange`)).status).toBe(400);
  });

  it('shows errors and what waits, and admins what means nothing here', async () => {
    const { one, reader } = await aTaughtCourse();
    const enrolment = 'org.openedx.learning.course.enrollment.created.v1';
    const event = { connectionId: one.connectionId, courseKey: one.courseKey, receivedAt: Date.now() };
    await db.insert(openedxEvent).values([
      { ...event, id: newId('openedxEvent'), eventType: enrolment, lastError: 'D1 <away>' },
      { ...event, id: newId('openedxEvent'), eventType: enrolment },
    ]);
    const { said, text } = await reader.open(EVENTS);
    expect(text).toContain('Could not be applied: D1 &lt;away&gt;');
    expect(said).toContain('Waits to be applied');
    expect(text).not.toContain('value="ignored"');
    expect((await (await aReader(await aUser('admin'))).open(EVENTS)).text).toContain('value="ignored"');
  });
});

describe('titles of nodes', () => {
  it('are known of retired ones too', async () => {
    const { one, reader, synced } = await aTaughtCourse();
    await synced({ kind: 'remove', id: one.usageKey('sequential', 's_b') });
    const run = await synced(
      { kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' },
      { kind: 'move', id: one.usageKey('sequential', 's_a'), parent: one.usageKey('chapter', 'c_b'), index: 0 },
    );
    await db
      .update(node)
      .set({ retiredAt: 1 })
      .where(and(eq(node.courseId, one.courseId), eq(node.title, 'Figures')));
    expect((await reader.open(run)).said).toContain('from “Figures” (place 1) to “Shapes” (place 1)');
  });
});
