import sanitizeHtml from 'sanitize-html';
import { MEDIA_PATH } from './media.ts';

export const textTags = [
  'p',
  'br',
  'em',
  'strong',
  'code',
  'ul',
  'ol',
  'li',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
];

/** MathML Core and `menclose`. Without `maction`, `semantics`, `annotation-xml`, `mglyph` and `ms`: they link, or let HTML back in. */
const mathTags = [
  'math mrow mi mn mo mtext mspace mfrac msqrt mroot mstyle mpadded mphantom msub msup msubsup munder mover munderover',
  'mmultiscripts mprescripts none mtable mtr mtd menclose',
].flatMap((line) => line.split(' '));

/** Only what changes how a formula is drawn. No `class`, `style`, `id`, `href`. */
const mathAttributes = [
  'mathvariant displaystyle scriptlevel width height depth voffset lspace rspace form stretchy symmetric minsize maxsize',
  'largeop movablelimits accent linethickness columnalign notation',
].flatMap((line) => line.split(' '));

const allowedAttributes: Record<string, readonly string[]> = {
  ...Object.fromEntries(mathTags.map((tag) => [tag, mathAttributes])),
  math: ['display'],
  ol: ['start'],
  img: ['src', 'alt', 'loading'],
};

/** Attributes that say what the operator dictionary of MathML Core says anyway. */
const redundant: [RegExp, string][] = [
  [/<mo form="(?:prefix|postfix)" stretchy="true">([()[\]{}])<\/mo>/g, '<mo>$1</mo>'],
  [/<mo form="(?:prefix|postfix)" stretchy="true"><\/mo>/g, ''],
  [/ stretchy="false"(?=[^>]*>[−+±∘×÷=<>≤≥′]<)/g, ''],
  [/<(br|img [^>]*?) \/>/g, '<$1>'],
];

/** Lets through the tags and attributes that item texts need, nothing else, in as few bytes as it can. */
export function sanitise(html: string): string {
  const clean = sanitizeHtml(html, {
    allowedTags: [...textTags, ...mathTags, 'img'],
    allowedAttributes,
    disallowedTagsMode: 'discard',
    selfClosing: ['br', 'img'],
    // Temml says with class and style what older MathML says with attributes; those a stylesheet can select as well.
    transformTags: {
      // Whoever reads the question first does not wait for what stands below.
      img: (tagName, { src = '', alt = '' }) => ({ tagName, attribs: { src, alt, loading: 'lazy' } }),
      mrow: (tagName, attribs) =>
        attribs.style?.includes('border:')
          ? { tagName: 'menclose', attribs: { notation: 'box' } }
          : { tagName, attribs },
      mtd: (tagName, { class: name = '' }) => {
        const columnalign = /\btml-(left|right)\b/.exec(name)?.[1];
        return { tagName, attribs: columnalign ? { columnalign } : {} };
      },
    },
    exclusiveFilter: ({ tag, attribs }) =>
      (tag === 'mspace' && Object.keys(attribs).length === 0) || (tag === 'img' && !MEDIA_PATH.test(attribs.src ?? '')),
  });
  return redundant.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), clean);
}
