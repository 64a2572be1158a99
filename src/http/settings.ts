const requiredSecrets = ['ACCESS_TOKEN_KEY', 'SECRETS_KEY', 'PASSWORD_PEPPER'] as const;

/**
 * The environment, read once a request. Without ENVIRONMENT=local every `VE_` switch is ignored. `allowPrivateHosts` opens
 * loopback for platforms, and nothing else.
 */
export type Settings = {
  isLocal: boolean;
  /** Where this Worker is found, without a slash at its end: what links in mails begin with. Never taken from a request. */
  publicOrigin: string;
  rateLimits: boolean;
  allowPrivateHosts: boolean;
  missingSecrets: string[];
  /** Shorter waits for local runs, in seconds; null leaves what a connection says and the standard. */
  syncDebounceSeconds: number | null;
  syncPollSeconds: number | null;
  /** How long a login from a platform may take, in seconds, for local runs. */
  ltiStateSeconds: number | null;
  /** The first wait after a score that did not arrive, in ms, for local runs. */
  passbackBackoffMs: number | null;
};

const seconds = (text: string | undefined) =>
  text !== undefined && /^\d{1,4}(\.\d+)?$/.test(text) ? Number(text) : null;

const milliseconds = (text: string | undefined) =>
  text !== undefined && /^[1-9]\d{0,6}$/.test(text) ? Number(text) : null;

/** What cannot be an address is told by no link. */
const originOf = (text: string | undefined) =>
  text !== undefined && URL.canParse(text) ? new URL(text).origin : 'http://localhost';

export function readSettings(env: Env): Settings {
  const isLocal = env.ENVIRONMENT === 'local';
  return {
    isLocal,
    publicOrigin: originOf(env.PUBLIC_ORIGIN),
    rateLimits: !(isLocal && env.VE_RATE_LIMITS === 'off'),
    allowPrivateHosts: isLocal && env.VE_ALLOW_PRIVATE_HOSTS === '1',
    syncDebounceSeconds: isLocal ? seconds(env.VE_SYNC_DEBOUNCE_SECONDS) : null,
    syncPollSeconds: isLocal ? seconds(env.VE_SYNC_POLL_SECONDS) : null,
    ltiStateSeconds: isLocal ? seconds(env.VE_LTI_STATE_SECONDS) : null,
    passbackBackoffMs: isLocal ? milliseconds(env.VE_PASSBACK_BACKOFF_MS) : null,
    missingSecrets: requiredSecrets.filter((name) => !env[name]),
  };
}
