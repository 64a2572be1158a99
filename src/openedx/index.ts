export { forgetSignIns } from './begin-sign-in.ts';
export type { SyncJob } from './enqueue-sync.ts';
export { dueEvents, forgetEvents, handleEvent } from './handle-event.ts';
export { openedxPages } from './page-routes.ts';
export { selectByUsername, selectSourceOf } from './platform-facts.ts';
export { openedxEndpoints } from './routes.ts';
export { openedxSignInPages, openedxSignInWays } from './sign-in-routes.tsx';
export { buryDeadSync, consumeSync, reconcileAndSync, resendSyncs } from './sync-jobs.ts';
export { waitsOf } from './waits.ts';
