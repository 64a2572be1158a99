import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { renderDocument } from '../../src/content/index.ts';
import { xssVectors } from '../fixtures/xss-vectors.ts';

const htmlOf = (text: string) => {
  const result = renderDocument(text);
  if ('refusals' in result) throw new Error(result.refusals.join());
  return result.html;
};

const sha = 'a'.repeat(64);

// Written again here: what the sanitiser lets through is not what it says of itself.
const plain =
  'p|br|em|strong|code|ul|ol|li|table|thead|tbody|tr|th|td|h2|h3|h4|blockquote|pre|hr|b|i|u|s|sub|sup|small|mark|kbd|abbr|q|cite|del|ins|' +
  'span|caption|dl|dt|dd|details|summary|figure|figcaption|div|' +
  'math|mrow|mi|mn|mo|mtext|mspace|mfrac|msqrt|mroot|mstyle|mpadded|mphantom|msub|msup|msubsup|munder|mover|munderover|' +
  'mmultiscripts|mprescripts|none|mtable|mtr|mtd|menclose';
const drawing =
  'display|mathvariant|displaystyle|scriptlevel|width|height|depth|voffset|lspace|rspace|form|stretchy|symmetric|' +
  'minsize|maxsize|largeop|movablelimits|accent|linethickness|columnalign|notation';
const mayStand = [
  new RegExp(`^</?(?:${plain})>$`),
  new RegExp(`^<m[a-z]+(?: (?:${drawing})="[^"<>]*")+>$`),
  /^<\/a>$/,
  /^<a href="(?:https:\/\/|mailto:)[^"<>\s]*" rel="noopener noreferrer">$/,
  /^<a href="\/(?:lessons|courses|assessments|media)\/[^"<>\s\\]*">$/,
  /^<img src="\/media\/[0-9a-f]{64}\.(?:png|jpg|gif|webp)" alt="[^"<>]*" loading="lazy">$/,
  /^<ol start="\d{1,4}">$/,
  /^<abbr title="[^"<>]*">$/,
  /^<t[hd](?: (?:colspan|rowspan)="\d\d?")*(?: scope="(?:row|col)")?>$/,
  /^<(?:p|span|blockquote|q|em|i) lang="[A-Za-z0-9-]+">$/,
  /^<div class="table" role="group" aria-label="Table" tabindex="0">$/,
];

/** Every `<` of the text that does not begin a harmless tag. */
const harmfulTags = (html: string) =>
  (html.match(/<[^>]*>?/g) ?? []).filter((tag) => !mayStand.some((pattern) => pattern.test(tag)));

/** Tags that are opened and closed as they should be, so that no text can end what stands around it. */
function isBalanced(html: string): boolean {
  const open: string[] = [];
  for (const [, closing, name] of html.matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
    if (name === undefined || ['br', 'hr', 'img'].includes(name)) continue;
    if (closing === '') open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

describe('a document', () => {
  it('has at least forty vectors to withstand', () => {
    expect(new Set(xssVectors).size).toBeGreaterThanOrEqual(40);
  });

  test.each(xssVectors)('lets nothing through that could run: %j', (vector) => {
    const result = renderDocument(vector);
    if ('refusals' in result) return expect(vector).toContain('\\href');
    expect(harmfulTags(result.html)).toEqual([]);
    expect(isBalanced(result.html)).toBe(true);
  });

  it('lets no tag or attribute outside the list through, whatever is written', () => {
    const marks = [
      ...[
        '$',
        '$$',
        '`',
        '```\n',
        '*',
        '_',
        '~~',
        '\n',
        '\n\n',
        '- ',
        '1. ',
        '|',
        '\n|---|\n',
        '\\',
        '> ',
        '# ',
        '[',
        '](',
        ')',
        '![',
      ],
      ...[
        '&lt;',
        '"',
        "'",
        '<',
        '>',
        '<!--',
        '-->',
        '<table>',
        '</table>',
        '<td colspan=',
        '<details>',
        '<a href="',
        '<img src="',
        '<p lang="',
      ],
      ...[
        `/media/${sha}.png`,
        'https://x.test/',
        'javascript:alert(1)',
        '<https://x.test>',
        '\uE0000\uE001',
        '\uE000',
        '<math><mi>',
      ],
      ...[
        '<abbr title="',
        '<h1>',
        '</h1>',
        '<pre>',
        '</pre>',
        '    ',
        '<script>',
        '<style>',
        '<svg>',
        '</p>',
        '<?',
        '<![CDATA[',
      ],
    ];
    const tex = [
      '$\\frac12$',
      '$\\text{<b>"}$',
      '$\\color{red}x$',
      '$$\\begin{matrix}1&2\\end{matrix}$$',
      '$\\boxed{x}$',
    ];
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...xssVectors),
      fc.constantFrom(...marks, ...tex),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const result = renderDocument(pieces.join(''));
        if (!('html' in result)) return;
        expect(harmfulTags(result.html)).toEqual([]);
        expect(isBalanced(result.html)).toBe(true);
      }),
      { numRuns: 400 },
    );
  }, 30_000);

  test.each([
    ['plain words', '<p>plain words</p>'],
    ['# One\n\n## Two', '<h2>One</h2><h3>Two</h3>'],
    ['### One\n\n##### Two\n\n### Three', '<h2>One</h2><h3>Two</h3><h2>Three</h2>'],
    ['# a\n## b\n### c\n#### d\n##### e', '<h2>a</h2><h3>b</h3><h4>c</h4><h4>d</h4><h4>e</h4>'],
    ['<h1>One</h1><h6>Two</h6>', '<h2>One</h2><h4>Two</h4>'],
    ['> *said*', '<blockquote><p><em>said</em></p></blockquote>'],
    ['```js\na\n\n<b>\n```', '<pre><code>a\n\n&lt;b&gt;\n</code></pre>'],
    ['~~old~~ H<sub>2</sub>O', '<p><s>old</s> H<sub>2</sub>O</p>'],
    ['<p lang="ny" onclick="x()">Moni</p>', '<p lang="ny">Moni</p>'],
    ['It costs $5 and $6.', '<p>It costs $5 and $6.</p>'],
    ['Solve $x^2$.', '<p>Solve <math><msup><mi>x</mi><mn>2</mn></msup></math>.</p>'],
    [
      '<details><summary>Why</summary>\n\n$x$\n\n</details>',
      '<details><summary>Why</summary><p><math><mi>x</mi></math></p></details>',
    ],
    ['[a](https://x.test/?a=1&b=2)', '<p><a href="https://x.test/?a=1&amp;b=2" rel="noopener noreferrer">a</a></p>'],
    ['[a](/lessons/les_1)', '<p><a href="/lessons/les_1">a</a></p>'],
    ['<https://x.test>', '<p><a href="https://x.test" rel="noopener noreferrer">https://x.test</a></p>'],
    [`![A map](/media/${sha}.png)`, `<p><img src="/media/${sha}.png" alt="A map" loading="lazy"></p>`],
    ['<div><center>words stay</center></div>', 'words stay'],
    ['<math><mi>x</mi></math>', '<p>x</p>'],
  ])('draws %j as %j', (text, html) => {
    expect(htmlOf(text)).toBe(html);
  });

  it('lets a wide table scroll by itself', () => {
    expect(htmlOf('|a|\n|-|\n|1|')).toBe(
      '<div class="table" role="group" aria-label="Table" tabindex="0"><table><thead><tr><th>a</th></tr></thead>' +
        '<tbody><tr><td>1</td></tr></tbody></table></div>',
    );
  });

  it('puts no formula into an attribute', () => {
    const html = htmlOf('<p><abbr title="\n\n$\\text{ onmouseover=alert(1) }$ <i class="">a</i>');
    expect(html).toMatch(/<abbr title="[^"<>]*">/);
    expect(html).not.toContain('<mtext>');
  });

  test.each([
    ['![A map](https://x.test/a.png)', 'https://x.test/a.png was left out'],
    [`![](/media/${sha}.png)`, 'no description'],
    ['[a](http://x.test)', 'http://x.test was left out'],
    ['# [a](//x.test)', '//x.test was left out'],
  ])('warns of %s', (text, warning) => {
    expect(renderDocument(text)).toMatchObject({ warnings: [expect.stringContaining(warning)] });
  });

  it('warns of nothing where nothing is left out', () => {
    expect(renderDocument(`[a](https://x.test) ![A map](/media/${sha}.gif)`)).toMatchObject({ warnings: [] });
  });

  test.each([
    ['$\\frac$', 'cannot be read'],
    ['$\\def\\a{\\a\\a}\\a$', 'defines a macro'],
    ['$x$ '.repeat(1001), 'more than 1000 formulas'],
    ['<b>'.repeat(5001), 'more than 5000 tags'],
    ['&lt;'.repeat(140_000), 'longer than 512 KB'],
  ])('refuses %.20j with a reason', (text, reason) => {
    const result = renderDocument(text);
    expect('refusals' in result && result.refusals.join()).toContain(reason);
  });
});
