/** Given only by the start script and the tests; a deployed Worker has none of them. */
declare namespace Cloudflare {
  interface Env {
    ENVIRONMENT?: string;
    VE_RATE_LIMITS?: string;
  }
}
interface Env {
  ENVIRONMENT?: string;
  VE_RATE_LIMITS?: string;
}
