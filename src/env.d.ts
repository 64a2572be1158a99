/** Given only by the start script and the tests; a deployed Worker has none of them. */
declare namespace Cloudflare {
  interface Env {
    ENVIRONMENT?: string;
    VE_RATE_LIMITS?: string;
    VE_ALLOW_PRIVATE_HOSTS?: string;
    VE_SYNC_DEBOUNCE_SECONDS?: string;
    VE_SYNC_POLL_SECONDS?: string;
    VE_PASSBACK_BACKOFF_MS?: string;
    VE_LTI_STATE_SECONDS?: string;
  }
}
interface Env {
  ENVIRONMENT?: string;
  VE_RATE_LIMITS?: string;
  VE_ALLOW_PRIVATE_HOSTS?: string;
  VE_SYNC_DEBOUNCE_SECONDS?: string;
  VE_SYNC_POLL_SECONDS?: string;
  VE_PASSBACK_BACKOFF_MS?: string;
  VE_LTI_STATE_SECONDS?: string;
}
