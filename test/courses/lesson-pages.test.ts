import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { mathematicsLessons } from '../../scripts/demo/lessons-mathematics.ts';
import { course, lesson, lessonProgress } from '../../src/courses/schema.ts';
import { aBrowser, hidden, said } from '../assessments/a-browser.ts';
import { aUser, db, enrolIn, type Somebody, theApp } from '../factories.ts';
import { makeCourse } from '../items/make.ts';

async function aCourse(titles = ['A', 'B', 'C']) {
  const [teacher, student] = [await aUser('instructor'), await aUser()];
  const made = await makeCourse(teacher.call());
  await enrolIn(made.courseId, student);
  const ids: string[] = [];
  for (const title of titles) {
    const body = `About *${title}*.`;
    ids.push((await teacher.ask('POST', '/lessons', { courseKey: made.courseKey, title, body })).json.id);
  }
  const listPath = `/staff/courses/${encodeURIComponent(made.courseKey)}/lessons`;
  return { ...made, teacher, student, ids, listPath };
}

const bodyOf = async (id: string) => (await db.select().from(lesson).where(eq(lesson.id, id)))[0];

/** The editor's form as a browser sends it: with files, and every control. */
async function anEditor(who: Somebody) {
  const browser = await aBrowser(who);
  return {
    ...browser,
    async send(
      path: string,
      fields: Record<string, string>,
      ...files: { name: string; as: string; bytes: Uint8Array }[]
    ) {
      const csrf = hidden((await browser.open('/staff')).text, 'csrf');
      const form = new FormData();
      for (const [name, value] of Object.entries({ csrf, ...fields })) form.set(name, value);
      for (const { as, bytes, name } of files) form.set(as, new File([bytes], name));
      return await browser.go('POST', path, { body: form });
    },
  };
}

const textareaOf = (text: string) => /<textarea id="body"[^>]*>([^<]*)<\/textarea>/.exec(text)?.[1] ?? '';
const aPdf = { name: 'Notes.PDF', as: 'file', bytes: new TextEncoder().encode('%PDF-1.7') };
const aPng = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

describe('the page of a lesson', () => {
  it('shows the lesson, its files with their size, and the way to its neighbours, in three round trips', async () => {
    const { teacher, student, ids } = await aCourse();
    await teacher.ask('POST', `/lessons/${ids[1]}/attachments?name=Notes`, '%PDF-1.7', {
      'content-type': 'application/pdf',
    });
    const browser = await aBrowser(student);
    const { status, text } = await browser.open(`/lessons/${ids[1]}`);
    expect(status).toBe(200);
    expect(text).toContain('<article class="lesson"><h1>B</h1><p>About <em>B</em>.</p></article>');
    expect(said(text)).toMatch(/Notes\.pdf\s+1 KB/);
    expect(text).toContain(`href="/lessons/${ids[0]}" rel="prev"`);
    expect(text).toContain(`href="/lessons/${ids[2]}" rel="next"`);
    expect(text).not.toContain('/staff/');
    const again = await browser.open(`/lessons/${ids[1]}`);
    expect([again.d1, again.kv]).toEqual([2, 1]);
    expect((await browser.open(`/lessons/${ids[0]}`)).text).not.toContain('rel="prev"');
    expect((await browser.open(`/lessons/${ids[2]}`)).text).not.toContain('rel="next"');
  });

  it('gives its files out under their names', async () => {
    const { teacher, student, ids } = await aCourse(['A', 'B']);
    const { json } = await teacher.ask('POST', `/lessons/${ids[0]}/attachments?name=Notes`, '%PDF-1.7', {
      'content-type': 'application/pdf',
    });
    const { cookie, open } = await aBrowser(student);
    const path = `/lessons/${ids[0]}/attachments/${json.id}`;
    const response = await theApp.send('GET', path, { headers: { cookie } });
    expect(response.headers.get('content-disposition')).toContain('attachment; filename="Notes.pdf"');
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    expect(new TextDecoder().decode(await response.arrayBuffer())).toBe('%PDF-1.7');
    expect((await open(`/lessons/${ids[1]}/attachments/${json.id}`)).status).toBe(404);
    expect((await (await aBrowser(await aUser())).open(path)).status).toBe(404);
    expect((await (await aBrowser()).open(path)).to).toContain('/sign-in');
  });

  it('keeps that the reader is through, and not after all', async () => {
    const { student, ids } = await aCourse(['A']);
    const browser = await aBrowser(student);
    const [page, path] = [`/lessons/${ids[0]}`, `/lessons/${ids[0]}/progress`];
    const doneAt = async () =>
      (await db.select().from(lessonProgress).where(eq(lessonProgress.userId, student.id)))[0]?.completedAt ?? null;
    expect((await browser.open(page)).text).toContain('name="completed" value="yes"');
    expect(await browser.post(path, { completed: 'yes' })).toMatchObject({ status: 303, to: `${page}#done` });
    expect(await doneAt()).toBeGreaterThan(0);
    const done = (await browser.open(page)).text;
    expect(said(done)).toContain('✓ You are through with this lesson');
    await browser.post(path, { completed: hidden(done, 'completed') });
    expect(await doneAt()).toBeNull();
    expect((await browser.send(path, { completed: 'yes' })).status).toBe(400);
    expect((await browser.open(path)).to).toBe(page);
  });

  it('of an open course leads who is not enrolled to where they enrol, and keeps nothing of them', async () => {
    const { ids, courseId, courseKey } = await aCourse(['A']);
    await db.update(course).set({ visibility: 'open' }).where(eq(course.id, courseId));
    const stranger = await aUser();
    const { text } = await (await aBrowser(stranger)).open(`/lessons/${ids[0]}`);
    expect(text).toContain(`<a href="/courses/${encodeURIComponent(courseKey)}">Enrol in this course`);
    expect(text).not.toContain('name="completed"');
    expect(await db.select().from(lessonProgress).where(eq(lessonProgress.userId, stranger.id))).toEqual([]);
  });

  it('says whose it is to the phone that keeps it, in other words for each reader', async () => {
    const { teacher, student, ids } = await aCourse(['A']);
    const readerOf = async (who: Somebody) => {
      const { cookie } = await aBrowser(who);
      return (await theApp.send('GET', `/lessons/${ids[0]}`, { headers: { cookie } })).headers.get('x-ve-reader');
    };
    expect(await readerOf(student)).toMatch(/^[\w-]{16}$/);
    expect(await readerOf(student)).toBe(await readerOf(student));
    expect(await readerOf(teacher)).not.toBe(await readerOf(student));
  });

  it('weighs less than 14 KB', async () => {
    const { teacher, student, courseKey } = await aCourse([]);
    const browser = await aBrowser(student);
    for (const { title, body } of mathematicsLessons) {
      const { json } = await teacher.ask('POST', '/lessons', { courseKey, title, body });
      expect(json.warnings).toEqual([]);
      expect((await browser.open(`/lessons/${json.id}`)).text.length).toBeLessThan(14 * 1024);
    }
  });
});

describe('the list of lessons for staff', () => {
  const order = async (browser: { open: (path: string) => Promise<{ text: string }> }, path: string) =>
    [...(await browser.open(path)).text.matchAll(/<a href="\/staff\/lessons\/[^"]*">([^<]*)<\/a>/g)]
      .map(([, title]) => title)
      .join('');

  it('moves with buttons, deletes, and puts back', async () => {
    const { teacher, ids, listPath } = await aCourse();
    const browser = await aBrowser(teacher);
    expect(await order(browser, listPath)).toBe('ABC');
    expect(await browser.post(listPath, { do: `move:${ids[0]}:1` })).toMatchObject({ status: 303 });
    expect(await order(browser, listPath)).toBe('BAC');
    for (const _ of [1, 2])
      expect(await browser.post(listPath, { do: `delete:${ids[1]}` })).toMatchObject({ to: `${listPath}#deleted` });
    const { text } = await browser.open(listPath);
    expect(said(text)).toContain('Deleted lessons');
    for (const _ of [1, 2])
      expect(await browser.post(listPath, { do: `restore:${ids[1]}` })).toMatchObject({ to: `${listPath}#${ids[1]}` });
    expect(await order(browser, listPath)).toBe('BAC');
  });

  it('touches no lesson of another course', async () => {
    const { teacher, listPath } = await aCourse([]);
    const other = await makeCourse(teacher.call());
    const made = [];
    for (const title of ['A', 'B'])
      made.push((await teacher.ask('POST', '/lessons', { courseKey: other.courseKey, title, body: title })).json.id);
    const [id = '', second = ''] = made;
    const browser = await aBrowser(teacher);
    for (const what of [`delete:${id}`, `move:${second}:0`])
      expect((await browser.post(listPath, { do: what })).status, what).toBe(404);
    expect([await bodyOf(id), await bodyOf(second)]).toMatchObject([
      { position: 0, deletedAt: null },
      { position: 1, deletedAt: null },
    ]);
    await teacher.ask('DELETE', `/lessons/${id}`);
    expect((await browser.post(listPath, { do: `restore:${id}` })).status).toBe(404);
    expect((await bodyOf(id))?.deletedAt).not.toBeNull();
  });

  it('says so while there is none, and is absent for staff who do not teach the course', async () => {
    const { teacher, student, listPath } = await aCourse([]);
    expect(said((await (await aBrowser(teacher)).open(listPath)).text)).toContain('There is no lesson yet');
    expect((await (await aBrowser(await aUser('instructor'))).open(listPath)).status).toBe(404);
    expect((await (await aBrowser(student)).open(listPath)).status).toBe(403);
  });
});

describe('the editor', () => {
  it('writes a lesson, and shows it before it is saved', async () => {
    const { teacher, listPath, objectiveId } = await aCourse([]);
    const editor = await anEditor(teacher);
    const fields = { title: 'Adding', body: '# One\n\n$1+1$', objectiveId };
    const shown = await editor.send(`${listPath}/new`, { ...fields, do: 'preview' });
    expect(shown.text).toContain('<h2>One</h2><p><math>');
    expect(textareaOf(shown.text)).toBe('# One\n\n$1+1$');
    const { status, to } = await editor.send(`${listPath}/new`, { ...fields, do: 'save' });
    expect([status, to]).toEqual([303, expect.stringMatching(/^\/staff\/lessons\/les_\w+\?saved=1$/)]);
    expect(said((await editor.open(to)).text)).toContain('Saved.');
    const id = to.split('/').at(-1)?.split('?')[0] ?? '';
    expect(await bodyOf(id)).toMatchObject({ title: 'Adding', objectiveId, position: 0 });
  });

  it('makes one lesson, and keeps one file, of a form that is sent three times at once', async () => {
    const { teacher, listPath, courseId, student } = await aCourse([]);
    const browser = await aBrowser(teacher);
    const thrice = async (path: string, fields: Record<string, string>, file?: File) => {
      const { text } = await browser.open(path);
      const form = new FormData();
      const all = { csrf: hidden(text, 'csrf'), once: hidden(text, 'once'), ...fields };
      for (const [name, value] of Object.entries(all)) form.set(name, value);
      if (file) form.set('file', file);
      return await Promise.all([1, 2, 3].map(() => browser.go('POST', path, { body: form })));
    };
    const fields = { title: 'A', body: 'a' };
    const sent = await thrice(`${listPath}/new`, { ...fields, do: 'save' });
    expect(sent.map(({ status }) => status)).toEqual([303, 303, 303]);
    const [made, ...more] = await db.select().from(lesson).where(eq(lesson.courseId, courseId));
    expect(more).toEqual([]);
    const pdf = new File(['%PDF-1.7'], 'Notes.pdf');
    const kept = await thrice(`/staff/lessons/${made?.id}`, { ...fields, version: '1', do: 'file' }, pdf);
    expect(kept.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await student.ask('GET', `/lessons/${made?.id}`)).json.attachments).toHaveLength(1);
    await thrice(`${listPath}/new`, { ...fields, do: 'save' });
    expect(await db.select().from(lesson).where(eq(lesson.courseId, courseId))).toHaveLength(2);
  });

  it('says what is wrong, with everything still there', async () => {
    const { teacher, listPath } = await aCourse([]);
    const editor = await anEditor(teacher);
    const { status, text } = await editor.send(`${listPath}/new`, { title: ' ', body: '$\\frac$ <b>', do: 'save' });
    expect(status).toBe(400);
    expect(said(text)).toContain('Give the lesson a title');
    expect(textareaOf(text)).toBe('$\\frac$ &lt;b&gt;');
    const formula = await editor.send(`${listPath}/new`, { title: 'A', body: '$\\frac$', do: 'save' });
    expect(said(formula.text)).toContain('The text cannot be saved like this: the formula');
  });

  it('tells what was left out of the text', async () => {
    const { teacher, ids } = await aCourse(['A']);
    await teacher.ask('PATCH', `/lessons/${ids[0]}`, { body: '![A map](https://x.test/a.png)' });
    const { text } = await (await aBrowser(teacher)).open(`/staff/lessons/${ids[0]}`);
    expect(said(text)).toContain('upload it here first');
  });

  it('shows both texts when somebody else was faster, and loses neither', async () => {
    const { teacher, ids } = await aCourse(['A']);
    const editor = await anEditor(teacher);
    const path = `/staff/lessons/${ids[0]}`;
    const version = hidden((await editor.open(path)).text, 'version');
    await teacher.ask('PATCH', `/lessons/${ids[0]}`, { body: 'Theirs.' });
    const refused = await editor.send(path, { title: 'A', body: 'Mine.', version, do: 'save' });
    expect(refused.status).toBe(409);
    expect(textareaOf(refused.text)).toBe('Mine.');
    expect(refused.text).toMatch(/<textarea id="theirs"[^>]*>Theirs\.<\/textarea>/);
    expect((await bodyOf(ids[0] ?? ''))?.body).toBe('Theirs.');
    const again = await editor.send(path, {
      title: 'A',
      body: 'Both.',
      version: hidden(refused.text, 'version'),
      do: 'save',
    });
    expect(again.status).toBe(303);
    expect((await bodyOf(ids[0] ?? ''))?.body).toBe('Both.');
  });

  it('saves with the text the file and the image that were chosen, once however often it is sent', async () => {
    const { teacher, student, ids } = await aCourse(['A']);
    const editor = await anEditor(teacher);
    const path = `/staff/lessons/${ids[0]}`;
    const png = { name: 'map.png', as: 'image', bytes: aPng };
    const once = hidden((await editor.open(path)).text, 'once');
    const fields = { title: 'B', body: 'Look:', version: '1', once, do: 'save', alt: 'A map' };
    for (const _ of [1, 2]) {
      const saved = await editor.send(path, fields, png, aPdf);
      expect(saved).toMatchObject({ status: 303, to: expect.stringContaining(`${path}?saved=1`) });
      const shown = said((await editor.open(saved.to)).text);
      expect(shown).toContain('Saved. The image stands at the end of the text');
      expect(shown).toContain('Notes.pdf is added.');
    }
    const { json } = await student.ask('GET', `/lessons/${ids[0]}`);
    expect(json).toMatchObject({ title: 'B', version: 2, attachments: [{ name: 'Notes.pdf' }] });
    expect(json.html).toContain('alt="A map"');
  });

  it('saves nothing with a file that is refused, and keeps what was typed and whatever else was chosen', async () => {
    const { teacher, ids, listPath } = await aCourse(['A']);
    const editor = await anEditor(teacher);
    const path = `/staff/lessons/${ids[0]}`;
    const png = { name: 'map.png', as: 'image', bytes: aPng };
    const fields = { title: 'B', body: 'Mine.', version: '1', do: 'save', alt: 'A map' };
    const refused = await editor.send(path, fields, png, { ...aPdf, name: 'a.exe' });
    expect([refused.status, textareaOf(refused.text)]).toEqual([
      400,
      expect.stringMatching(/^Mine\.\n\n!\[A map\]\(\/media\//),
    ]);
    expect(said(refused.text)).toContain('none of the kinds');
    const noAlt = await editor.send(path, { ...fields, alt: '' }, png, aPdf);
    expect([noAlt.status, textareaOf(noAlt.text)]).toEqual([400, 'Mine.']);
    expect(said(noAlt.text)).toContain('Notes.pdf is added. Your text is not saved yet.');
    expect(said(noAlt.text)).toContain('Say what the image shows');
    expect(await bodyOf(ids[0] ?? '')).toMatchObject({ title: 'A', version: 1 });
    const made = await editor.send(`${listPath}/new`, { title: 'New', body: '', do: 'save', alt: 'A map' }, png);
    expect((await bodyOf(/les_\w+/.exec(made.to)?.[0] ?? ''))?.html).toContain('alt="A map"');
    expect(said((await editor.open(made.to)).text)).toContain('Saved. The image stands');
  });

  it('keeps what was written to a lesson that was deleted meanwhile, and puts it back to save it', async () => {
    const { teacher, ids } = await aCourse(['A', 'B']);
    const editor = await anEditor(teacher);
    const path = `/staff/lessons/${ids[0]}`;
    const fields = { title: 'A', body: 'Mine.', version: '1' };
    await teacher.ask('DELETE', `/lessons/${ids[0]}`);
    for (const button of ['save', 'preview', 'file', 'remove:att_1']) {
      const refused = await editor.send(path, { ...fields, do: button }, aPdf);
      expect([refused.status, textareaOf(refused.text)], button).toEqual([409, 'Mine.']);
      expect(said(refused.text)).toContain('This lesson was deleted meanwhile');
      expect(said(refused.text)).toContain('Choose it once more');
      expect(refused.text).toContain('name="do" value="restore"');
    }
    const blank = await editor.send(path, { ...fields, title: ' ', do: 'restore' });
    expect([blank.status, textareaOf(blank.text)]).toEqual([409, 'Mine.']);
    expect((await editor.open(path)).status).toBe(404);

    const absent = await editor.send('/staff/lessons/les_none', { ...fields, do: 'save' });
    const stranger = await (await anEditor(await aUser('instructor'))).send(path, { ...fields, do: 'restore' });
    const words = (text: string) => said(text).replace(/req_\w+/, '');
    expect([stranger.status, words(stranger.text)]).toEqual([404, words(absent.text)]);
    for (const _ of [1, 2])
      expect(await editor.send(path, { ...fields, do: 'restore' }, aPdf)).toMatchObject({ status: 303 });
    expect(await bodyOf(ids[0] ?? '')).toMatchObject({ body: 'Mine.', position: 0, deletedAt: null, version: 2 });
    await db
      .update(lesson)
      .set({ deletedAt: Date.now() - 31 * 24 * 3600 * 1000 })
      .where(eq(lesson.id, ids[1] ?? ''));
    expect((await editor.send(`/staff/lessons/${ids[1]}`, { ...fields, do: 'save' })).status).toBe(404);
  });

  it('adds an image to the text with its description, and says why not', async () => {
    const { teacher, ids } = await aCourse(['A']);
    const editor = await anEditor(teacher);
    const path = `/staff/lessons/${ids[0]}`;
    const fields = { title: 'A', body: 'Look:', version: '1', do: 'image' };
    const png = { name: 'map.png', as: 'image', bytes: aPng };
    const { text } = await editor.send(path, { ...fields, alt: 'A [map]' }, png);
    const body = textareaOf(text);
    expect(body).toMatch(/^Look:\n\n!\[A \\\[map\\\]\]\(\/media\/[0-9a-f]{64}\.png\)\n$/);
    expect(await editor.send(path, { ...fields, body, do: 'save' })).toMatchObject({ status: 303 });
    expect((await bodyOf(ids[0] ?? ''))?.html).toContain('alt="A [map]"');

    const problems = [
      [await editor.send(path, { ...fields, alt: 'A map' }), 'Choose a file first'],
      [await editor.send(path, { ...fields, alt: ' ' }, png), 'Say what the image shows'],
      [
        await editor.send(path, { ...fields, alt: 'x' }, { ...png, bytes: new TextEncoder().encode('<svg>') }),
        'is not a PNG',
      ],
      [
        await editor.send(path, { ...fields, alt: 'x' }, { ...png, bytes: new Uint8Array(3_000_000) }),
        'larger than 100 KB',
      ],
    ] as const;
    for (const [answer, why] of problems) {
      expect([answer.status, textareaOf(answer.text)]).toEqual([400, 'Look:']);
      expect(said(answer.text)).toContain(why);
    }
  });

  it('adds a file, takes it away and puts it back, with everything typed still there', async () => {
    const { teacher, student, ids } = await aCourse(['A']);
    const editor = await anEditor(teacher);
    const path = `/staff/lessons/${ids[0]}`;
    const fields = { title: 'A', body: 'Not saved yet', version: '1' };
    const pdf = aPdf;
    const added = await editor.send(path, { ...fields, do: 'file' }, pdf);
    expect(said(added.text)).toContain('Notes.pdf is added');
    expect(textareaOf(added.text)).toBe('Not saved yet');
    const remove = /value="(remove:[^"]*)"/.exec(added.text)?.[1] ?? '';
    await editor.send(path, { ...fields, do: remove });
    const removed = await editor.send(path, { ...fields, do: remove });
    expect(said(removed.text)).toContain('Notes.pdf is removed.');
    const filesOf = async () => (await student.ask('GET', `/lessons/${ids[0]}`)).json.attachments;
    expect(await filesOf()).toEqual([]);
    const back = /value="(back:[^"]*)"/.exec(removed.text)?.[1] ?? '';
    for (const _ of [1, 2])
      expect(textareaOf((await editor.send(path, { ...fields, do: back })).text)).toBe('Not saved yet');
    expect(await filesOf()).toMatchObject([{ name: 'Notes.pdf' }]);

    for (const [name, bytes, why] of [
      ['a.exe', pdf.bytes, 'none of the kinds'],
      ['a.docx', pdf.bytes, 'of another kind than its name'],
      ['a.pdf', new Uint8Array(2 * 1024 * 1024 + 1), 'larger than 2 MB'],
    ] as const) {
      const refused = await editor.send(path, { ...fields, do: 'file' }, { ...pdf, name, bytes });
      expect([refused.status, textareaOf(refused.text)]).toEqual([400, 'Not saved yet']);
      expect(said(refused.text)).toContain(why);
    }
  });

  it('is absent for who does not teach the course, and asks for the token of our own form', async () => {
    const { ids, listPath, teacher } = await aCourse(['A']);
    const stranger = await aBrowser(await aUser('instructor'));
    for (const path of [`/staff/lessons/${ids[0]}`, `${listPath}/new`]) {
      expect((await stranger.open(path)).status).toBe(404);
      expect((await stranger.post(path, { title: 'B', body: 'b', version: '1' })).status).toBe(404);
    }
    const browser = await aBrowser(teacher);
    expect((await browser.send(`/staff/lessons/${ids[0]}`, { title: 'B', body: 'b', version: '1' })).status).toBe(400);
    expect(await bodyOf(ids[0] ?? '')).toMatchObject({ title: 'A' });
  });
});
