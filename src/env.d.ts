/** Given only by the start script and the tests; a deployed Worker has none of the `VE_` ones. */
declare namespace Cloudflare {
  interface Env {
    ENVIRONMENT?: string;
    VE_RATE_LIMITS?: string;
    VE_ALLOW_PRIVATE_HOSTS?: string;
    VE_SYNC_DEBOUNCE_SECONDS?: string;
    VE_SYNC_POLL_SECONDS?: string;
    VE_PASSBACK_BACKOFF_MS?: string;
    VE_LTI_STATE_SECONDS?: string;
    /** How mails leave (src/notifications/mailer-of.ts). */
    MAIL_FROM?: string;
    MAIL_HTTP_URL?: string;
    MAIL_HTTP_TOKEN?: string;
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
  MAIL_FROM?: string;
  MAIL_HTTP_URL?: string;
  MAIL_HTTP_TOKEN?: string;
}

/** Secrets that may be missing: a provider without them is not offered. */
declare namespace Cloudflare {
  interface Env {
    GOOGLE_CLIENT_ID?: string;
    GOOGLE_CLIENT_SECRET?: string;
    GITHUB_CLIENT_ID?: string;
    GITHUB_CLIENT_SECRET?: string;
  }
}
interface Env {
  GOOGLE_CLIENT_ID?: string;
  GOOGLE_CLIENT_SECRET?: string;
  GITHUB_CLIENT_ID?: string;
  GITHUB_CLIENT_SECRET?: string;
}
