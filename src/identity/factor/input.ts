import * as z from 'zod';

/** A code of an authenticator or a recovery code, however its groups are written. */
export const GivenCode = z.string().trim().min(6).max(64);

export const CodeInput = z.strictObject({ code: GivenCode });

/** One proof of who one is. */
export const ConfirmInput = z
  .strictObject({ password: z.string().min(1).max(256).optional(), code: GivenCode.optional() })
  .refine(
    ({ password, code }) => (password === undefined) !== (code === undefined),
    'needs a password or a code, not both',
  );
export type ConfirmInput = z.output<typeof ConfirmInput>;
