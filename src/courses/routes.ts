import * as z from 'zod';
import { type Endpoint, endpoint, etagOf, isUnchanged, reading, revalidated, writing } from '../http/index.ts';
import { isStaff } from '../lib/call.ts';
import { invalidFields } from '../lib/errors.ts';
import { pageAnswer, pageOf } from '../lib/paging.ts';
import { CourseAnswer, courseAnswer, ListedCourse, listedCourse } from './course-answer.ts';
import { listCourses, readListChanges } from './courses.ts';
import { deleteCourse } from './delete-course.ts';
import { enrolmentEndpoints } from './enrolment-routes.ts';
import { ListCoursesInput, ReplaceCourseInput, UpdateCourseInput } from './input.ts';
import { readKept, requireStamp } from './kept-course.ts';
import { nodeEndpoints } from './node-routes.ts';
import { outlineOf } from './outline.ts';
import { visibilities } from './schema.ts';
import { updateCourse } from './update-course.ts';

const Node = z.object({
  id: z.string(),
  usageKey: z.string().nullable(),
  title: z.string(),
  position: z.int(),
  start: z.string().optional(),
  due: z.string().optional(),
  graded: z.boolean().optional(),
  format: z.string().optional(),
  visibility: z.enum(visibilities).optional(),
  problems: z.int().optional(),
});
const OutlineAnswer = ListedCourse.pick({
  courseKey: true,
  title: true,
  examinationLevel: true,
  academicClass: true,
  version: true,
}).extend({ topics: z.array(Node.extend({ subtopics: z.array(Node.extend({ objectives: z.array(Node) })) })) });

const params = z.strictObject({ courseKey: z.string() });
const tag = 'Courses';

export const coursesEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/courses',
    tag,
    summary: 'Courses: students those open to everybody and theirs, staff all. Unchanged since `If-None-Match`: 304',
    access: reading('courses:read'),
    query: ListCoursesInput,
    answers: { 200: pageOf(ListedCourse), 304: null },
    async run({ call, query, url, headers, env }) {
      const { userId, role, isHeld = false } = call.actor;
      const asked = [userId, role, isHeld, query, url.origin, env.VERSION?.id];
      if (headers.has('if-none-match')) {
        const etag = await etagOf([...asked, await readListChanges(call)]);
        if (isUnchanged(headers, etag)) return { status: 304, headers: revalidated(etag) };
      }
      const { count, results, of } = await listCourses(call, query);
      const body = pageAnswer(url, query, { count, results: results.map(listedCourse) });
      return { status: 200, headers: revalidated(await etagOf([...asked, of])), body };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/courses/{courseKey}',
    tag,
    summary: 'One course; the teacher guide for staff. Unchanged since `If-None-Match`: 304',
    access: reading('courses:read'),
    params,
    answers: { 200: CourseAnswer, 304: null },
    async run({ call, params, headers: asked, env, defer }) {
      const stamp = await requireStamp(call, params.courseKey);
      const etag = await etagOf(['course', stamp, isStaff(call.actor), env.VERSION?.id]);
      const headers = revalidated(etag);
      if (isUnchanged(asked, etag)) return { status: 304, headers };
      const { course } = await readKept(call, stamp, { kv: env.BANKS, defer });
      return { status: 200, headers, body: courseAnswer(course, call.actor) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/courses/{courseKey}/outline',
    tag,
    summary: 'Topics, subtopics and objectives of a course. Unchanged since `If-None-Match`: 304',
    access: reading('courses:read'),
    params,
    answers: { 200: OutlineAnswer, 304: null },
    async run({ call, params, headers: asked, env, defer }) {
      const stamp = await requireStamp(call, params.courseKey);
      const etag = await etagOf(['outline', stamp, isStaff(call.actor), env.VERSION?.id]);
      const headers = revalidated(etag);
      if (isUnchanged(asked, etag)) return { status: 304, headers };
      const { course, topics } = outlineOf(await readKept(call, stamp, { kv: env.BANKS, defer }), call.actor);
      const { courseKey, title, examinationLevel, academicClass, version } = course;
      return { status: 200, headers, body: { courseKey, title, examinationLevel, academicClass, version, topics } };
    },
  }),
  endpoint({
    method: 'put',
    path: '/api/v1/courses/{courseKey}',
    tag,
    summary: 'Say everything of a course anew; what is left out is as of a new one',
    access: writing('courses:write'),
    params,
    body: ReplaceCourseInput,
    answers: { 200: CourseAnswer },
    refusals: ['conflict', 'synced'],
    async run({ call, params, body: { courseKey, ...body } }) {
      if (courseKey !== undefined && courseKey !== params.courseKey)
        throw invalidFields([{ pointer: '/courseKey', message: 'the key of a course does not change' }]);
      return { status: 200, body: courseAnswer(await updateCourse(call, params.courseKey, body), call.actor) };
    },
  }),
  endpoint({
    method: 'patch',
    path: '/api/v1/courses/{courseKey}',
    tag,
    summary: 'Change some of what is said of a course',
    access: writing('courses:write'),
    params,
    body: UpdateCourseInput,
    answers: { 200: CourseAnswer },
    refusals: ['conflict', 'synced'],
    async run({ call, params, body }) {
      return { status: 200, body: courseAnswer(await updateCourse(call, params.courseKey, body), call.actor) };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/courses/{courseKey}',
    tag,
    summary: 'Take a course away from everybody; results stay, attempts that run go on',
    access: writing('courses:write'),
    params,
    answers: { 204: null },
    async run({ call, params, env, defer }) {
      const { eventId } = await deleteCourse(call, params.courseKey);
      defer(env.JOBS.send({ job: 'react', eventId }));
      return { status: 204 };
    },
  }),
  ...nodeEndpoints,
  ...enrolmentEndpoints,
];
