import * as z from 'zod';
import {
  type Endpoint,
  endpoint,
  etagOf,
  IdParams,
  isUnchanged,
  NoInput,
  reading,
  revalidated,
  writing,
} from '../../http/index.ts';
import { pageAnswer, pageOf } from '../../lib/paging.ts';
import { scopeOf } from '../../lib/permissions.ts';
import {
  CourseProgressAnswer,
  courseProgressAnswer,
  LessonAnswer,
  LessonProgressAnswer,
  ListedLessonAnswer,
  lessonAnswer,
  listedAnswer,
  progressAnswer,
  progressOf,
  WrittenLessonAnswer,
  writtenAnswer,
} from './answers.ts';
import { attachmentEndpoints } from './attachment-routes.ts';
import { createLesson } from './create-lesson.ts';
import { deleteLesson, restoreLesson } from './delete-lesson.ts';
import {
  ChangeLessonInput,
  CreateLessonInput,
  LessonProgressInput,
  ListLessonsInput,
  ReplaceLessonInput,
} from './input.ts';
import { readTexts } from './lesson-texts.ts';
import { requireLesson } from './lessons.ts';
import { listLessons } from './list-lessons.ts';
import { noteOpened, readProgress, setProgress } from './progress.ts';
import { updateLesson } from './update-lesson.ts';

const onLesson = { tag: 'Lessons', path: '/api/v1/lessons/{id}', params: IdParams } as const;

export const lessonsEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/lessons',
    tag: 'Lessons',
    summary: 'The lessons of a course in their order, or of every course you may read',
    access: reading('courses:read'),
    query: ListLessonsInput,
    answers: { 200: pageOf(ListedLessonAnswer), 304: null },
    refusals: ['not_found'],
    async run({ call, query, url, env, headers }) {
      const { changes, count, results } = await listLessons(call, query);
      const { userId, role } = call.actor;
      const etag = await etagOf([changes, userId, role, query, env.VERSION?.id]);
      if (isUnchanged(headers, etag)) return { status: 304, headers: revalidated(etag) };
      const shown = results.map((one) => listedAnswer(one, role === 'student'));
      return { status: 200, headers: revalidated(etag), body: pageAnswer(url, query, { count, results: shown }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/lessons',
    tag: 'Lessons',
    summary: 'Writes a lesson of a course you teach',
    access: writing('courses:write'),
    body: CreateLessonInput,
    answers: { 201: WrittenLessonAnswer },
    creates: true,
    async run({ call, body }) {
      return { status: 201, body: writtenAnswer(await createLesson(call, body)) };
    },
  }),
  endpoint({
    ...onLesson,
    method: 'get',
    summary: 'One lesson; that somebody enrolled has read it is kept',
    access: reading('courses:read'),
    answers: { 200: LessonAnswer, 304: null },
    async run({ call, params, env, headers, defer }) {
      const lesson = await requireLesson(call, params.id);
      defer(noteOpened(call, lesson));
      const { id, version, position, updatedAt, courseKey, objectiveId } = lesson;
      const withBody = scopeOf(call.actor, 'courses:write') !== undefined;
      const etag = await etagOf([
        ...[
          id,
          version,
          position,
          updatedAt,
          courseKey,
          objectiveId,
          withBody,
          progressOf(lesson, call.now),
          env.VERSION?.id,
        ],
      ]);
      if (isUnchanged(headers, etag)) return { status: 304, headers: revalidated(etag) };
      const texts = await readTexts(call.db, lesson, { kv: env.BANKS, defer });
      return {
        status: 200,
        headers: revalidated(etag),
        body: lessonAnswer(lesson, texts, { now: call.now, withBody }),
      };
    },
  }),
  endpoint({
    ...onLesson,
    method: 'put',
    summary: 'Writes a lesson anew',
    access: writing('courses:write'),
    body: ReplaceLessonInput,
    answers: { 200: WrittenLessonAnswer },
    refusals: ['conflict'],
    async run({ call, params, body }) {
      return { status: 200, body: writtenAnswer(await updateLesson(call, params.id, body)) };
    },
  }),
  endpoint({
    ...onLesson,
    method: 'patch',
    summary: 'Changes a lesson, or its place among the others',
    access: writing('courses:write'),
    body: ChangeLessonInput,
    answers: { 200: WrittenLessonAnswer },
    refusals: ['conflict'],
    async run({ call, params, body }) {
      return { status: 200, body: writtenAnswer(await updateLesson(call, params.id, body)) };
    },
  }),
  endpoint({
    ...onLesson,
    method: 'delete',
    summary: 'Takes a lesson away; for 30 days it can be put back',
    access: writing('courses:write'),
    answers: { 204: null },
    async run({ call, params }) {
      await deleteLesson(call, params.id);
      return { status: 204 };
    },
  }),
  endpoint({
    ...onLesson,
    method: 'post',
    path: '/api/v1/lessons/{id}/restore',
    summary: 'Puts back a lesson that was deleted in the last 30 days',
    access: writing('courses:write'),
    body: NoInput,
    answers: { 200: WrittenLessonAnswer },
    async run({ call, params }) {
      return { status: 200, body: writtenAnswer({ ...(await restoreLesson(call, params.id)), warnings: [] }) };
    },
  }),
  endpoint({
    ...onLesson,
    method: 'put',
    path: '/api/v1/lessons/{id}/progress',
    summary: 'Says whether you are through with a lesson',
    access: writing('courses:read'),
    body: LessonProgressInput,
    answers: { 200: LessonProgressAnswer },
    refusals: ['not_enrolled'],
    async run({ call, params, body }) {
      return { status: 200, body: progressAnswer(await setProgress(call, { id: params.id, ...body })) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/courses/{courseKey}/progress',
    tag: 'Lessons',
    summary: 'How far you are with the lessons of a course; staff of the course name another with `userId`',
    access: reading('courses:read'),
    params: z.strictObject({ courseKey: z.string() }),
    query: z.strictObject({ userId: z.string().max(64).optional() }),
    answers: { 200: CourseProgressAnswer },
    async run({ call, params: { courseKey }, query }) {
      const progress = await readProgress(call, { courseKey, userId: query.userId });
      return { status: 200, body: courseProgressAnswer(courseKey, progress) };
    },
  }),
  ...attachmentEndpoints,
];
