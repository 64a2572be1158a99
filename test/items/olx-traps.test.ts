import fc from 'fast-check';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { describe, expect, it, test } from 'vitest';
import { renderText } from '../../src/content/render-text.ts';
import { remarksOn, scoreItem } from '../../src/grading/index.ts';
import type { Item } from '../../src/items/index.ts';
import { readProblem } from '../../src/items/olx/read-problem.ts';
import { readTarGz } from '../../src/items/olx/read-tar.ts';
import { readZip } from '../../src/items/olx/read-zip.ts';
import { textToMarkdown } from '../../src/items/olx/to-markdown.ts';
import { readXml } from '../../src/items/olx/xml.ts';
import { tar } from './make-archive.ts';

/* What a re-implementation of the platform's problems gets wrong, one by one. */

function partsOf(xml: string) {
  const read = readXml(xml);
  if ('refusal' in read) throw new Error(read.refusal);
  const problem = readProblem(read.root, () => ({ missing: 'is not there' }));
  if ('refusal' in problem) throw new Error(problem.refusal);
  return problem.parts.map((part) => {
    if ('refusal' in part) throw new Error(part.refusal);
    return part;
  });
}
const itemsOf = (xml: string) => partsOf(xml).map(({ item }) => item);
const itemOf = (xml: string): Item => {
  const [item] = itemsOf(xml);
  if (!item) throw new Error('no item');
  return item;
};
const numerical = (attributes: string, inside = '') =>
  itemOf(
    `<problem><numericalresponse ${attributes}><label>n</label>${inside}<formulaequationinput/></numericalresponse></problem>`,
  );
const string = (attributes: string, inside = '') =>
  itemOf(`<problem><stringresponse ${attributes}><label>s</label>${inside}<textline/></stringresponse></problem>`);
const boxes = (credit: string, verdicts: boolean[]) =>
  itemOf(
    `<problem><choiceresponse partial_credit="${credit}"><label>b</label><checkboxgroup>${verdicts
      .map((is, index) => `<choice correct="${is}">${index}</choice>`)
      .join('')}</checkboxgroup></choiceresponse></problem>`,
  );
const single = (choices: string, attributes = '', group = '') =>
  `<problem><multiplechoiceresponse ${attributes}><label>m</label><choicegroup ${group}>${choices}</choicegroup></multiplechoiceresponse></problem>`;

const given = (item: Item, response: unknown) => scoreItem(item, response).score.given;
const typed = (item: Item, value: string) => given(item, { value });
const wrote = (item: Item, answer: string) => given(item, { blanks: { answer } });
const chose = (item: Item, ...places: number[]) => given(item, { selected: places.map((place) => `choice_${place}`) });

describe('the traps', () => {
  it('1: EDC gives nothing for nothing chosen, but a share for one wrong choice', () => {
    const item = boxes('EDC', [true, true, false, true, false]);
    expect(scoreItem(item, { selected: [] })).toMatchObject({ outcome: 'unscorable', score: { given: 0 } });
    expect(chose(item, 2)).toBe(0.2);
    expect(chose(boxes('edc', [true, false, true]), 0, 1, 2)).toBe(0.67);
  });

  it('2: halves give ½, ¼ and 0, if there are choices enough', () => {
    const five = boxes('halves', [true, true, false, true, false]);
    expect([chose(five, 0, 1, 3), chose(five, 0, 1), chose(five, 0), chose(five, 0, 2, 4)]).toEqual([1, 0.5, 0.25, 0]);
    expect(chose(boxes('halves', [true, true, false, false]), 0, 2)).toBe(0);
    expect(chose(boxes('halves', [true, true]), 0)).toBe(0);
  });

  it('3: without a tolerance 0.001 % of the larger number is allowed', () => {
    const third = numerical('answer="1/3"');
    expect([typed(third, '0.33333'), typed(third, '0.3333')]).toEqual([1, 0]);
    const hundred = numerical('answer="100"');
    expect(['100.001', '100.00100000999', '99.99899999', '100.0011'].map((text) => typed(hundred, text))).toEqual([
      1, 1, 0, 0,
    ]);
  });

  it('4: a share is one of the expected value, and the bounds are inclusive', () => {
    const item = numerical('answer="2.41"', '<responseparam type="tolerance" default="0.005"/>');
    expect([typed(item, '2.415'), typed(item, '2.405'), typed(item, '2.4151')]).toEqual([1, 1, 0]);
    const share = numerical('answer="250"', '<responseparam type="tolerance" default="2%"/>');
    expect([typed(share, '245'), typed(share, '255'), typed(share, '255.01')]).toEqual([1, 1, 0]);
  });

  it('5: a further answer has no tolerance', () => {
    const item = numerical(
      'answer="2"',
      '<responseparam type="tolerance" default="0.1"/><additional_answer answer="3"/>',
    );
    expect([typed(item, '2.1'), typed(item, '3.05'), typed(item, '6/2')]).toEqual([1, 0, 1]);
  });

  it('6: expressions are read, units, commas and the minus sign of print are not', () => {
    const item = numerical('answer="2.41"', '<responseparam type="tolerance" default="0.005"/>');
    for (const text of ['1+sqrt(2)', '0.241e1', '241%']) expect([text, typed(item, text)]).toEqual([text, 1]);
    for (const value of ['2,41', '2.41 cm', '−2.41', '2.41k', '']) {
      expect([value, scoreItem(item, { value }).outcome]).toEqual([value, 'unscorable']);
    }
  });

  it('7: the ends of a range are exact', () => {
    const item = numerical('answer="[5,7)"');
    expect(['5', '7', '6.9999999', '4.9999999'].map((text) => typed(item, text))).toEqual([1, 0, 1, 0]);
    const close = numerical('answer="(5,7]" partial_credit="close"', '<responseparam partial_range="0.5"/>');
    expect(['5', '7', '4.5', '8', '4'].map((text) => typed(close, text))).toEqual([0, 1, 0.5, 0, 0]);
  });

  it('8: near a listed answer is worth a quarter', () => {
    const item = numerical(
      'answer="100" partial_credit="close, list"',
      '<responseparam type="tolerance" default="1" partial_range="5" partial_answers="200, 300"/>',
    );
    expect(['104', '200.5', '203', '303', '210'].map((text) => typed(item, text))).toEqual([0.5, 0.5, 0.25, 0.25, 0]);
  });

  it('9: spaces at the ends do not count for marks, but for hints', () => {
    const item = string('answer=" Lilongwe " type="ci"', '<correcthint>Yes</correcthint>');
    expect(wrote(item, ' LILONGWE ')).toBe(1);
    expect(remarksOn(item, { blanks: { answer: ' LILONGWE ' } })).toEqual([]);
    expect(remarksOn(item, { blanks: { answer: 'LILONGWE' } })).toEqual([0]);
    expect(wrote(string('answer="a b"'), 'a  b')).toBe(0);
  });

  it('10: the alternatives of a pattern are grouped, unlike there', () => {
    const item = string('answer="ab" type="regexp"', '<additional_answer answer="cd"/>');
    expect(['ab', 'cd', 'abx', 'xcd', 'AB'].map((text) => wrote(item, text))).toEqual([1, 1, 0, 0, 0]);
  });

  it('11: hint patterns fit whole answers, equal hints take case as the answer does, a bad one is left out', () => {
    const item = string(
      'answer="x" type="ci"',
      '<stringequalhint answer="Y">equal</stringequalhint><regexphint answer="z">short</regexphint><regexphint answer="z.*">long</regexphint>',
    );
    const remark = (answer: string) =>
      remarksOn(item, { blanks: { answer } }).map((index) => item.feedback?.[index]?.text);
    expect([remark('y'), remark('z'), remark('zoo'), remark('x')]).toEqual([['equal'], ['short'], ['long'], []]);
    const [part] = partsOf(
      '<problem><stringresponse answer="x"><label>s</label><regexphint answer="(">bad</regexphint><textline/></stringresponse></problem>',
    );
    expect(part?.notes).toEqual([expect.stringContaining('was left out')]);
  });

  it('12: what is no pattern here is refused', () => {
    expect(() => string('answer="(?i)x" type="regexp"')).toThrow('cannot be used');
    expect(() => string('answer="x" type="regexp"', '<additional_answer answer="(x)\\1"/>')).toThrow('refers back');
  });

  it('13: a formula is not imported', () => {
    const xml = '<problem><formularesponse answer="x" samples="x@1:2#3"><textline/></formularesponse></problem>';
    expect(() => itemOf(xml)).toThrow('formularesponse');
  });

  it('14: a group without type, labels as paragraphs, and boxes inside choices', () => {
    const xml = `<problem><p>First?</p><multiplechoiceresponse><choicegroup><choice correct="true"><div>A</div></choice><choice correct="false">B</choice></choicegroup></multiplechoiceresponse>
      <p>Second?</p><multiplechoiceresponse><choicegroup><choice correct="true">C</choice><choice correct="false">D</choice></choicegroup></multiplechoiceresponse></problem>`;
    expect(itemsOf(xml)).toMatchObject([
      { prompt: 'First?', choices: [{ text: 'A' }, { text: 'B' }] },
      { prompt: 'Second?', choices: [{ text: 'C' }, { text: 'D' }] },
    ]);
    expect(
      itemOf('<problem display_name="Name"><stringresponse answer="a"><textline/></stringresponse></problem>').prompt,
    ).toBe('Name\n\n{{answer}}');
  });

  it('15: choices are named by their place, or as their author says, and keep their order', () => {
    const xml = single(
      '<choice correct="false" name="x">1</choice><choice correct="true">2</choice><choice correct="false">3</choice>',
      '',
      'shuffle="true"',
    );
    const item = itemOf(xml);
    expect(item).toMatchObject({ shuffle: false, several: false, correct: ['choice_0'] });
    expect(item.type === 'choice' && item.choices.map(({ id }) => id)).toEqual(['choice_x', 'choice_0', 'choice_1']);
  });

  it('16: a problem without a question is no question of 0 marks', () => {
    expect(() => itemOf('<problem><p>Read this.</p></problem>')).toThrow('no question');
    expect(() => itemOf('<problem><drawingresponse/></problem>')).toThrow('drawingresponse is not imported');
  });

  it('17: further answers are read from the problem, whatever they say', () => {
    const item = string('answer="this &lt;b&gt;or&lt;/b&gt; that"');
    expect([wrote(item, 'this <b>or</b> that'), wrote(item, 'this')]).toEqual([1, 0]);
    const old = string('answer="this_or_that"');
    expect([wrote(old, 'this'), wrote(old, 'that'), wrote(old, 'this_or_that')]).toEqual([1, 1, 0]);
  });

  it('18: a script anywhere refuses the problem', () => {
    const xml =
      '<problem><stringresponse answer="a"><label>x<span><script>1</script></span></label><textline/></stringresponse></problem>';
    expect(() => itemOf(xml)).toThrow('Python');
  });
});

describe('a problem', () => {
  it('shares its weight so that nothing is lost', () => {
    const one = '<stringresponse answer="a"><label>s</label><textline/></stringresponse>';
    expect(itemsOf(`<problem weight="1">${one.repeat(3)}</problem>`).map(({ maxScore }) => maxScore)).toEqual([
      0.3333, 0.3334, 0.3333,
    ]);
    expect(itemsOf(`<problem>${one.repeat(2)}</problem>`).map(({ maxScore }) => maxScore)).toEqual([1, 1]);
    expect(() => itemsOf(`<problem weight="0">${one}</problem>`)).toThrow('weight is 0');
    expect(() => itemsOf(`<problem weight="many">${one}</problem>`)).toThrow('not a number');
  });

  it('gives each field of several what is asked there, and not what is asked elsewhere', () => {
    const field = (attributes = '', inside = '') =>
      `<optionresponse>${inside}<optioninput ${attributes} options="('a','b')" correct="a"/></optionresponse>`;
    const prompts = (xml: string) => itemsOf(`<problem>${xml}</problem>`).map(({ prompt }) => prompt);
    expect(prompts(`<p>Read.</p>${field('', '<label>One?</label>')}${field('label="Two?"')}`)).toEqual([
      'Read.\n\nOne?',
      'Read.\n\nTwo?',
    ]);
    expect(prompts(`<p>One?</p>${field('', '<label>One?</label>')}<p>Two?</p>${field('label="Two?"')}`)).toEqual([
      'One?',
      'Two?',
    ]);
    expect(prompts(`<p>Read.</p><p>One?</p>${field()}<p>Two?</p>${field()}${field()}`)).toEqual([
      'Read.\n\nOne?',
      'Read.\n\nTwo?',
      'Read.\n\nTwo?',
    ]);
    const two = `<optionresponse><p>Sky <optioninput options="('a','b')" correct="a"/>, sea <optioninput options="('a','b')" correct="b"/>.</p></optionresponse>`;
    expect(prompts(two)).toEqual(['Sky **[ ? ]**, sea [ … ].', 'Sky [ … ], sea **[ ? ]**.']);
  });

  it('gives each field the explanation that stands with it, or the only one', () => {
    const field = (inside = '') => `<stringresponse answer="a"><label>s</label><textline/>${inside}</stringresponse>`;
    const explanations = (xml: string) =>
      itemsOf(`<problem>${xml}</problem>`).map(({ solution }) => solution?.explanation);
    expect(explanations(`${field('<solution>own</solution>')}${field()}`)).toEqual(['own', undefined]);
    expect(explanations(`${field()}${field()}<solution>all</solution>`)).toEqual(['all', 'all']);
    expect(explanations(`${field()}<solution>1</solution>${field()}<solution>2</solution>`)).toEqual(['1', '2']);
  });

  it('says that points of a field are ignored', () => {
    const [part] = partsOf(
      '<problem><stringresponse answer="a"><label>s</label><textline points="3"/></stringresponse></problem>',
    );
    expect(part?.notes).toEqual([expect.stringContaining('"points"')]);
  });

  it('tells who chose what its targeted feedback says, with its label', () => {
    const xml = `<problem><multiplechoiceresponse targeted-feedback=""><label>m</label><choicegroup>
      <choice correct="true" explanation-id="good">1</choice><choice correct="false" explanation-id="bad">2<choicehint label="Oh">own</choicehint></choice></choicegroup></multiplechoiceresponse>
      <targetedfeedbackset><targetedfeedback explanation-id="bad"><p>Think.</p></targetedfeedback></targetedfeedbackset>
      <solutionset><solution explanation-id="good"><p>So.</p></solution></solutionset></problem>`;
    const item = itemOf(xml);
    const remarks = remarksOn(item, { selected: ['choice_1'] }).map((index) => item.feedback?.[index]?.text);
    expect(remarks).toEqual(['**Oh** own', 'Think.']);
    expect(remarksOn(item, { selected: ['choice_0'] })).toEqual([]);
    expect(item.solution?.explanation).toBe('So.');
  });

  test.each([
    [
      single('<choice correct="true">A</choice><choice correct="false">B</choice>', '', 'answer-pool="2"'),
      'answer-pool',
    ],
    [
      single('<choice correct="true">A</choice><choice correct="false">B</choice>', 'partial_credit="EDC"'),
      'not known',
    ],
    [
      single(
        '<choice correct="true">A</choice><choice correct="partial" point_value="2">B</choice>',
        'partial_credit="points"',
      ),
      'between 0 and 1',
    ],
    [
      '<problem><choiceresponse><radiogroup><choice correct="true">A</choice><choice correct="true">B</choice></radiogroup></choiceresponse></problem>',
      'only one may be chosen',
    ],
    [
      '<problem><optionresponse><optioninput options="(\'a\',\'b\')" correct="c"/></optionresponse></problem>',
      'none of its options',
    ],
    ['<problem><numericalresponse answer="abc"><textline/></numericalresponse></problem>', 'not a number'],
    ['<problem><numericalresponse answer="[1]"><textline/></numericalresponse></problem>', 'two ends'],
    [
      '<problem><numericalresponse answer="1" partial_credit="list"><textline/></numericalresponse></problem>',
      'not there',
    ],
    ['<problem><numericalresponse answer="i"><textline/></numericalresponse></problem>', 'not a number'],
    ['<problem><stringresponse answer=""><textline/></stringresponse></problem>', 'no answer'],
  ])('%s is refused with its reason', (xml, reason) => {
    expect(() => itemOf(xml)).toThrow(reason);
  });

  it('keeps rich text, and nothing that is none', () => {
    const item =
      itemOf(`<problem><div onclick="x"><p>One <b>bold</b> and <i>thin</i> <a href="javascript:alert(1)">link</a>.</p>
      <ul><li>first</li><li>second <code>x_1</code></li></ul><table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td>\\(x\\)</td></tr></table>
      <style>p {}</style><iframe src="x"/></div><stringresponse answer="a"><label>Say.</label><textline/></stringresponse></problem>`);
    expect(item.prompt).toBe(
      'One **bold** and *thin* link.\n\n- first\n- second `x_1`\n\n| a | b |\n| --- | --- |\n| 1\\|2 | $x$ |\n\nSay.\n\n{{answer}}',
    );
  });

  it('has texts that stay text, whatever Markdown, formulas or blanks could make of them', () => {
    const texts = fc.string({
      unit: fc.constantFrom(
        '*',
        '_',
        '$',
        '{',
        '}',
        '`',
        '\\',
        '[',
        ']',
        '!',
        '|',
        '&',
        '#',
        '-',
        '1',
        '.',
        ' ',
        'a',
        ';',
        '<',
      ),
    });
    const seen = (html: string) =>
      html
        .replaceAll(/<\/?p>/g, '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&');
    fc.assert(
      fc.property(texts, (text) => {
        // Formulas of the platform are formulas here.
        fc.pre(!/\\[([]/.test(text));
        const rendered = renderText(`x${textToMarkdown(text)}x`);
        expect('html' in rendered && seen(rendered.html).replaceAll('\u200b', '')).toBe(`x${text}x`);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['\\(x^2\\) and \\[y\\]', '$x^2$ and $$y$$'],
    ['[mathjaxinline]\\frac{1}{2}[/mathjaxinline]5', '$\\frac{1}{2}$&#8203;5'],
    ['costs $5 and $6', 'costs \\$5 and \\$6'],
    ['{{x}}', '{\u200b{x}}'],
    ['1. one', '1\\. one'],
    ['- one', '\\- one'],
    ['-2', '-2'],
    ['\\( {{a}} \\)', '${ {a}}$'],
  ])('%s becomes %s', (text, markdown) => {
    expect(textToMarkdown(text)).toBe(markdown);
  });
});

describe('the readers', () => {
  const archive = tar([{ path: 'course/course.xml', content: strToU8('<course url_name="r"/>') }]);
  const isClear = (result: { files: unknown } | { refusal: string }) =>
    'files' in result || (typeof result.refusal === 'string' && result.refusal.length > 10);

  it('of archives answer with files or a reason, whatever they are given', async () => {
    const spoil = (whole: Uint8Array) =>
      fc.tuple(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length)).map(([at, byte, length]) => {
        const spoilt = whole.slice(0, Math.max(length, 1));
        spoilt[Math.min(at, spoilt.length - 1)] = byte;
        return spoilt;
      });
    const zipped = zipSync({ 'package.toml': strToU8('a = 1'), 'a/b.xml': strToU8('<a/>') });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 2_000 }),
          spoil(gzipSync(archive)),
          spoil(archive).map((one) => gzipSync(one)),
          spoil(zipped),
        ),
        async (bytes) => {
          expect(isClear(await readTarGz(bytes))).toBe(true);
          expect(isClear(readZip(bytes))).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([
    ['1', 'a link'],
    ['2', 'a link'],
    ['3', 'neither a file nor a directory'],
    ['6', 'neither a file nor a directory'],
  ])('refuse an entry of type %s', async (type, reason) => {
    const bytes = gzipSync(tar([{ path: 'course/x', content: new Uint8Array(), type }]));
    expect(await readTarGz(bytes)).toEqual({ refusal: expect.stringContaining(reason) });
  });

  it('take long names of both kinds, and refuse them where they leave the archive', async () => {
    const name = `course/${'n'.repeat(150)}.xml`;
    const record = (fields: string) => strToU8(`${fields.length + 4} ${fields}\n`);
    const named = (type: string, content: Uint8Array) =>
      gzipSync(
        tar([
          { path: 'long', content, type },
          { path: 'short.xml', content: strToU8('<a/>') },
        ]),
      );
    for (const bytes of [named('L', strToU8(`${name}\0`)), named('x', record(`path=${name}`))]) {
      const read = await readTarGz(bytes);
      expect('files' in read && [...read.files.keys()]).toEqual([name]);
    }
    expect(await readTarGz(named('x', record('path=../x')))).toEqual({ refusal: expect.stringContaining('leaves it') });
  });

  it('of XML answer with a root or a reason, and resolve no entity', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `<problem a="${text}">${text}</problem>`),
        ),
        (text) => {
          const read = readXml(text);
          expect('root' in read || read.refusal.length > 10).toBe(true);
        },
      ),
    );
    expect(readXml(`${'<a>'.repeat(70)}${'</a>'.repeat(70)}`)).toEqual({ refusal: expect.stringContaining('deeper') });
    expect(readXml('<a>'.repeat(100_000))).toHaveProperty('refusal');
    expect(readXml('<a>&nbsp;</a>')).toHaveProperty('refusal');
    expect(readXml(`<a>${'x'.repeat(1024 * 1024)}</a>`)).toEqual({ refusal: expect.stringContaining('1 MiB') });
  });
});
