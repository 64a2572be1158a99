import * as z from 'zod';
import { type Endpoint, endpoint, reading } from '../http/index.ts';
import { pageAnswer, pageOf } from '../lib/paging.ts';
import { type Course, listCourses, requireVisibleCourse } from './courses.ts';
import { ListCoursesInput, ListEnrolmentsInput } from './input.ts';
import { listEnrolments } from './list-enrolments.ts';
import { readOutline } from './outline.ts';
import { academicClasses, examinationLevels, visibilities } from './schema.ts';

const CourseAnswer = z.object({
  courseKey: z.string(),
  title: z.string(),
  examinationLevel: z.enum(examinationLevels).nullable(),
  academicClass: z.enum(academicClasses).nullable(),
  version: z.int(),
});

const courseAnswer = ({ courseKey, title, examinationLevel, academicClass, version }: Course) => ({
  courseKey,
  title,
  examinationLevel,
  academicClass,
  version,
});

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
const OutlineAnswer = CourseAnswer.extend({
  topics: z.array(Node.extend({ subtopics: z.array(Node.extend({ objectives: z.array(Node) })) })),
});

const EnrolmentAnswer = z.object({
  id: z.string(),
  userId: z.string(),
  courseKey: z.string(),
  isActive: z.boolean(),
  mode: z.string(),
});

const params = z.strictObject({ courseKey: z.string() });
/** CONTRACT "General": what is answered to a token is never public, courses may be kept for a while. */
const headers = { 'cache-control': 'private, max-age=60' };

export const coursesEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/courses',
    tag: 'Courses',
    summary: 'The courses you teach or learn in; admins see all',
    access: reading('courses:read'),
    query: ListCoursesInput,
    answers: { 200: pageOf(CourseAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listCourses(call, query);
      return { status: 200, headers, body: pageAnswer(url, query, { count, results: results.map(courseAnswer) }) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/courses/{courseKey}',
    tag: 'Courses',
    summary: 'One course',
    access: reading('courses:read'),
    params,
    answers: { 200: CourseAnswer },
    async run({ call, params }) {
      return { status: 200, headers, body: courseAnswer(await requireVisibleCourse(call, params.courseKey)) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/courses/{courseKey}/outline',
    tag: 'Courses',
    summary: 'Topics, subtopics and objectives of a course',
    access: reading('courses:read'),
    params,
    answers: { 200: OutlineAnswer },
    async run({ call, params }) {
      const { course, topics } = await readOutline(call, params.courseKey);
      return { status: 200, headers, body: { ...courseAnswer(course), topics } };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/enrollments',
    tag: 'Courses',
    summary: 'Who is enrolled where: your own, those of your courses, or all',
    access: reading('enrolments:read'),
    query: ListEnrolmentsInput,
    answers: { 200: pageOf(EnrolmentAnswer) },
    async run({ call, query, url }) {
      return { status: 200, body: pageAnswer(url, query, await listEnrolments(call, query)) };
    },
  }),
];
