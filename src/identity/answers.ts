import * as z from 'zod';
import { roles } from '../lib/call.ts';

/** What a user is told of themselves. */
export const UserAnswer = z.object({
  id: z.string(),
  email: z.string().nullable(),
  username: z.string().nullable(),
  name: z.string(),
  role: z.enum(roles),
  emailVerified: z.boolean(),
});

export const TokenPairAnswer = z.object({ access: z.string(), refresh: z.string() });
