import type markdownIt from 'markdown-it';
import type { StateInline } from 'markdown-it';

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

/** Formulas among the words, each drawn by `draw`; `env` is what the text is rendered with. */
export function withFormulas(
  md: ReturnType<typeof markdownIt>,
  draw: (tex: string, display: boolean, env: unknown) => string,
): void {
  md.inline.ruler.before('escape', 'formula', formula);
  md.renderer.rules.formula = (tokens, index, _options, env) => {
    const token = tokens[index];
    return draw(token?.content ?? '', token?.markup === '$$', env);
  };
}
