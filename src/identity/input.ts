import * as z from 'zod';

const email = z.string().trim().min(3).max(254).includes('@', { message: 'must be an e-mail address' });

/** At sign-in a password is only bounded, so that the rules of its time do not lock anybody out. */
export const LoginInput = z.strictObject({ email, password: z.string().min(1).max(256) });
export type LoginInput = z.output<typeof LoginInput>;

export const RefreshInput = z.strictObject({ refresh: z.string().min(1).max(2048) });
export type RefreshInput = z.output<typeof RefreshInput>;

export const NewPassword = z.string().min(8).max(256);
