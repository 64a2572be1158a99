export { backoffOf } from './backoff.ts';
export { forgetLogins } from './begin-login.ts';
export { ltiContractPages } from './contract-pages.ts';
export { keepGrade } from './keep-grade.ts';
export { forgetCodes } from './launch-codes.ts';
export { passScore } from './pass-score.ts';
export { type PassbackJob, pokePassbacks, resendPassbacks } from './passback-queue.ts';
export { platformTokens } from './platform-token.ts';
export { ltiEndpoints, ltiPages } from './routes.ts';
