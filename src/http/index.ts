export type { AppContext, AppEnv, Viewer } from './context.ts';
export { cors } from './cors.ts';
export {
  type Counting,
  countRequest,
  knownRefusal,
  limitNetworkTo,
  limitsOf,
  limitTo,
  type Standing,
  tooMany,
  uncountRequest,
} from './count-request.ts';
export { csvAnswer, csvHeaders } from './csv-answer.ts';
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
export { etagOf, isUnchanged, revalidated } from './etag.ts';
export { type Guard, limitMediaType, limitRole, limitSize, type Passage, validateInput } from './guards.ts';
export { answerOnce, forgetIdempotencyKeys } from './idempotency.ts';
export { isFramed } from './is-framed.ts';
export { limitHead } from './limit-head.ts';
export { limitPages } from './limit-pages.ts';
export { requestLine } from './log.ts';
export { methodsOf, mountEndpoints, pageFor, wrongMethod } from './mount.ts';
export { networkOf } from './network-of.ts';
export { type ContractPage, openApiDocument } from './openapi.ts';
export { type Outside, outsideOf } from './outside.ts';
export { checkPlatformUrl } from './platform-url.ts';
export { countingOf, type PolicyName } from './policies.ts';
export { problemAnswer } from './problem.ts';
export { limitRate } from './rate-limit.ts';
export { rateLimitHeaders } from './rate-limit-headers.ts';
export { type Limits, type Reached, reachPlatform, retryAfterOf } from './reach-platform.ts';
export { contentSecurityPolicy, securityHeaders } from './security-headers.ts';
export { readSettings, type Settings } from './settings.ts';
export {
  SiteSettings,
  SomeSiteSettings,
  selectSiteSettings,
  settingNames,
  siteSettingsOf,
  writeSiteSettings,
} from './site-settings.ts';
export { attemptPace, loadSiteSettings, rememberSiteSettings, renewSiteSettings } from './site-settings-memory.ts';
export { isJson, parseJson, readLimited, refuseEncoded, validate } from './validate.ts';
export { versionOf } from './version-of.ts';
