import * as z from 'zod';
import { PageQuery } from '../../lib/paging.ts';
import { NOT_ONE_LINE, NOT_TEXT, NOT_VISIBLE, ONE_LINE, TEXT, VISIBLE } from '../../lib/plain-text.ts';

/** In bytes of UTF-8. */
const LARGEST_BODY = 200 * 1024;
const encoder = new TextEncoder();

const title = z.string().trim().max(200).regex(VISIBLE, NOT_VISIBLE).regex(ONE_LINE, NOT_ONE_LINE);
const body = z
  .string()
  .regex(TEXT, NOT_TEXT)
  .refine((text) => encoder.encode(text).byteLength <= LARGEST_BODY, `is larger than ${LARGEST_BODY / 1024} KB`);
const objectiveId = z.string().max(64).nullable();
/** From 0. One too high means the end. */
const position = z.int().min(0).max(100_000);
/** The version its editor saw: any other is refused with `conflict`. */
const version = z.int().min(1);

export const CreateLessonInput = z.strictObject({
  courseKey: z.string().min(1).max(255),
  title,
  body,
  position: position.optional(),
  objectiveId: objectiveId.optional(),
});
export type CreateLessonInput = z.output<typeof CreateLessonInput>;

export const ChangeLessonInput = z.strictObject({
  title: title.optional(),
  body: body.optional(),
  position: position.optional(),
  objectiveId: objectiveId.optional(),
  version: version.optional(),
});
export type ChangeLessonInput = z.output<typeof ChangeLessonInput>;

/** The whole lesson; what is left out of it is taken away, but for its place. */
export const ReplaceLessonInput = z.strictObject({
  title,
  body,
  position: position.optional(),
  objectiveId: objectiveId.default(null),
  version: version.optional(),
});

export const ListLessonsInput = PageQuery.extend({ courseKey: z.string().max(255).optional() });
export type ListLessonsInput = z.output<typeof ListLessonsInput>;

export const LessonProgressInput = z.strictObject({ completed: z.boolean() });
