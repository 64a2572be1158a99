import * as z from 'zod';
import { EmailAddress as email, PersonName as name } from '../identity/index.ts';
import { roles } from '../lib/call.ts';
import { PageQuery } from '../lib/paging.ts';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const ListUsersInput = PageQuery.extend({
  search: z.string().max(200).optional(),
  role: z.enum(roles).optional(),
  blocked: flag.optional(),
});
export type ListUsersInput = z.output<typeof ListUsersInput>;

/** As it is typed on any keyboard and cannot be taken for an address. Kept in lower case. */
const username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])$/, 'must have 2 to 64 of a-z, 0-9, dot, dash or underscore');

const ADDRESSED = 'give an e-mail or a user name';

/** Staff make students only; another role is given afterwards, by who may. */
export const CreateUserInput = z
  .strictObject({ name, email: email.optional(), username: username.optional() })
  .refine((given) => given.email !== undefined || given.username !== undefined, {
    path: ['username'],
    error: ADDRESSED,
  });
export type CreateUserInput = z.output<typeof CreateUserInput>;

/** What is left out stays. Null takes an address or a user name away; one of them has to remain. */
export const UpdateUserInput = z
  .strictObject({ name: name.optional(), email: email.nullable().optional(), username: username.nullable().optional() })
  .refine((given) => Object.keys(given).length > 0, 'names nothing to change');
export type UpdateUserInput = z.output<typeof UpdateUserInput>;

export const ChangeRoleInput = z.strictObject({ role: z.enum(roles) });
export const AssignInstructorInput = z.strictObject({ instructorId: z.string().min(1).max(64).nullable() });

/** A row of a table of new accounts, as the columns name it. */
export const ImportRow = z
  .object({
    name,
    email: z
      .literal('')
      .transform(() => undefined)
      .or(email.optional()),
    username: z
      .literal('')
      .transform(() => undefined)
      .or(username.optional()),
    role: z
      .string()
      .toLowerCase()
      .transform((role) => role.replaceAll(/[\s_-]/g, '') || 'student')
      .pipe(z.enum(roles))
      .default('student'),
  })
  .refine((given) => given.email !== undefined || given.username !== undefined, {
    path: ['username'],
    error: ADDRESSED,
  });
