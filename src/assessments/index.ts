export { archiveAttempts } from './archive.ts';
export { createAssessment } from './create-assessment.ts';
export { publishAssessment } from './publish-assessment.ts';
export { reachOpenAttempts } from './reach-open-attempts.ts';
export { assessmentsEndpoints } from './routes.ts';
export { type Sessions, sessionsOf } from './sessions.ts';
export { storeResult } from './store-result.ts';
export { sweepAttempts } from './sweep.ts';
