import * as z from 'zod';
import { Instant } from '../lib/instant.ts';
import { PageQuery } from '../lib/paging.ts';
import { NOT_VISIBLE, VISIBLE } from '../lib/plain-text.ts';
import { behaviours, gradingMethods, Review, ReviewChanges, Section } from './definition.ts';
import { isEntry } from './op.ts';

const LONGEST_SECONDS = 604_800;

const sections = z.array(Section).min(1).max(50);

const settings = {
  title: z.string().max(200).regex(VISIBLE, NOT_VISIBLE),
  timeLimitSeconds: z.int().min(5).max(LONGEST_SECONDS).nullable(),
  opensAt: Instant.nullable(),
  closesAt: Instant.nullable(),
  attemptsAllowed: z.int().min(0).max(1000),
  gradingMethod: z.enum(gradingMethods),
  passMark: z.number().min(0).max(1),
  shuffleItems: z.boolean(),
  sections,
};

export const CreateAssessmentInput = z.strictObject({
  title: settings.title,
  courseKey: z.string().max(255).optional(),
  behaviour: z.enum(behaviours),
  timeLimitSeconds: settings.timeLimitSeconds.default(null),
  opensAt: settings.opensAt.default(null),
  closesAt: settings.closesAt.default(null),
  attemptsAllowed: settings.attemptsAllowed.default(1),
  gradingMethod: settings.gradingMethod.default('best'),
  passMark: settings.passMark.default(0.8),
  shuffleItems: settings.shuffleItems.default(true),
  sections,
  review: Review.default(Review.parse({})),
});
export type CreateAssessmentInput = z.output<typeof CreateAssessmentInput>;

/** Only what is named changes. `published: false` stops new starts; publishing has a route of its own, which checks. */
export const UpdateAssessmentInput = z
  .strictObject({
    ...settings,
    review: ReviewChanges,
    published: z.literal(false, 'publish by POST /assessments/{id}/publish'),
  })
  .partial();
export type UpdateAssessmentInput = z.output<typeof UpdateAssessmentInput>;

/** Replaces a student's terms: what is left out falls back to none. */
export const SetAccommodationInput = z.strictObject({
  extraTimeSeconds: z.int().min(0).max(LONGEST_SECONDS).default(0),
  timeMultiplier: z.number().min(1).max(10).default(1),
  extraAttempts: z.int().min(0).max(1000).default(0),
});
export type SetAccommodationInput = z.output<typeof SetAccommodationInput>;

export const ExtraTimeInput = z.strictObject({ extraSeconds: z.int().min(1).max(LONGEST_SECONDS) });
export type ExtraTimeInput = z.output<typeof ExtraTimeInput>;

const epoch = z.int().min(1);

/** The envelope. An entry that has a seq is never a reason to refuse the others (CONTRACT "Ops"). */
export const RecordOpsInput = z.strictObject({
  epoch,
  ops: z
    .array(z.custom<Record<string, unknown>>(isEntry, 'must be an object with an integer seq of at least 1'))
    .max(200),
});
export type RecordOpsInput = z.output<typeof RecordOpsInput>;

export const SubmitInput = z.strictObject({ epoch, lastSeq: z.int().min(0).optional() });
export type SubmitInput = z.output<typeof SubmitInput>;

export const TryInput = z.strictObject({
  itemId: z.string().max(64),
  response: z.unknown(),
  tryNumber: z.int().min(1).max(100),
});
export type TryInput = z.output<typeof TryInput>;

export const MyAttemptsQuery = PageQuery.extend({
  state: z.enum(['open', 'submitted', 'expired', 'graded']).optional(),
});
export type MyAttemptsQuery = z.output<typeof MyAttemptsQuery>;

export const AssessmentsQuery = PageQuery.extend({ search: z.string().max(200).optional() });
export type AssessmentsQuery = z.output<typeof AssessmentsQuery>;

export const PreviewQuery = z.strictObject({ seed: z.string().min(1).max(64).optional() });
