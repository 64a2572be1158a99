/** Whose manners the stand-in has. */
export const modes = ['openedx', 'moodle', 'canvas'] as const;
export type Mode = (typeof modes)[number];

export const isMode = (text: unknown): text is Mode => modes.some((one) => one === text);

type Manners = {
  /** What the platform calls itself in tokens. */
  readonly issuer: (origin: string) => string;
  /** How the login initiation reaches the tool. */
  readonly loginBy: 'GET' | 'POST';
  readonly idTokenSeconds: number;
  readonly accessTokenSeconds: number;
  /** For how long a begun launch can be asked for. */
  readonly launchMs: number;
  /** May one launch be asked for again? Open edX keeps it in a cache; the others take it out. */
  readonly keepsLaunch: boolean;
  /** Errors of an authorisation request go back to the tool; Open edX shows them on a page of its own. */
  readonly postsErrors: boolean;
  /** What is told of a person unless the settings say otherwise. */
  readonly tells: 'none' | 'all';
};

export const manners: { readonly [M in Mode]: Manners } = {
  openedx: {
    issuer: (origin) => origin,
    loginBy: 'GET',
    idTokenSeconds: 3600,
    accessTokenSeconds: 3600,
    launchMs: 600_000,
    keepsLaunch: true,
    postsErrors: false,
    tells: 'none',
  },
  moodle: {
    issuer: (origin) => origin,
    loginBy: 'POST',
    idTokenSeconds: 60,
    // Shorter than Moodle's default, as a site that is careful: a tool must not count on an hour.
    accessTokenSeconds: 60,
    launchMs: 7_200_000,
    keepsLaunch: false,
    postsErrors: true,
    tells: 'all',
  },
  canvas: {
    // One issuer for every customer; only the endpoints are the customer's own.
    issuer: () => 'https://canvas.instructure.com',
    loginBy: 'POST',
    idTokenSeconds: 3600,
    accessTokenSeconds: 3600,
    launchMs: 300_000,
    keepsLaunch: false,
    postsErrors: true,
    tells: 'all',
  },
};
