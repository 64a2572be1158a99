import * as z from 'zod';
import { locales } from '../lib/call.ts';
import { NOT_ONE_LINE, ONE_LINE } from '../lib/plain-text.ts';
import { GivenCode } from './factor/input.ts';
import { hasFitLength, isCommon, isNotTooLong } from './passwords/fit-password.ts';

/** An address as far as it can be told without writing to it. */
export const EmailAddress = z
  .string()
  .trim()
  .max(254)
  .regex(
    /^[^\s\p{C}@,;:<>()[\]"\\]{1,64}@[^\s\p{C}@,;:<>()[\]"\\.]+(\.[^\s\p{C}@,;:<>()[\]"\\.]+)+$/u,
    'must be an e-mail address',
  );

/** What a person is called. */
export const PersonName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(ONE_LINE, NOT_ONE_LINE)
  .regex(/^$|(?![\u115f\u1160\u3164\uffa0])[\p{L}\p{N}]/u, 'must have a letter')
  .refine((name) => !/[\u200E\u200F\u202A-\u202E\u2066-\u2069]/.test(name), 'must not turn the direction of writing')
  .transform((name) => name.toWellFormed().normalize('NFC'));

/** A password somebody types to be known by: only bounded, so that the rules of its time do not lock anybody out. */
const GivenPassword = z.string().min(1).refine(isNotTooLong, 'must have at most 256 characters');

/** A password to come: what else is asked of it depends on whose it is (fit-password.ts). */
const NewPassword = z
  .string()
  .refine(hasFitLength, 'must have 8 to 256 characters')
  .refine((text) => !isCommon(text), 'is one of the passwords that are guessed first');

/** `email`: an address or a user name. */
export const LoginInput = z.strictObject({
  email: z.string().trim().min(1).max(254).describe('An e-mail address or a user name'),
  password: GivenPassword,
  code: GivenCode.optional().describe('Once a second factor is on: a code of the authenticator, or a recovery code'),
});
export type LoginInput = z.output<typeof LoginInput>;

export const RefreshInput = z.strictObject({ refresh: z.string().min(1).max(2048) });
export type RefreshInput = z.output<typeof RefreshInput>;

export const RegisterInput = z.strictObject({ email: EmailAddress, password: NewPassword, name: PersonName });
export type RegisterInput = z.output<typeof RegisterInput>;

export const AskResetInput = z.strictObject({ email: z.string().trim().min(1).max(254) });
export type AskResetInput = z.output<typeof AskResetInput>;

export const ConfirmResetInput = z.strictObject({ token: z.string().min(1).max(256), password: NewPassword });
export type ConfirmResetInput = z.output<typeof ConfirmResetInput>;

export const ChangePasswordInput = z.strictObject({ currentPassword: GivenPassword, newPassword: NewPassword });
export type ChangePasswordInput = z.output<typeof ChangePasswordInput>;

/** What people may change of themselves. A new address counts once its link was followed. */
export const UpdateProfileInput = z.strictObject({
  name: PersonName.optional(),
  locale: z.enum(locales).nullable().optional().describe('The language of mails; null: none was chosen'),
  email: EmailAddress.optional(),
});
export type UpdateProfileInput = z.output<typeof UpdateProfileInput>;
