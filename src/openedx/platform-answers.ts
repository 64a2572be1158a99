import * as z from 'zod';

/*
 * What we read of the answers of an Open edX platform. Unknown fields are dropped; null and absent are the same, because
 * releases differ in which of the two they write.
 */

const text = z.string();
const orNull = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? null);
const orFalse = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** `GET /api/learning_sequences/v1/course_outline/{key}`: chapters and sequentials as the asking user sees them. */
export const CourseOutline = z.object({
  course_key: text,
  title: text,
  published_at: text,
  published_version: text,
  outline: z.object({
    sections: z.array(z.object({ id: text, title: text, sequence_ids: z.array(text) })),
    sequences: z.record(text, z.object({ id: text, title: text })),
  }),
});
export type CourseOutline = z.output<typeof CourseOutline>;

/** One block of the Blocks API. `children` gives the order of the course; a child may be named and absent. */
export const Block = z.object({
  id: text,
  type: text,
  display_name: text.nullish().transform((value) => value ?? ''),
  children: z
    .array(text)
    .nullish()
    .transform((value) => value ?? []),
  start: orNull(text),
  due: orNull(text),
  graded: orFalse,
  format: orNull(text),
  visible_to_staff_only: orFalse,
  hide_from_toc: orFalse,
  /** Says why a block of this learner's view is not whole; never there with the rights of course staff. */
  authorization_denial_reason: orNull(text),
});
export type Block = z.output<typeof Block>;

/** `GET /api/courses/v1/blocks/`, `return_type=dict`. The keys of `blocks` are usage keys in no order. */
export const BlocksAnswer = z.object({ root: text, blocks: z.record(text, Block) });
export type BlocksAnswer = z.output<typeof BlocksAnswer>;

/** A page of `GET /api/enrollment/v1/enrollments/`. `user` is a username, `created` ISO 8601. */
export const EnrolmentPage = z.object({
  next: orNull(text),
  results: z.array(z.object({ user: text, mode: text, is_active: z.boolean(), created: text })),
});
export type EnrolmentPage = z.output<typeof EnrolmentPage>;

/** `GET /api/user/v1/accounts/{username}`. What only global staff see is null for others. */
export const Account = z.object({
  username: text,
  id: orNull(z.int()),
  email: orNull(text),
  name: orNull(text),
  is_active: orNull(z.boolean()),
});
export type Account = z.output<typeof Account>;
