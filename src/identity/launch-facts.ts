import type { Role } from '../lib/call.ts';

/**
 * The launch of a learning platform that a sign-in came of, in the platform's own ids; `registrationId` and `assessmentId` are
 * ours. Null: the platform did not say.
 */
export type LaunchFacts = {
  registrationId: string;
  deploymentId: string;
  contextId: string | null;
  resourceLinkId: string | null;
  role: Extract<Role, 'student' | 'instructor'>;
  assessmentId?: string;
};
