export { findViewer, readAttemptForm } from './attempt-form.ts';
export { auditIfChanged, auditRow } from './audit.ts';
export { authenticate } from './authenticate.ts';
export { identityCleanup } from './cleanup.ts';
export type { LaunchFacts } from './launch-facts.ts';
export { liveActor, requireLive } from './live-actor.ts';
export { localPath } from './local-path.ts';
export { pageCall, pageGuard, staffOnly } from './page-guard.ts';
export { identityPages, type SignInWay } from './page-routes.tsx';
export {
  giveFramedSecret,
  giveFramedSession,
  giveSecret,
  giveSession,
  outsideCallOf,
  readSecret,
  secretOf,
  systemCallOf,
} from './page-session.ts';
export { hashPassword } from './password.ts';
export { readForm, readUnprotectedForm } from './read-form.ts';
export { requireConfirmed } from './require-confirmed.ts';
export { identityEndpoints } from './routes.ts';
export { user } from './schema.ts';
export { sessionByLaunch, signInByLaunch, signInVouchedFor } from './sign-in.ts';
export { endLaunches } from './sign-out.ts';
export { signAttemptToken } from './tokens.ts';
export { isBlocked, normaliseEmail, requireUser, selectUsers, userView } from './users.ts';
