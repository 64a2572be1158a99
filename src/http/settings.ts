const requiredSecrets = ['ACCESS_TOKEN_KEY'] as const;

/** The environment, read once a request. Without ENVIRONMENT=local every `VE_` switch is ignored. */
export type Settings = { isLocal: boolean; rateLimits: boolean; missingSecrets: string[] };

export function readSettings(env: Env): Settings {
  const isLocal = env.ENVIRONMENT === 'local';
  return {
    isLocal,
    rateLimits: !(isLocal && env.VE_RATE_LIMITS === 'off'),
    missingSecrets: requiredSecrets.filter((name) => !env[name]),
  };
}
