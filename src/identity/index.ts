export { UserAnswer } from './answers.ts';
export { findViewer, readAttemptForm } from './attempt-form.ts';
export { auditIfChanged, auditRow } from './audit.ts';
export { forgetAudit } from './audit-log/forget-audit.ts';
export { authenticate } from './authenticate.ts';
export { identityCleanup } from './cleanup.ts';
export { endSignIns } from './end-sign-ins.ts';
export { deleteMyAccount, eraseUser } from './erase-user.ts';
export { exportAccount } from './export-account.ts';
export { letIn } from './factor/let-in.ts';
export { takeFactor, wasTaken } from './factor/take-factor.ts';
export { toConfirm } from './factor/to-confirm.ts';
export { newFirstPassword } from './first-password.ts';
export { EmailAddress, PersonName } from './input.ts';
export { sendAgain } from './kept-form/send-again.tsx';
export { endKeys } from './keys/end-keys.ts';
export type { LaunchFacts } from './launch-facts.ts';
export { sessionByLaunch, signInByLaunch } from './launch-sign-in.ts';
export { limitRequests } from './limit-requests.ts';
export { liveActor, requireLive } from './live-actor.ts';
export { localPath } from './local-path.ts';
export { doOnce, newOnce, showOnce } from './once.ts';
export { type LinkPurpose, newLink } from './one-time-link.ts';
export { pageCall, pageGuard, staffOnly } from './page-guard.ts';
export { identityPages, type SignInWay } from './page-routes.tsx';
export {
  forgetSession,
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
export { type LetIn, signInVouchedFor } from './sign-in.ts';
export { endLaunches } from './sign-out.ts';
export { actorStands, superadminRemains } from './superadmin-remains.ts';
export { signAttemptToken } from './tokens.ts';
export { findTeacher, isBlocked, normaliseEmail, requireUser, selectUsers, teachers, userView } from './users.ts';
