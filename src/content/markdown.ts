import markdownIt, { type StateInline } from 'markdown-it';
import { MEDIA_PATH } from './media.ts';
import { renderTex } from './tex.ts';

/** `{{id}}`: where an item has a blank to fill. */
export const BLANK_MARK = /\{\{([A-Za-z0-9_-]{1,64})\}\}/g;

const blankMark = new RegExp(BLANK_MARK.source, 'y');

/** `{{id}}` stays as it is, also where Markdown would see emphasis in the id. */
function blank(state: StateInline, silent: boolean): boolean {
  blankMark.lastIndex = state.pos;
  const mark = blankMark.exec(state.src)?.[0];
  if (mark === undefined) return false;
  if (!silent) state.push('text_special', '', 0).content = mark;
  state.pos += mark.length;
  return true;
}

/** The place of the next `$` that no backslash escapes, or -1. */
function nextDollar(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '$') return at;
  }
  return -1;
}

/**
 * `$TeX$` and `$$TeX$$`. Not a formula, so that money stays money: an opening `$` before a space, a closing one after a
 * space or before a digit ("$5 and $6"), a `$` without partner.
 */
function formula(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  if (src[pos] !== '$') return false;
  const fence = src[pos + 1] === '$' ? '$$' : '$';
  const start = pos + fence.length;
  const end = nextDollar(src, start);
  if (end <= start || !src.startsWith(fence, end)) return false;
  const tex = src.slice(start, end);
  if (tex.trim() === '') return false;
  if (fence === '$' && (/^\s|\s$/.test(tex) || /\d/.test(src[end + 1] ?? ''))) return false;
  if (!silent) {
    const token = state.push('formula', 'math', 0);
    token.content = tex.trim();
    token.markup = fence;
  }
  state.pos = end + fence.length;
  return true;
}

/** Emphasis, code, lists, tables and our own images. Neither HTML nor links or headings. */
const markdown = markdownIt('zero')
  .enable(['emphasis', 'backticks', 'escape', 'entity', 'newline', 'list', 'table', 'image'])
  .use((md) => {
    md.validateLink = (url) => MEDIA_PATH.test(url);
    md.inline.ruler.before('escape', 'formula', formula);
    md.inline.ruler.before('escape', 'blank', blank);
    md.renderer.rules.formula = (tokens, index, _options, env) => {
      const token = tokens[index];
      const drawn = renderTex(token?.content ?? '', token?.markup === '$$');
      if ('html' in drawn) return drawn.html;
      if (Array.isArray(env?.refusals)) env.refusals.push(drawn.refusal);
      return '';
    };
  });

const besideBlockTags = /\n*(<\/?(?:p|br|ul|ol|li|table|thead|tbody|tr|th|td)(?: [^>]*)?>)\n*/g;

/** Markdown to HTML, not yet sanitised, and the formulas that could not be drawn. One paragraph stands without its `<p>`. */
export function renderMarkdown(text: string): { html: string; refusals: string[] } {
  const refusals: string[] = [];
  const html = markdown.render(text, { refusals }).replaceAll(besideBlockTags, '$1');
  const isOneParagraph = html.startsWith('<p>') && html.endsWith('</p>') && !html.includes('<p>', 3);
  return { html: isOneParagraph ? html.slice(3, -4) : html, refusals };
}
