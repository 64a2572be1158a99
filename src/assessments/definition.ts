import * as z from 'zod';

/*
 * What an assessment is made of (CONTRACT "Assessments").
 */

const count = z.int().min(0).max(500);

/** Draws `select` items of a bank, of these difficulties if counted by difficulty, carrying every one of `tags`. */
export const Section = z.strictObject({
  title: z.string().max(200).optional(),
  bankId: z.string().max(64),
  select: z.union([
    z.int().min(1).max(500),
    z
      .strictObject({ easy: count.default(0), medium: count.default(0), hard: count.default(0) })
      .refine(({ easy, medium, hard }) => easy + medium + hard > 0, 'must select at least one item'),
  ]),
  tags: z.array(z.string().min(1).max(64)).max(20).optional(),
});
export type Section = z.output<typeof Section>;

const when = z.enum(['after_submit', 'after_close', 'never']);

/** What a student may see, and when. */
export const Review = z.strictObject({
  score: when.default('after_submit'),
  correctness: when.default('after_close'),
  key: when.default('after_close'),
  feedback: when.default('after_close'),
});
export type Review = z.output<typeof Review>;

/** Changes of some of the four: a default must not show again what was hidden. */
export const ReviewChanges = z.strictObject({
  score: when.exactOptional(),
  correctness: when.exactOptional(),
  key: when.exactOptional(),
  feedback: when.exactOptional(),
});

export const behaviours = ['exam', 'practice'] as const;
export const gradingMethods = ['best', 'last', 'first', 'average'] as const;

/** How many items a section asks for. */
export const sectionSize = ({ select }: Section) =>
  typeof select === 'number' ? select : select.easy + select.medium + select.hard;
