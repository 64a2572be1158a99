import { renderMarkdown } from './markdown.ts';
import { sanitise } from './sanitise.ts';

/**
 * One text of an item (CONTRACT "General": a Markdown subset with `$TeX$`) as sanitised HTML and MathML, or why it cannot
 * be drawn. Blank marks `{{id}}` come through as they are. Never throws.
 */
export function renderText(text: string): { html: string } | { refusals: string[] } {
  const { html, refusals } = renderMarkdown(text);
  return refusals.length > 0 ? { refusals } : { html: sanitise(html) };
}
