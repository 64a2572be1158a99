import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { renderText } from '../../src/content/render-text.ts';
import { sanitise } from '../../src/content/sanitise.ts';
import { ItemInput } from '../../src/items/item.ts';
import { renderItem } from '../../src/items/render-item.ts';

const htmlOf = (text: string) => {
  const result = renderText(text);
  if ('refusals' in result) throw new Error(result.refusals.join());
  return result.html;
};

// Written again here: what the sanitiser lets through is not what it says of itself.
const tags =
  'p|br|em|strong|code|ul|ol|li|table|thead|tbody|tr|th|td|' +
  'math|mrow|mi|mn|mo|mtext|mspace|mfrac|msqrt|mroot|mstyle|mpadded|mphantom|msub|msup|msubsup|munder|mover|munderover|' +
  'mmultiscripts|mprescripts|none|mtable|mtr|mtd|menclose';
const attributes =
  'start|display|mathvariant|displaystyle|scriptlevel|width|height|depth|voffset|lspace|rspace|form|stretchy|symmetric|' +
  'minsize|maxsize|largeop|movablelimits|accent|linethickness|columnalign|notation';
const harmless = new RegExp(`^</?(?:${tags})(?: (?:${attributes})="[^"<>]*")*>$`);

/** Every `<` of the text that does not begin a harmless tag. */
const harmfulTags = (html: string) => (html.match(/<[^>]*>?/g) ?? []).filter((tag) => !harmless.test(tag));

const vectors = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<svg><animate attributeName=href values=javascript:alert(1) /></svg>',
  '<a href="javascript:alert(1)">x</a>',
  '<p onclick="alert(1)" style="position:fixed" class="x" id="y">x</p>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<math href="javascript:alert(1)">x</math>',
  '<math><maction actiontype="statusline" xlink:href="javascript:alert(1)">x</maction></math>',
  '<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>',
  '<math><mi mathvariant="x"onmouseover="alert(1)">y</mi></math>',
  '<form action=//evil><input autofocus onfocus=alert(1)></form>',
  '<style>@import "//evil"</style>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<<img src=x onerror=alert(1)>',
  '<base href=//evil><meta http-equiv=refresh content=0>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;alert(1)&#60;/script&#62;',
  '[x](javascript:alert(1))',
  '[x]: javascript:alert(1)\n\n[x]',
  '![x](x"onerror="alert(1))',
  '<javascript:alert(1)>',
  '`<img src=x onerror=alert(1)>`',
  '$\\text{<img src=x onerror=alert(1)>}$',
  '$\\text{</mtext></math><script>alert(1)</script>}$',
  '$<script>$',
  '| <img src=x onerror=alert(1)> |\n|---|\n| <script> |',
];

describe('sanitising', () => {
  test.each(vectors)('lets no markup of the author through: %s', (vector) => {
    expect(harmfulTags(htmlOf(vector))).toEqual([]);
  });

  test.each(vectors)('holds also behind a renderer that let HTML through: %s', (vector) => {
    expect(harmfulTags(sanitise(vector))).toEqual([]);
  });

  it('lets no tag or attribute outside the list through, whatever is written', () => {
    const marks = [
      '$',
      '$$',
      '`',
      '*',
      '_',
      '\n',
      '\n\n',
      '- ',
      '1. ',
      '|',
      '|---|',
      '\\',
      '{{a}}',
      '&lt;',
      '"',
      '<',
      '>',
    ];
    const tex = ['\\frac12', '\\text{<b>}', '\\color{red}', '\\begin{matrix}1&2\\end{matrix}', '\\boxed{x}', '\\sqrt'];
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...vectors, ...marks, ...tex));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const result = renderText(text);
        if ('html' in result) expect(harmfulTags(result.html)).toEqual([]);
        expect(harmfulTags(sanitise(text))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  test.each([
    String.raw`\href{javascript:alert(1)}{x}`,
    String.raw`\url{javascript:alert(1)}`,
    String.raw`\includegraphics{https://evil.test/x.png}`,
    String.raw`\htmlId{x}{y}`,
    String.raw`\class{x}{y}`,
    String.raw`\style{position:fixed}{y}`,
    String.raw`\data{x=y}{z}`,
  ])('has no TeX that links, loads or writes HTML: %s', (tex) => {
    expect(renderText(`$${tex}$`)).toHaveProperty('refusals');
  });
});

describe('Markdown', () => {
  test.each([
    ['plain words', 'plain words'],
    ['**strong** and *em* and _em_', '<strong>strong</strong> and <em>em</em> and <em>em</em>'],
    ['snake_case_word', 'snake_case_word'],
    ['`a < b`', '<code>a &lt; b</code>'],
    ['one\n\ntwo', '<p>one</p><p>two</p>'],
    ['one\ntwo', 'one\ntwo'],
    ['one  \ntwo', 'one<br>two'],
    ['- a\n- b\n  1. c', '<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>'],
    ['3. c\n4. d', '<ol start="3"><li>c</li><li>d</li></ol>'],
    [
      '| a | b |\n|---|:-:|\n| 1 | 2 |',
      '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>',
    ],
    ['Look:\n\n- a', '<p>Look:</p><ul><li>a</li></ul>'],
    ['**a**\n*b*', '<strong>a</strong>\n<em>b</em>'],
    ['3 < 4 & "5" > 2', '3 &lt; 4 &amp; "5" &gt; 2'],
    ['&frac12; &copy;', '½ ©'],
    [String.raw`\*no\*`, '*no*'],
    ['# no heading', '# no heading'],
    ['    no code block', 'no code block'],
    ['<b>no HTML</b>', '&lt;b&gt;no HTML&lt;/b&gt;'],
  ])('%j is %j', (text, html) => {
    expect(htmlOf(text)).toBe(html);
  });
});

describe('formulas', () => {
  test.each([
    ['$x$', '<math><mi>x</mi></math>'],
    ['Solve $x^2 = 4$.', 'Solve <math><msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mn>4</mn></math>.'],
    [String.raw`$$\frac{1}{2}$$`, '<math display="block"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>'],
    [String.raw`$\left(x\right)$`, '<math><mo>(</mo><mi>x</mi><mo>)</mo></math>'],
    [String.raw`$\overline{AB}$`, '<math><menclose notation="top"><mrow><mi>A</mi><mi>B</mi></mrow></menclose></math>'],
    [String.raw`$\boxed{x}$`, '<math><menclose notation="box"><mi>x</mi></menclose></math>'],
    [
      '*so $a_1 * b_1$*',
      '<em>so <math><msub><mi>a</mi><mn>1</mn></msub><mo>∗</mo><msub><mi>b</mi><mn>1</mn></msub></math></em>',
    ],
    ['$a<b$', '<math><mi>a</mi><mo>&lt;</mo><mi>b</mi></math>'],
  ])('%s is MathML without class, style and annotation', (text, html) => {
    expect(htmlOf(text)).toBe(html);
  });

  test.each([
    'It costs $5 and $6.',
    'From $5-$6',
    'K500 is less than $1',
    'US$ 5 and US$ 6',
    String.raw`\$5 to \$6`,
    '$ x $',
    '$$',
    '$$ $$',
  ])('%s is money or a lone sign, not a formula', (text) => {
    expect(htmlOf(text)).toBe(text.replaceAll('\\', ''));
  });

  it('takes a formula after money', () => {
    expect(htmlOf('$5 buys $x$ pens')).toBe('$5 buys <math><mi>x</mi></math> pens');
  });

  test.each([
    ['$\\frac$', 'cannot be read'],
    ['$x^$', 'cannot be read'],
    ['$\\nosuchcommand$', 'cannot be read'],
    ['$\\def\\a{\\a\\a}\\a$', 'defines a macro'],
    ['$\\newcommand{\\a}{x}\\a$', 'defines a macro'],
    [`$${'{'.repeat(990)}x${'}'.repeat(990)}$`, ''],
    [`$${'x'.repeat(2001)}$`, 'longer than 2000'],
  ])('refuses %s with a reason, never an exception', (text, reason) => {
    const result = renderText(text);
    if ('html' in result) expect(harmfulTags(result.html)).toEqual([]);
    else expect(result.refusals.join()).toContain(reason);
  });

  it('tells what is wrong without combining characters', () => {
    expect(renderText('$\\href{x}{y}$')).toEqual({
      refusals: ['the formula "\\href{x}{y}" cannot be read: Unsupported function name: \\href'],
    });
  });
});

const entry = (prompt: string, id: string) =>
  renderItem(ItemInput.parse({ type: 'text_entry', prompt, difficulty: 'easy', blanks: [{ id, accepted: ['x'] }] }));

describe('an item', () => {
  const choice = {
    type: 'choice',
    prompt: 'Pick $x$',
    choices: [
      { id: 'a', text: '*one*', misconception: 'no' },
      { id: 'b', text: 'two' },
    ],
    correct: ['b'],
    difficulty: 'easy',
    hint: '`h`',
    solution: { explanation: 'e', steps: ['$1$', 's'] },
  };

  it('is rendered in all its texts', () => {
    expect(renderItem(ItemInput.parse(choice))).toEqual({
      rendered: {
        prompt: 'Pick <math><mi>x</mi></math>',
        choices: { a: '<em>one</em>', b: 'two' },
        misconceptions: { a: 'no' },
        hint: '<code>h</code>',
        solution: { explanation: 'e', steps: ['<math><mn>1</mn></math>', 's'] },
      },
    });
  });

  it('is refused with a pointer for each text that cannot be rendered', () => {
    const bad = ItemInput.parse({
      ...choice,
      prompt: '$\\frac$',
      choices: [choice.choices[1], { id: 'a', text: '$x^$', misconception: '$\\no$' }],
      solution: { explanation: 'e', steps: ['s', '$\\frac$'] },
    });
    const result = renderItem(bad);
    expect('errors' in result && result.errors.map((one) => one.pointer)).toEqual([
      '/prompt',
      '/solution/steps/1',
      '/choices/1/text',
      '/choices/1/misconception',
    ]);
  });

  it('is refused when its rendering is too long to travel', () => {
    const text = `$${'x+'.repeat(990)}x$`;
    expect(renderItem(ItemInput.parse({ ...choice, prompt: text }))).toHaveProperty('rendered');
    const many = Array.from({ length: 30 }, (_, index) => ({ id: `c${index}`, text }));
    const result = renderItem(ItemInput.parse({ ...choice, choices: many, correct: ['c1'] }));
    expect('errors' in result && result.errors).toMatchObject([
      { pointer: '', message: expect.stringContaining('longer') },
    ]);
  });

  it('keeps every blank mark as it is, whatever its id', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/).filter((text) => !(text in {}));
    fc.assert(
      fc.property(id, fc.constantFrom('', '*', '_', '**', '- ', '`', '1. ', ' '), (id, around) => {
        const result = entry(`a ${around}{{${id}}}${around} b _c_`, id);
        expect('rendered' in result && result.rendered.prompt).toContain(`{{${id}}}`);
      }),
    );
  });

  test.each(['so $x = {{b}}$', 'so `x` \\$ $$\\text{{{b}}}$$'])(
    'is refused when a blank would vanish: %s',
    (prompt) => {
      expect(entry(prompt, 'b')).toMatchObject({ errors: [{ pointer: '/prompt' }] });
    },
  );

  it('is refused when a mark appears that was not written as one', () => {
    expect(entry('{{b}} &#123;{c}}', 'b')).toMatchObject({ errors: [{ pointer: '/prompt' }] });
  });

  test.each(['__proto__', 'constructor', 'toString'])('cannot use %s as an id', (id) => {
    const parsed = ItemInput.safeParse({ ...choice, choices: [...choice.choices, { id, text: 'x' }] });
    expect(parsed.success).toBe(false);
  });
});
