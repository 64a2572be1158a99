import markdownIt, { type StateInline } from 'markdown-it';
import { withFormulas } from './formula.ts';
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

/** Emphasis, code, lists, tables and our own images. Neither HTML nor links or headings. */
const markdown = markdownIt('zero')
  .enable(['emphasis', 'backticks', 'escape', 'entity', 'newline', 'list', 'table', 'image'])
  .use((md) => {
    md.validateLink = (url) => MEDIA_PATH.test(url);
    withFormulas(md, (tex, display, env) => {
      const drawn = renderTex(tex, display);
      if ('html' in drawn) return drawn.html;
      (env as { refusals: string[] }).refusals.push(drawn.refusal);
      return '';
    });
    md.inline.ruler.before('escape', 'blank', blank);
  });

const besideBlockTags = /\n*(<\/?(?:p|br|ul|ol|li|table|thead|tbody|tr|th|td)(?: [^>]*)?>)\n*/g;

/** Markdown to HTML, not yet sanitised, and the formulas that could not be drawn. One paragraph stands without its `<p>`. */
export function renderMarkdown(text: string): { html: string; refusals: string[] } {
  const refusals: string[] = [];
  const html = markdown.render(text, { refusals }).replaceAll(besideBlockTags, '$1');
  const isOneParagraph = html.startsWith('<p>') && html.endsWith('</p>') && !html.includes('<p>', 3);
  return { html: isOneParagraph ? html.slice(3, -4) : html, refusals };
}
