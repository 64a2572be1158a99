import markdownIt, { type Token } from 'markdown-it';
import { withFormulas } from './formula.ts';
import { mayLink } from './links.ts';
import { MEDIA_PATH } from './media.ts';
import { sanitise } from './sanitise.ts';
import { sanitiseDocument } from './sanitise-document.ts';
import { renderTex } from './tex.ts';

/** In characters. What is longer could not travel over 2G, nor be kept as one value. */
const LONGEST_HTML = 512 * 1024;
const MOST_FORMULAS = 1000;
/** The parser of HTML takes seconds over tens of thousands of tags within each other. */
const MOST_TAGS = 5000;
/** Beyond these, one more tells nothing new. */
const MOST_TOLD = 20;

/**
 * A place where a formula stands until all else is sanitised. The two characters are private use (Unicode 23.5): they mean nothing in a
 * text, and are taken out of it first.
 */
const [OPEN, CLOSE] = ['\uE000', '\uE001'];
const places = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'g');
const marks = new RegExp(`[${OPEN}${CLOSE}]`, 'g');

type Drawing = { formulas: string[]; refusals: string[] };

const markdown = markdownIt({ html: true }).use((md) => {
  // What may be linked to and shown is decided below, where it can be told.
  md.validateLink = () => true;
  withFormulas(md, (tex, display, env) => {
    const { formulas, refusals } = env as Drawing;
    if (formulas.length === MOST_FORMULAS) {
      refusals.push(`more than ${MOST_FORMULAS} formulas`);
      formulas.push('');
    }
    if (formulas.length > MOST_FORMULAS) return '';
    const drawn = renderTex(tex, display);
    if ('refusal' in drawn) refusals.push(drawn.refusal);
    formulas.push('html' in drawn ? sanitise(drawn.html) : '');
    return `${OPEN}${formulas.length - 1}${CLOSE}`;
  });
});

/** Headings from h2 on, for the title is h1, and without a gap: who listens to a page goes by them. */
function levelHeadings(tokens: readonly Token[]) {
  const opening = tokens.filter(({ type }) => type === 'heading_open');
  const levelOf = ({ tag }: Token) => Number(tag.slice(1));
  const shift = 2 - Math.min(...opening.map(levelOf));
  let last = 1;
  let tag = '';
  for (const token of tokens) {
    if (token.type === 'heading_open') {
      last = Math.min(levelOf(token) + shift, last + 1, 4);
      tag = `h${last}`;
    }
    if (token.type === 'heading_open' || token.type === 'heading_close') token.tag = tag;
  }
}

const shortened = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** What is left out of a text, or wants mending, so that its author hears of it. */
function warningsOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) => {
    if (token.type === 'link_open') {
      const href = String(token.attrGet('href') ?? '');
      return mayLink(href) ? [] : [`The link to ${shortened(href)} was left out: link to https, or to pages of ours`];
    }
    if (token.type === 'image') {
      const src = String(token.attrGet('src') ?? '');
      if (!MEDIA_PATH.test(src)) return [`The image ${shortened(src)} was left out: upload it here first`];
      return token.content.trim() === '' ? ['An image has no description for those who cannot see it'] : [];
    }
    return token.children ? warningsOf(token.children) : [];
  });
}

const blockTags =
  'p|br|hr|ul|ol|li|table|thead|tbody|tr|th|td|h[2-4]|blockquote|details|summary|figure|figcaption|caption|dl|dt|dd';
const besideBlockTags = new RegExp(`\\n*(</?(?:${blockTags})>|</pre>)\\n*`, 'g');

/** A table wider than a phone scrolls by itself, by keyboard too. */
const aroundTables = (html: string) =>
  html
    .replaceAll('<table>', '<div class="table" role="group" aria-label="Table" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>');

/**
 * A whole text, of a lesson or a course: Markdown with headings, links, tables, code, images of ours, `$TeX$` as MathML, and a few tags of
 * HTML; everything else of HTML is left out (CONTRACT "General"). Or why it cannot be drawn. `warnings` tell what was left out. Never throws.
 */
export function renderDocument(text: string): { html: string; warnings: string[] } | { refusals: string[] } {
  if ((text.match(/<[a-z]/gi) ?? []).length > MOST_TAGS) return { refusals: [`more than ${MOST_TAGS} tags of HTML`] };
  const drawing: Drawing = { formulas: [], refusals: [] };
  const tokens = markdown.parse(text.replaceAll(marks, ''), drawing);
  levelHeadings(tokens);
  const drawn = markdown.renderer.render(tokens, markdown.options, drawing).replaceAll(besideBlockTags, '$1');
  const { formulas, refusals } = drawing;
  if (refusals.length > 0) return { refusals: refusals.slice(0, MOST_TOLD) };
  const put = (words: string) => words.replaceAll(places, (_, index: string) => formulas[Number(index)] ?? '');
  const html = aroundTables(sanitiseDocument(drawn, put)).replaceAll(marks, '').trim();
  if (html.length > LONGEST_HTML) return { refusals: [`longer than ${LONGEST_HTML / 1024} KB once rendered`] };
  return { html, warnings: [...new Set(warningsOf(tokens))].slice(0, MOST_TOLD) };
}
