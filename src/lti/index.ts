export { backoffOf } from './backoff.ts';
export { ltiContractPages } from './contract-pages.ts';
export { forgetLti } from './forget-lti.ts';
export { keepGrade, keepGradeOf, keepGradesOfLink } from './keep-grade.ts';
export { passScore } from './pass-score.ts';
export { type PassbackJob, pokePassbacks, resendPassbacks } from './passback-queue.ts';
export { platformTokens } from './platform-token.ts';
export { ltiEndpoints, ltiPages } from './routes.ts';
export { rotateKeys } from './signing-keys.ts';
