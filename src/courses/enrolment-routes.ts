import * as z from 'zod';
import {
  csvAnswer,
  type Endpoint,
  endpoint,
  IdParams,
  NoInput,
  reading,
  readingAtOnce,
  writing,
} from '../http/index.ts';
import { iso } from '../lib/instant.ts';
import { PageQuery, pageAnswer, pageOf } from '../lib/paging.ts';
import { addTeacher, removeTeacher } from './assign-staff.ts';
import { endEnrolment } from './end-enrolment.ts';
import { enrolStudent } from './enrol-student.ts';
import { enrolmentUploads, importEnrolments } from './import-enrolments.ts';
import { EnrolInput, ListEnrolmentsInput } from './input.ts';
import { listEnrolments } from './list-enrolments.ts';
import { listMyCourses } from './my-courses.ts';
import { pokeAll } from './poke-all.ts';
import { percentOf } from './progress.ts';
import { rosterCsv } from './roster.ts';

const EnrolmentAnswer = z.object({
  id: z.string(),
  userId: z.string(),
  courseKey: z.string(),
  isActive: z.boolean(),
  mode: z.string(),
});

const MyCourseAnswer = z.object({
  courseKey: z.string(),
  title: z.string(),
  enrollmentId: z.string(),
  lessons: z.int(),
  completed: z.int(),
  percent: z.int().nullable(),
  enrolledAt: z.string(),
  lastAccessedAt: z.string().nullable(),
});

const ImportAnswer = z.object({
  enrolled: z.int(),
  already: z.int(),
  refused: z.int(),
  rows: z.array(
    z.object({
      line: z.int(),
      status: z.enum(['enrolled', 'already', 'refused']),
      reason: z.enum(['unknown', 'empty', 'course_full']).optional(),
      userId: z.string().optional(),
    }),
  ),
});

const tag = 'Courses';
const params = z.strictObject({ courseKey: z.string() });
const teacherParams = z.strictObject({ courseKey: z.string(), userId: z.string() });

export const enrolmentEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/enrollments',
    tag,
    summary: 'Who is enrolled where: your own, those of your courses, or all',
    access: reading('enrolments:read'),
    query: ListEnrolmentsInput,
    answers: { 200: pageOf(EnrolmentAnswer) },
    async run({ call, query, url }) {
      return { status: 200, body: pageAnswer(url, query, await listEnrolments(call, query)) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/enrollments',
    tag,
    summary: 'Enrol yourself in an open course, or as staff a student in a course of yours',
    access: writing('enrolments:write'),
    body: EnrolInput,
    answers: { 201: EnrolmentAnswer },
    refusals: ['not_found', 'already_enrolled', 'course_full'],
    creates: true,
    async run({ call, body, env, defer }) {
      const poke = (eventId: string) => defer(env.JOBS.send({ job: 'react', eventId }));
      return { status: 201, body: await enrolStudent(call, body, poke) };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/enrollments/{id}',
    tag,
    summary: 'End an enrolment: your own, or of a course of yours',
    access: writing('enrolments:write'),
    params: IdParams,
    answers: { 204: null },
    refusals: ['synced'],
    async run({ call, params }) {
      await endEnrolment(call, params.id);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/me/courses',
    tag,
    summary: 'The courses you are enrolled in, and how far you are',
    access: reading('enrolments:read'),
    query: PageQuery,
    answers: { 200: pageOf(MyCourseAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listMyCourses(call, query);
      const told = results.map(({ enrolmentId, enrolledAt, lastAccessedAt, ...one }) => ({
        ...one,
        enrollmentId: enrolmentId,
        percent: percentOf(one),
        enrolledAt: iso(enrolledAt),
        lastAccessedAt: iso(lastAccessedAt),
      }));
      return { status: 200, body: pageAnswer(url, query, { count, results: told }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/courses/{courseKey}/enrollments/import',
    tag,
    summary: 'Enrol the students of a table by user name, e-mail or id, and tell what became of each line',
    access: writing('enrolments:manage'),
    params,
    raw: enrolmentUploads,
    answers: { 200: ImportAnswer },
    async run({ call, params, bytes, env, defer }) {
      const poke = (eventIds: string[]) => defer(pokeAll(env.JOBS, eventIds));
      return { status: 200, body: await importEnrolments(call, { ...params, bytes }, poke) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/courses/{courseKey}/roster.csv',
    tag,
    summary: 'Who learns in a course and how far they are, as a table',
    access: readingAtOnce('enrolments:manage'),
    params,
    answers: { 200: z.string() },
    produces: 'text/csv',
    async run({ call, params }) {
      return csvAnswer('roster.csv', await rosterCsv(call, params.courseKey));
    },
  }),
  endpoint({
    method: 'put',
    path: '/api/v1/courses/{courseKey}/staff/{userId}',
    tag,
    summary: 'Have somebody of the staff teach a course',
    access: writing('courses:staff'),
    params: teacherParams,
    body: NoInput,
    answers: { 204: null },
    async run({ call, params }) {
      await addTeacher(call, params);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/courses/{courseKey}/staff/{userId}',
    tag,
    summary: 'Somebody teaches a course no longer',
    access: writing('courses:staff'),
    params: teacherParams,
    answers: { 204: null },
    async run({ call, params }) {
      await removeTeacher(call, params);
      return { status: 204 };
    },
  }),
];
