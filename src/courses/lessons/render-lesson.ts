import { renderDocument } from '../../content/index.ts';
import { invalidFields } from '../../lib/errors.ts';

/** The text of a lesson as it will be shown, and what was left out of it. One that cannot be drawn is refused (`invalid`). */
export function renderLesson(body: string): { html: string; warnings: string[] } {
  const drawn = renderDocument(body);
  if ('html' in drawn) return drawn;
  throw invalidFields(drawn.refusals.map((message) => ({ pointer: '/body', message })));
}
