import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/index.ts';
import { pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import type { DomainError, FieldError } from '../lib/errors.ts';
import { ConfirmPage, type Fields, fieldsOf, frameOf, numberOf, type Problems, page, submitForm } from '../ui/index.ts';
import { type Course, requireWritableCourse } from './courses.ts';
import { deleteCourse } from './delete-course.ts';
import { EditCoursePage } from './edit-page.tsx';
import { UpdateCourseInput } from './input.ts';
import { staffCoursePath } from './paths.ts';
import { updateCourse } from './update-course.ts';

/** What is said of a course, and taking it away. */
export const editPages = new Hono<AppEnv>({ strict: false });

const written = (value: number | null) => (value === null ? '' : String(value));

const fieldsFrom = (one: Course): Fields => ({
  title: one.title,
  examinationLevel: one.examinationLevel ?? '',
  academicClass: one.academicClass ?? '',
  visibility: one.visibility,
  seatLimit: written(one.seatLimit),
  estimatedHours: written(one.estimatedHours),
  minimumMasteryPercent: written(one.minimumMasteryPercent),
  description: one.description,
  teacherGuide: one.teacherGuide,
});

const inputFrom = (fields: Fields) => ({
  ...(fields.title !== undefined && { title: fields.title }),
  examinationLevel: fields.examinationLevel || null,
  academicClass: fields.academicClass || null,
  visibility: fields.visibility,
  seatLimit: numberOf(fields.seatLimit) ?? null,
  estimatedHours: numberOf(fields.estimatedHours) ?? null,
  minimumMasteryPercent: numberOf(fields.minimumMasteryPercent) ?? null,
  description: fields.description ?? '',
  teacherGuide: fields.teacherGuide ?? '',
  revision: Number(fields.revision),
});

const fieldWords = {
  title: 'syncTitleBad',
  examinationLevel: 'syncLevelBad',
  academicClass: 'syncClassBad',
  visibility: 'crsVisibilityBad',
  seatLimit: 'crsSeatLimitBad',
  estimatedHours: 'crsEstimatedHoursBad',
  minimumMasteryPercent: 'crsMinimumMasteryBad',
  description: 'crsTooLong',
  teacherGuide: 'crsTooLong',
} as const;

type Said = { problems?: Problems; status?: 200 | 400 | 409 };

function showEdit(c: AppContext, course: Course, fields: Fields, { problems = {}, status = 200 }: Said = {}) {
  const { words, viewer, csrf } = frameOf(c);
  return page(
    c,
    { title: words('crsEdit'), viewer, status },
    <EditCoursePage words={words} csrf={csrf} course={course} fields={fields} problems={problems} />,
  );
}

editPages.get('/staff/courses/:courseKey/edit', pageGuard, staffOnly, async (c) => {
  const course = await requireWritableCourse(pageCall(c), c.req.param('courseKey'));
  return showEdit(c, course, fieldsFrom(course));
});

editPages.post('/staff/courses/:courseKey/edit', pageGuard, staffOnly, async (c) => {
  const { words } = frameOf(c);
  const fields = fieldsOf(await readForm(c));
  const call = pageCall(c);
  const courseKey = c.req.param('courseKey');
  let status: 400 | 409 = 400;
  const problemsOf = (refused: DomainError): Problems => {
    if (refused.code === 'conflict') {
      status = 409;
      return { title: words('crsChangedMeanwhile') };
    }
    const errors = (refused.more.errors ?? []) as FieldError[];
    return Object.fromEntries(errors.map(({ pointer, message }) => [pointer.slice(1), message]));
  };
  const form = { words, fieldWords, schema: UpdateCourseInput, given: inputFrom(fields), problemsOf };
  const saved = await submitForm({ ...form, codes: ['invalid', 'conflict'] }, (input) =>
    updateCourse(call, courseKey, input),
  );
  if ('done' in saved) return c.redirect(staffCoursePath(courseKey), 303);
  // With the revision as it is now: who has seen what is said above may save after all.
  return showEdit(c, await requireWritableCourse(call, courseKey), fields, { problems: saved.problems, status });
});

editPages.get('/staff/courses/:courseKey/delete', pageGuard, staffOnly, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const { title, courseKey } = await requireWritableCourse(pageCall(c), c.req.param('courseKey'));
  return page(
    c,
    { title: words('crsDelete'), viewer },
    <ConfirmPage
      csrf={csrf}
      question={words('crsDeleteAsk', { title })}
      yes={words('crsDelete')}
      no={words('itemKeep')}
      back={staffCoursePath(courseKey)}
    >
      <p>{words('crsDeleteNote')}</p>
    </ConfirmPage>,
  );
});

editPages.post('/staff/courses/:courseKey/delete', pageGuard, staffOnly, async (c) => {
  await readForm(c);
  const { eventId } = await deleteCourse(pageCall(c), c.req.param('courseKey'));
  c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId }));
  return c.redirect('/staff/courses', 303);
});
