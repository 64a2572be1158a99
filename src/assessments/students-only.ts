import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../http/index.ts';
import { isStaff } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';

/** Pages of students, behind `pageGuard`: staff look at the same things on pages of their own, with more on them. */
export const studentsOnly = createMiddleware<AppEnv>(async (c, next) => {
  if (!c.var.actor || isStaff(c.var.actor)) throw new DomainError('forbidden');
  await next();
});
