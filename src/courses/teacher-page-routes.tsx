import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/index.ts';
import { findTeacher, pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { scopeOf } from '../lib/permissions.ts';
import {
  CsrfField,
  type Fields,
  type FormParts,
  fieldsOf,
  frameOf,
  ProblemSummary,
  type Problems,
  page,
  TextField,
  tryForm,
} from '../ui/index.ts';
import { addTeacher, listTeachers, removeTeacher, type Teacher } from './assign-staff.ts';
import { staffCoursePath } from './paths.ts';

/** Who teaches a course, for those who may say so: admins. */
export const teacherPages = new Hono<AppEnv>({ strict: false });

type Props = FormParts & { csrf: string; courseKey: string; teachers: readonly Teacher[] };

function TeachersPage({ csrf, courseKey, teachers, ...parts }: Props) {
  const { words } = parts;
  const path = `${staffCoursePath(courseKey)}/teachers`;
  return (
    <>
      <p>
        <a href={staffCoursePath(courseKey)}>{courseKey}</a>
      </p>
      <h1>{words('crsTeachers')}</h1>
      <ProblemSummary {...parts} />
      {teachers.length === 0 && <p>{words('crsNoTeachers')}</p>}
      <ul class="cards">
        {teachers.map(({ userId, name }) => (
          <li>
            {name}
            <form method="post" action={`${path}/${userId}/remove`}>
              <CsrfField csrf={csrf} />
              <button type="submit" class="quiet" aria-label={words('crsRemoveTeacherWhom', { name })}>
                {words('crsRemoveTeacher')}
              </button>
            </form>
          </li>
        ))}
      </ul>
      <form method="post" action={path} class="stack">
        <CsrfField csrf={csrf} />
        <TextField {...parts} name="who" label={words('shareWho')} maxlength={254} autocomplete="off" />
        <button type="submit">{words('crsAddTeacher')}</button>
      </form>
    </>
  );
}

/** Others of the staff are refused without being told what is there. */
function callOf(c: AppContext) {
  const call = pageCall(c);
  if (scopeOf(call.actor, 'courses:staff') === undefined) throw new DomainError('forbidden');
  return call;
}

async function showTeachers(c: AppContext, courseKey: string, fields: Fields = {}, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const teachers = await listTeachers(callOf(c), courseKey);
  const status = Object.keys(problems).length === 0 ? 200 : 400;
  return page(
    c,
    { title: words('crsTeachers'), viewer, status },
    <TeachersPage
      words={words}
      csrf={csrf}
      courseKey={courseKey}
      teachers={teachers}
      fields={fields}
      problems={problems}
    />,
  );
}

teacherPages.get('/staff/courses/:courseKey/teachers', pageGuard, staffOnly, (c) =>
  showTeachers(c, c.req.param('courseKey')),
);

teacherPages.post('/staff/courses/:courseKey/teachers', pageGuard, staffOnly, async (c) => {
  const { words } = frameOf(c);
  const { who = '' } = fieldsOf(await readForm(c));
  const call = callOf(c);
  const courseKey = c.req.param('courseKey');
  const found = await findTeacher(call.db, who);
  if (!found) return await showTeachers(c, courseKey, { who }, { who: words('shareUnknown') });
  await addTeacher(call, { courseKey, userId: found.id });
  return c.redirect(`${staffCoursePath(courseKey)}/teachers`, 303);
});

teacherPages.post('/staff/courses/:courseKey/teachers/:userId/remove', pageGuard, staffOnly, async (c) => {
  await readForm(c);
  const { courseKey, userId } = c.req.param();
  // Pressed twice, or by two: the page they come back to says who is left.
  await tryForm(['not_found'], () => removeTeacher(callOf(c), { courseKey, userId }));
  return c.redirect(`${staffCoursePath(courseKey)}/teachers`, 303);
});
