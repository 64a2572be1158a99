import { env } from 'cloudflare:workers';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { describe, expect, it, test } from 'vitest';
import { createAssessment, publishAssessment } from '../../src/assessments/index.ts';
import { CreateAssessmentInput } from '../../src/assessments/input.ts';
import { session } from '../../src/identity/schema.ts';
import { ItemInput } from '../../src/items/index.ts';
import { fillForm } from '../../src/items/item-forms.ts';
import { hmac, newSecret, sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { aUser, db, type Somebody, start, theApp } from '../factories.ts';
import vectors from '../fixtures/olx/grading-vectors-own.json';
import { olxFile, olxFiles } from '../fixtures/olx-files.ts';
import { makeBank } from '../items/make.ts';
import { aPng, tarGz } from '../items/make-archive.ts';

/* CONTRACT "Open edX", `POST /banks/{id}/import?format=olx`, over HTTP. */

type Imported = {
  items: { id: string; version: number; source: string; notes?: string[] }[];
  skipped: { source: string; reason: string }[];
};
type Stored = { id: string; version: number; type: string; prompt: string; [more: string]: unknown };

const typeOf = (name: string) =>
  name.endsWith('.xml') ? 'application/xml' : name.endsWith('.zip') ? 'application/zip' : 'application/gzip';

async function aBank() {
  const teacher = await aUser('instructor');
  const { id } = await makeBank(teacher.call(), []);
  const upload = async (body: Uint8Array | string, type = 'application/xml', headers = {}) => {
    const bytes = typeof body === 'string' ? strToU8(body) : body;
    const reply = await teacher.ask('POST', `/banks/${id}/import?format=olx`, bytes, {
      'content-type': type,
      ...headers,
    });
    return { ...reply, imported: reply.json as unknown as Imported };
  };
  const items = async () =>
    (await teacher.ask('GET', `/banks/${id}/items?pageSize=100`)).json.results as unknown as Stored[];
  return { teacher, id, upload, items };
}

async function aPractice(teacher: Somebody, bankId: string, count: number) {
  const input = CreateAssessmentInput.parse({
    title: 'Practice',
    behaviour: 'practice',
    shuffleItems: false,
    sections: [{ bankId, select: count }],
  });
  const { id } = await createAssessment(teacher.call(), input);
  await publishAssessment(teacher.call(), { id }, env.BANKS);
  const student = await aUser();
  const view = await start(student, id);
  const tryAt = (itemId: string | undefined, response: object, tryNumber = 1) =>
    student.ask('POST', `/attempts/${view.attempt.id}/tries`, { itemId, response, tryNumber });
  return { student, view, tryAt };
}

const own = [...olxFiles.keys()].filter((name) => name.startsWith('own/'));
const left = ['own/formula.xml', 'own/unsupported-script.xml'];

describe('the import of one problem', () => {
  it('takes each of our problems or says why not, and the platform would show the same choices in the same order', async () => {
    const { upload, items } = await aBank();
    for (const name of own) {
      const { status, imported } = await upload(olxFile(name));
      expect([name, status]).toEqual([name, left.includes(name) ? 200 : 201]);
      expect([name, imported.skipped.length]).toEqual([name, left.includes(name) ? 1 : 0]);
    }
    const kept = await items();
    expect(kept).toHaveLength(own.length - left.length + 1 + 2);
    const roots = kept.find(({ prompt }) => prompt.startsWith('What are the roots'));
    expect(roots).toMatchObject({
      type: 'choice',
      maxScore: 2,
      prompt: 'What are the roots of $x^2 - 5x + 6 = 0$?\n\nChoose one answer.',
      choices: [
        { id: 'choice_0' },
        { id: 'choice_1' },
        { id: 'choice_2' },
        { id: 'choice_3', text: 'None of the above' },
      ],
      correct: ['choice_1'],
      hint: '1. Look for two numbers that multiply to 6.\n2. The same two numbers must add up to 5.',
      solution: { explanation: '$x^2-5x+6=(x-2)(x-3)$' },
    });
    const parts = kept.filter(({ prompt }) => prompt.startsWith('A circle has radius 7 cm'));
    expect(parts.map(({ maxScore, type }) => [type, maxScore])).toEqual([
      ['numeric', 2],
      ['numeric', 2],
      ['choice', 2],
    ]);
  });

  it('says why a script and a formula are not taken', async () => {
    const { upload, items } = await aBank();
    const script = await upload(olxFile('own/unsupported-script.xml'));
    expect(script.imported.skipped[0]?.reason).toMatch(/<script>.*Python/);
    const formula = await upload(olxFile('own/formula.xml'));
    expect(formula.imported.skipped[0]?.reason).toMatch(/formularesponse is not imported/);
    expect(await items()).toEqual([]);
  });

  it('makes the next version when the same comes again, and keeps what staff said of it', async () => {
    const { teacher, upload, items } = await aBank();
    const first = await upload(olxFile('own/numeric-absolute.xml'));
    const [made] = await items();
    const { id, version: _, ...item } = made ?? { id: '', version: 0 };
    const changed = await teacher.ask('PUT', `/items/${id}`, {
      ...item,
      difficulty: 'hard',
      tags: ['roots'],
      prompt: 'Ours',
    });
    expect(changed.status).toBe(200);
    const corrected = new TextDecoder().decode(olxFile('own/numeric-absolute.xml')).replace('0.005', '0.5');
    const second = await upload(corrected);
    expect(second.imported.items).toEqual([{ ...first.imported.items[0], version: 3 }]);
    expect(await items()).toMatchObject([
      { id, version: 3, difficulty: 'hard', tags: ['roots'], prompt: made?.prompt, tolerance: { value: 0.5 } },
    ]);
  });

  it('takes problems that ask different things as different ones, also without a name', async () => {
    const { upload, items } = await aBank();
    const asking = (what: string) =>
      `<problem display_name="Text"><stringresponse answer="x"><label>${what}</label><textline/></stringresponse></problem>`;
    await upload(asking('One?'));
    await upload(asking('Two?'));
    expect(await items()).toHaveLength(2);
  });

  it('writes a deleted item anew', async () => {
    const { teacher, upload, items } = await aBank();
    const { imported } = await upload(olxFile('own/string-no-type.xml'));
    await teacher.ask('DELETE', `/items/${imported.items[0]?.id}`);
    const again = await upload(olxFile('own/string-no-type.xml'));
    expect(again.imported.items).toMatchObject([{ version: 1, source: imported.items[0]?.source }]);
    expect(again.imported.items[0]?.id).not.toBe(imported.items[0]?.id);
    expect(await items()).toHaveLength(1);
  });

  it('adds nothing twice when two imports run at once', async () => {
    const { upload, items } = await aBank();
    const replies = await Promise.all([1, 2, 3].map(() => upload(olxFile('own/multi-part.xml'))));
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect((await items()).map(({ version }) => version)).toEqual([3, 3, 3]);
  });

  it('answers again what it answered to the same key', async () => {
    const { upload, items } = await aBank();
    const key = { 'idempotency-key': 'once' };
    const first = await upload(olxFile('own/string-no-type.xml'), 'text/xml; charset=utf-8', key);
    const again = await upload(olxFile('own/string-no-type.xml'), 'text/xml; charset=utf-8', key);
    expect(again.imported).toEqual(first.imported);
    expect((await items())[0]?.version).toBe(1);
    expect((await upload(olxFile('own/numeric-range.xml'), 'text/xml', key)).status).toBe(422);
  });

  it('refuses other media types, other formats, too much, and what is no problem', async () => {
    const { teacher, id, upload } = await aBank();
    const problem = olxFile('own/string-no-type.xml');
    expect((await upload(problem, 'application/json')).status).toBe(415);
    const other = await teacher.ask('POST', `/banks/${id}/import?format=qti`, problem, { 'content-type': 'text/xml' });
    expect([other.status, other.json.code]).toEqual([400, 'invalid']);
    expect((await upload(problem, 'application/gzip')).status).toBe(400);
    expect((await upload(problem, 'application/zip')).status).toBe(400);
    expect((await upload('<html/>')).json.code).toBe('invalid');
    expect((await upload(new Uint8Array(20 * 1024 * 1024 + 1), 'application/gzip')).status).toBe(413);
  });
});

describe('what is hostile', () => {
  const reasons: Record<string, [status: number, reason: RegExp]> = {
    'bad-regexp.xml': [200, /pattern .* cannot be used: a \( is never closed/],
    'bad-tolerance.xml': [200, /tolerance "abc" is not a number/],
    'doctype-entity-expansion.xml': [400, /document type/],
    'doctype-external-entity.xml': [400, /document type/],
    'empty-problem.xml': [200, /no question that could be answered/],
    'markup-in-label.xml': [200, /<script>/],
    'no-correct-choice.xml': [200, /no right choice/],
    'not-well-formed.xml': [400, /not well formed/],
    'two-correct-single-choice.xml': [200, /more than one choice is right/],
    'unknown-response.xml': [200, /drawingresponse is not imported/],
    'tar-absolute-path.tar.gz': [400, /absolute path/],
    'tar-path-traversal.tar.gz': [400, /leaves it/],
    'tar-symlink.tar.gz': [400, /a link/],
    'tar-no-course-xml.tar.gz': [400, /neither a course.xml nor a library.xml/],
    'tar-highly-compressible.tar.gz': [413, /unpacks to more than/],
    'tar-dangling-pointer.tar.gz': [200, /points to a file that is not in the export/],
    'tar-pointer-cycle.tar.gz': [200, /points back to itself/],
  };

  test.each(Object.entries(reasons))('%s → %i and its reason; nothing is written', async (name, [status, reason]) => {
    const { upload, items } = await aBank();
    const reply = await upload(olxFile(`hostile/${name}`), typeOf(name));
    expect(reply.status).toBe(status);
    const told = status === 200 ? reply.imported.skipped.map((one) => one.reason).join() : reply.json.detail;
    expect(told).toMatch(reason);
    expect(reply.imported.items ?? []).toEqual([]);
    expect(await items()).toEqual([]);
  });

  it('is the pattern that would never end elsewhere: it is imported, and matched in linear time', async () => {
    const { teacher, id, upload } = await aBank();
    expect((await upload(olxFile('hostile/catastrophic-regexp.xml'))).status).toBe(201);
    const { tryAt, view } = await aPractice(teacher, id, 1);
    const reply = await tryAt(view.paper.items[0]?.id, { blanks: { answer: 'a'.repeat(9_999) } });
    expect(reply.json).toMatchObject({ outcome: 'wrong', triesLeft: 2 });
  });

  it('is all named here', () => {
    const names = [...olxFiles.keys()].flatMap((name) => (name.startsWith('hostile/') ? [name.slice(8)] : []));
    expect([...Object.keys(reasons), 'catastrophic-regexp.xml'].sort()).toEqual(names.sort());
  });
});

describe('an answer to what was imported', () => {
  const unreadable = Object.entries(
    vectors.files as unknown as Record<string, { cases: { answers: Record<string, string>; error?: string }[] }>,
  )
    .filter(([file]) => file !== 'own/formula.xml')
    .flatMap(([file, { cases }]) =>
      cases.flatMap(({ answers, error }) => (error ? [[file, Object.values(answers)[0] ?? ''] as const] : [])),
    );

  it('that cannot be read as a number is refused and uses no try', async () => {
    expect(unreadable.length).toBeGreaterThan(8);
    const { teacher, id, upload } = await aBank();
    const places = new Map<string, number>();
    for (const file of new Set(unreadable.map(([name]) => name))) {
      places.set(file, places.size);
      await upload(olxFile(file));
    }
    const { view, tryAt } = await aPractice(teacher, id, places.size);
    const order = (await teacher.ask('GET', `/banks/${id}/items`)).json.results as { id: string }[];
    for (const [file, value] of unreadable) {
      const reply = await tryAt(order[places.get(file) ?? -1]?.id, { value });
      expect([file, value, reply.status, reply.json.code]).toEqual([file, value, 400, 'invalid']);
    }
    for (const { id: itemId } of view.paper.items) {
      expect((await tryAt(itemId, { value: '0' })).json).toMatchObject({
        outcome: 'wrong',
        tryNumber: 1,
        triesLeft: 2,
      });
    }
  });

  it('is refused in an exam too, so that nobody loses marks for a comma unawares', async () => {
    const { teacher, id, upload } = await aBank();
    await upload(olxFile('own/numeric-absolute.xml'));
    const input = { title: 'Exam', behaviour: 'exam', timeLimitSeconds: 600, sections: [{ bankId: id, select: 1 }] };
    const made = await createAssessment(teacher.call(), CreateAssessmentInput.parse(input));
    await publishAssessment(teacher.call(), made, env.BANKS);
    const student = await aUser();
    const { attempt, paper } = await start(student, made.id);
    const itemId = paper.items[0]?.id;
    const op = (seq: number, value: string) => ({ seq, itemId, kind: 'set', response: { value } });
    const ops = [op(1, '2.415'), op(2, '2,41'), op(3, '2.41 cm')];
    const receipt = await student.ask('POST', `/attempts/${attempt.id}/ops`, { epoch: 1, ops });
    expect(receipt.json.refused).toEqual([2, 3].map((seq) => ({ seq, reason: 'invalid' })));
    const done = await student.ask('POST', `/attempts/${attempt.id}/submit`, { epoch: 1, lastSeq: 3 });
    expect(done.json.result).toMatchObject({ score: { given: 1, maximum: 1 } });
  });

  test.each(['after_submit', 'never'] as const)(
    'is remarked on in the result when review shows feedback: %s',
    async (when) => {
      const { teacher, id, upload } = await aBank();
      await upload(olxFile('own/mc-single-hints.xml'));
      const review = { score: 'after_submit', correctness: 'after_submit', key: 'never', feedback: when } as const;
      const input = { title: 'Exam', behaviour: 'exam' as const, review, sections: [{ bankId: id, select: 1 }] };
      const made = await createAssessment(teacher.call(), CreateAssessmentInput.parse(input));
      await publishAssessment(teacher.call(), made, env.BANKS);
      const student = await aUser();
      const { attempt, paper } = await start(student, made.id);
      expect(paper.items[0]).toMatchObject({ multiple: false });
      const op = { seq: 1, itemId: paper.items[0]?.id, kind: 'set', response: { selected: ['choice_1'] } };
      await student.ask('POST', `/attempts/${attempt.id}/ops`, { epoch: 1, ops: [op] });
      const done = await student.ask('POST', `/attempts/${attempt.id}/submit`, { epoch: 1, lastSeq: 1 });
      const { score, items } = done.json.result as { score: object; items: { feedback?: { remarks?: string[] } }[] };
      expect(score).toEqual({ given: 2, maximum: 2 });
      const said = ['<strong>Well done</strong> 2 + 3 = 5 and 2 × 3 = 6.'];
      expect(items[0]?.feedback?.remarks).toEqual(when === 'never' ? undefined : said);
    },
  );

  it('shows the paper without telling what is right, and says what the author had to say on it', async () => {
    const { teacher, id, upload } = await aBank();
    await upload(olxFile('own/checkbox-all-or-nothing.xml'));
    await upload(olxFile('own/numeric-absolute.xml'));
    await upload(olxFile('own/string-case-insensitive.xml'));
    const { view, tryAt } = await aPractice(teacher, id, 3);
    const [first, second, third] = ['choice', 'numeric', 'text_entry'].map((type) =>
      view.paper.items.find((item) => item.type === type),
    );
    expect(first).toEqual({
      id: first?.id,
      type: 'choice',
      prompt: 'Which of these numbers are irrational?',
      maxScore: 1,
      multiple: true,
      choices: ['choice_0', 'choice_1', 'choice_2', 'choice_3'].map((id) => ({ id, text: expect.any(String) })),
    });
    const shown = { type: 'numeric', prompt: expect.stringContaining('cm'), maxScore: 1, reading: 'expression' };
    expect(second).toEqual({ id: second?.id, ...shown });
    expect(third).toMatchObject({ blanks: [{ id: 'answer' }] });

    const both = await tryAt(first?.id, { selected: ['choice_0', 'choice_1'] });
    const said = 'Both are roots, but look at which root is exact.';
    expect(both.json).toMatchObject({ outcome: 'wrong', feedback: { remarks: [said] } });
    expect((both.json.feedback as { message: string }).message).toContain(said);
    const right = await tryAt(second?.id, { value: '1+sqrt(2)' });
    expect(right.json).toMatchObject({ mastered: true, feedback: { remarks: ['Correct to two decimal places.'] } });
    const near = await tryAt(third?.id, { blanks: { answer: 'blantyre' } });
    expect(near.json).toMatchObject({
      outcome: 'wrong',
      feedback: { remarks: ['Blantyre is the commercial centre.'] },
    });
  });
});

const course = (files: Record<string, string | Uint8Array>) =>
  tarGz({
    'course/course.xml': '<course url_name="r" org="O" course="C"/>',
    'course/course/r.xml': '<course><chapter url_name="a"/></course>',
    'course/chapter/a.xml': '<chapter><sequential><vertical><problem url_name="p"/></vertical></sequential></chapter>',
    ...files,
  });
const asking = (text: string) =>
  `<problem><stringresponse answer="x"><label>${text}</label><textline/></stringresponse></problem>`;

describe('the import of an export', () => {
  it('takes the published problems of a course under their usage keys, lists the rest, and makes new versions later', async () => {
    const { upload, items } = await aBank();
    const first = await upload(olxFile('own-course-export.tar.gz'), 'application/gzip');
    expect(first.status).toBe(201);
    const key = (id: string) => `block-v1:EduMW+MSCE-MATH-F3+2026_T1+type@problem+block@${id}`;
    const sources = first.imported.items.map(({ source }) => source);
    expect(sources).toEqual(
      expect.arrayContaining([key('p_inline'), key('p_circle_1'), `${key('p_circle_1')}#2`, `${key('p_quad_6')}#3`]),
    );
    expect(new Set(sources).size).toBe(sources.length);
    expect(first.imported.skipped).toEqual([
      { source: key('p_quad_3'), reason: expect.stringContaining('formularesponse') },
      { source: key('p_quad_q3'), reason: expect.stringContaining('<script>') },
      { source: key('p_draft'), reason: expect.stringContaining('draft') },
    ]);
    const again = await upload(olxFile('own-course-export.tar.gz'), 'application/gzip');
    expect(again.imported.items).toEqual(first.imported.items.map((one) => ({ ...one, version: 2 })));
    expect(await items()).toHaveLength(sources.length);
  });

  it('keeps the images that questions show, once, and names those it cannot', async () => {
    const { teacher, upload, items } = await aBank();
    // No other file has stored this one.
    const png = new Uint8Array([...aPng(), ...crypto.getRandomValues(new Uint8Array(8))]);
    const stored = async () => (await env.MEDIA.list()).objects.map(({ key }) => `/media/${key}`);
    const before = await stored();
    const problem = asking(
      'Look <img src="/static/a b.png" alt="a *circle*"/><img src="/static/no.png" alt="gone"/><img src="/static/s.png"/><img src="/static/large.png"/><img src="https://x.test/y.png"/>',
    );
    const { imported } = await upload(
      course({
        'course/problem/p.xml': problem,
        'course/static/a b.png': png,
        'course/static/s.png': '<svg onload="alert(1)"/>',
        'course/static/large.png': new Uint8Array(100 * 1024 + 1).map((_, index) => (index * 7919) >> 3),
        'course/static/unused.png': new Uint8Array([...png, 1]),
      }),
      'application/gzip',
    );
    expect(imported.items[0]?.notes).toEqual([
      'the image /static/no.png is not in the export',
      'the image /static/s.png is not a PNG, JPEG, GIF or WebP image',
      expect.stringMatching(/large\.png is larger than 100 KB/),
      expect.stringMatching(/x\.test.* is not fetched from elsewhere/),
    ]);
    const [made] = await items();
    const path = /\((\/media\/[0-9a-f]{64}\.png)\)/.exec(made?.prompt ?? '')?.[1] ?? '';
    expect(made?.prompt).toBe(
      `Look ![a \\*circle\\*](${path})\\[gone\\]\\[s.png\\]\\[large.png\\]\\[y.png\\]\n\n{{answer}}`,
    );
    expect((await stored()).filter((key) => !before.includes(key))).toEqual([path]);

    const shown = await theApp.send('GET', path);
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(png);
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
    expect((await theApp.send('GET', `/media/${'0'.repeat(64)}.png`)).status).toBe(404);
    const { view } = await aPractice(teacher, String((await teacher.ask('GET', '/banks')).json.results[0]?.id), 1);
    expect(view.paper.items[0]?.prompt).toContain(`<img src="${path}" alt="a *circle*" loading="lazy">`);
  });

  it('never stores nor answers a secret of an export', async () => {
    const { teacher, id, upload } = await aBank();
    const secret = 'Zqsecret';
    const { imported, text } = await upload(
      course({
        'course/course/r.xml': `<course lti_passports="[&quot;a:${secret}:b&quot;]" xqa_key="${secret}"><chapter url_name="a" token="${secret}"/></course>`,
        'course/policies/r/policy.json': JSON.stringify({ 'course/r': { lti_passports: [secret] } }),
        'course/problem/p.xml': asking('Fine?').replace(
          '<problem',
          `<problem xqa_key="${secret}" lti_passports="${secret}"`,
        ),
      }),
      'application/gzip',
    );
    expect(imported.items).toHaveLength(1);
    const page = await teacher.ask('GET', `/banks/${id}/items`);
    const rows = await env.DB.prepare('select source, rendered from item_version').all();
    const audit = await env.DB.prepare('select * from audit').all();
    expect(text + page.text + JSON.stringify([rows, audit])).not.toContain(secret);
  });

  it('lists a problem whose file cannot be read, and goes on with the others', async () => {
    const { upload } = await aBank();
    const { imported } = await upload(
      course({
        'course/chapter/a.xml':
          '<chapter><problem url_name="p"/><problem url_name="q"/><problem url_name="p"/></chapter>',
        'course/problem/p.xml': '<problem><broken></problem>',
        'course/problem/q.xml': asking('Fine?'),
        'course/problem/orphan.xml': asking('Unused?'),
      }),
      'application/gzip',
    );
    expect(imported.items.map(({ source }) => source)).toEqual(['block-v1:O+C+r+type@problem+block@q']);
    expect(imported.skipped).toEqual([
      { source: 'block-v1:O+C+r+type@problem+block@p', reason: expect.stringContaining('not well formed') },
      { source: 'block-v1:O+C+r+type@problem+block@orphan', reason: expect.stringContaining('nothing published') },
    ]);
  });

  it('takes a library export', async () => {
    const { upload } = await aBank();
    const archive = tarGz({
      'library/library.xml': '<library url_name="library" org="O" library="L"><problem url_name="p"/></library>',
      'library/problem/p.xml': asking('Fine?'),
    });
    const { imported } = await upload(archive, 'application/gzip');
    expect(imported.items.map(({ source }) => source)).toEqual(['lib-block-v1:O+L+type@problem+block@p']);
  });

  it('takes the published version of what a library archive has, and lists what never was', async () => {
    const { upload, items } = await aBank();
    const place = 'entities/xblock.v1/problem';
    const archive = zipSync({
      'package.toml': strToU8('[meta]\nformat_version = 1\n[learning_package]\ntitle = "T"\nkey = "lib:O:L"\n'),
      [`${place}/p.toml`]: strToU8(
        '[entity]\nkey = "xblock.v1:problem:p"\n[entity.draft]\nversion_num = 2\n[entity.published]\nversion_num = 1\n[[version]]\ntitle = "P"\nversion_num = 2\n[[version]]\ntitle = "P"\nversion_num = 1\n',
      ),
      [`${place}/p/component_versions/v1/block.xml`]: strToU8(asking('Published <img src="/static/c.png" alt="c"/>')),
      [`${place}/p/component_versions/v1/static/c.png`]: aPng(),
      [`${place}/p/component_versions/v2/block.xml`]: strToU8(asking('Draft')),
      [`${place}/q.toml`]: strToU8('[entity]\n[entity.draft]\nversion_num = 1\n[entity.published]\n# unpublished\n'),
      [`${place}/q/component_versions/v1/block.xml`]: strToU8(asking('Never')),
    });
    const { imported } = await upload(archive, 'application/zip');
    expect(imported).toEqual({
      items: [{ id: expect.any(String), version: 1, source: 'lb:O:L:problem:p' }],
      skipped: [{ source: 'lb:O:L:problem:q', reason: 'it was never published' }],
    });
    expect((await items())[0]?.prompt).toMatch(/^Published !\[c\]\(\/media\//);
  });

  it('refuses a bomb in a zip, a path that leaves it, and gzip that is no tar', async () => {
    const { upload, items } = await aBank();
    const bomb = zipSync({ 'package.toml': new Uint8Array(900_000), 'a.xml': new Uint8Array(5_000_000) });
    expect((await upload(bomb, 'application/zip')).status).toBe(413);
    expect((await upload(zipSync({ '../a.xml': strToU8('<a/>') }), 'application/zip')).json.detail).toContain(
      'leaves it',
    );
    expect((await upload(gzipSync(strToU8('no tar')), 'application/gzip')).status).toBe(400);
    expect(await items()).toEqual([]);
  });
});

/** A browser's cookie and the token of its forms. */
async function signedIn({ id: userId }: Somebody) {
  const secret = newSecret();
  const row = { secretHash: await sha256(secret), id: newId('session'), userId, createdAt: 1 };
  await db.insert(session).values({ ...row, expiresAt: Date.now() + 3_600_000 });
  return { cookie: `__Host-ve_session=${secret}`, csrf: await hmac(secret, 'csrf') };
}

describe('the page of an item', () => {
  it('saves an imported item without losing what the form does not show', async () => {
    const { teacher, upload, items } = await aBank();
    for (const name of [
      'mc-partial-points',
      'checkbox-all-or-nothing',
      'numeric-range',
      'numeric-partial-close-list',
      'string-regexp',
    ]) {
      await upload(olxFile(`own/${name}.xml`));
    }
    const { cookie, csrf } = await signedIn(teacher);
    for (const kept of await items()) {
      const { id, version, ...item } = kept;
      const parsed = ItemInput.parse(item);
      const fields = fillForm(parsed.type, parsed as never);
      const body = new URLSearchParams({ csrf, ...fields, hint: 'Ours', seenVersion: String(version) });
      const saved = await theApp.send('POST', `/staff/items/${id}`, { body, headers: { cookie } });
      expect([kept.prompt, saved.status]).toEqual([kept.prompt, 303]);
      expect((await teacher.ask('GET', `/items/${id}`)).json).toEqual({ ...kept, version: 2, hint: 'Ours' });
      const shown = await theApp.send('GET', `/staff/items/${id}`, { headers: { cookie } });
      expect(shown.status).toBe(200);
    }
  });
});

describe('the page of a bank', () => {
  it('imports a file and shows what came, what did not, and why', async () => {
    const { teacher, id } = await aBank();
    const { cookie, csrf } = await signedIn(teacher);
    const post = async (file?: File, token = csrf) => {
      const form = new FormData();
      form.set('csrf', token);
      if (file) form.set('file', file);
      const response = await theApp.send('POST', `/staff/banks/${id}/import`, { body: form, headers: { cookie } });
      return { status: response.status, html: await response.text() };
    };
    const shown = await theApp.send('GET', `/staff/banks/${id}`, { headers: { cookie } });
    expect(await shown.text()).toMatch(/<form method="post" action="[^"]*\/import" enctype="multipart\/form-data"/);
    const done = await post(new File([olxFile('own-course-export.tar.gz')], 'export.tar.gz'));
    expect(done.status).toBe(200);
    expect(done.html).toMatch(/Imported: \d+\. Left out: 3\./);
    expect(done.html).toMatch(/p_quad_q3: it has a &lt;script&gt;/);
    const bad = await post(new File([olxFile('hostile/tar-symlink.tar.gz')], 'export.tar.gz'));
    expect([bad.status, bad.html.includes('the archive has a link')]).toEqual([400, true]);
    expect((await post()).html).toContain('Choose a file first.');
    const large = new File([new Uint8Array(21 * 1024 * 1024)], 'export.tar.gz');
    expect((await post(large)).status).toBe(413);
    expect((await post(undefined, 'x')).status).toBe(400);
  });
});
