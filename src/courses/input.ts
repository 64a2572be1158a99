import * as z from 'zod';
import { PageQuery } from '../lib/paging.ts';
import { NOT_ONE_LINE, NOT_TEXT, NOT_VISIBLE, ONE_LINE, TEXT, VISIBLE } from '../lib/plain-text.ts';
import { academicClasses, courseVisibilities, examinationLevels } from './schema.ts';

export const ListCoursesInput = PageQuery.extend({ search: z.string().max(200).optional() });
export type ListCoursesInput = z.output<typeof ListCoursesInput>;

export const ListEnrolmentsInput = PageQuery.extend({
  courseKey: z.string().max(255).optional(),
  userId: z.string().max(64).optional(),
});
export type ListEnrolmentsInput = z.output<typeof ListEnrolmentsInput>;

/** What stands in an address by itself: `.` and `..` name other places there, and `new` is a page. */
export const CourseKey = z
  .string()
  .regex(/^[^\s\p{C}/?#]{1,255}$/u, 'must be a key without spaces and slashes')
  .refine((key) => !/^(\.+|new)$/i.test(key), 'cannot be used as a key');
export const Title = z.string().trim().min(1).max(200).regex(ONE_LINE, NOT_ONE_LINE).regex(VISIBLE, NOT_VISIBLE);

const text = z.string().max(20_000).regex(TEXT, NOT_TEXT);

/**
 * What can be said of a course beside its key and title. `description` and `teacherGuide` are Markdown; `minimumMasteryPercent` is of 100. Without
 * `seatLimit` there is no limit.
 */
export const CourseDetailsInput = {
  visibility: z.enum(courseVisibilities),
  seatLimit: z.int().min(1).max(100_000).nullable(),
  description: text,
  estimatedHours: z.number().positive().max(10_000).nullable(),
  teacherGuide: text,
  minimumMasteryPercent: z.number().min(0).max(100).nullable(),
};

const level = z.enum(examinationLevels).nullable();
const academicClass = z.enum(academicClasses).nullable();

/** `revision`: the one that was read. Where it is no longer the course's, somebody else was faster, and nothing is changed. */
const revision = z.int().positive().exactOptional();

/** Everything that can be edited; what may be left out then is as of a new course. `courseKey`, if given, is the one of the path. */
export const ReplaceCourseInput = z.strictObject({
  courseKey: CourseKey.exactOptional(),
  title: Title,
  examinationLevel: level,
  academicClass,
  visibility: CourseDetailsInput.visibility.default('open'),
  seatLimit: CourseDetailsInput.seatLimit.default(null),
  description: CourseDetailsInput.description.default(''),
  estimatedHours: CourseDetailsInput.estimatedHours.default(null),
  teacherGuide: CourseDetailsInput.teacherGuide.default(''),
  minimumMasteryPercent: CourseDetailsInput.minimumMasteryPercent.default(null),
  revision,
});

export const UpdateCourseInput = z.strictObject({
  title: Title.exactOptional(),
  examinationLevel: level.exactOptional(),
  academicClass: academicClass.exactOptional(),
  visibility: CourseDetailsInput.visibility.exactOptional(),
  seatLimit: CourseDetailsInput.seatLimit.exactOptional(),
  description: CourseDetailsInput.description.exactOptional(),
  estimatedHours: CourseDetailsInput.estimatedHours.exactOptional(),
  teacherGuide: CourseDetailsInput.teacherGuide.exactOptional(),
  minimumMasteryPercent: CourseDetailsInput.minimumMasteryPercent.exactOptional(),
  revision,
});
export type UpdateCourseInput = z.output<typeof UpdateCourseInput>;

/** `userId` is for staff; a student enrols themself. */
export const EnrolInput = z.strictObject({
  courseKey: z.string().max(255),
  userId: z.string().max(64).exactOptional(),
});
export type EnrolInput = z.output<typeof EnrolInput>;

/** Without `parentId` it is a topic; under a topic a subtopic, under a subtopic an objective. `position` counts from 0; last if left out. */
export const AddNodeInput = z.strictObject({
  title: Title,
  parentId: z.string().max(64).exactOptional(),
  position: z.int().min(0).max(10_000).exactOptional(),
});
export type AddNodeInput = z.output<typeof AddNodeInput>;

/** `parentId`: another node of the kind its present parent is of. */
export const ChangeNodeInput = AddNodeInput.partial();
export type ChangeNodeInput = z.output<typeof ChangeNodeInput>;
