import { renderDocument } from '../content/index.ts';
import { type FieldError, invalidFields } from '../lib/errors.ts';

type Texts = { description?: string; teacherGuide?: string };

/** The long texts of a course with what they are rendered to, once, when written; a formula that cannot be drawn is refused (`invalid`). */
export function renderCourse(given: Texts): Texts & { descriptionHtml?: string; teacherGuideHtml?: string } {
  const errors: FieldError[] = [];
  const html = (name: keyof Texts): string => {
    const drawn = renderDocument(given[name] ?? '');
    if ('html' in drawn) return drawn.html;
    errors.push(...drawn.refusals.map((message) => ({ pointer: `/${name}`, message })));
    return '';
  };
  const { description, teacherGuide } = given;
  const rendered = {
    ...(description !== undefined && { description, descriptionHtml: html('description') }),
    ...(teacherGuide !== undefined && { teacherGuide, teacherGuideHtml: html('teacherGuide') }),
  };
  if (errors.length > 0) throw invalidFields(errors);
  return rendered;
}
