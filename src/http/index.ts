export type { AppContext, AppEnv, Viewer } from './context.ts';
export {
  anyone,
  checkedByVerb,
  type Endpoint,
  type EndpointRequest,
  endpoint,
  IdParams,
  NoInput,
  reading,
  readingAtOnce,
  theAttempt,
  writing,
} from './endpoint.ts';
export { type Guard, limitMediaType, limitRole, limitSize, type Passage, validateInput } from './guards.ts';
export { answerOnce, forgetIdempotencyKeys } from './idempotency.ts';
export { isFramed } from './is-framed.ts';
export { requestLine } from './log.ts';
export { mountEndpoints, wrongMethod } from './mount.ts';
export { type ContractPage, openApiDocument } from './openapi.ts';
export { type Outside, outsideOf } from './outside.ts';
export { checkPlatformUrl } from './platform-url.ts';
export { problemAnswer } from './problem.ts';
export { limitRate } from './rate-limit.ts';
export { type Limits, type Reached, reachPlatform, retryAfterOf } from './reach-platform.ts';
export { contentSecurityPolicy } from './security-headers.ts';
export { readSettings, type Settings } from './settings.ts';
export { SiteSettings, selectSiteSettings, settingNames, siteSettingsOf } from './site-settings.ts';
export { isJson, parseJson, readLimited, validate } from './validate.ts';
