/** What is counted or measured when a launch is verified. Times in seconds, lengths in characters. */
export const launchLimits = {
  /** Of a token: the body that carries it is at most 64 KB. Nothing longer is looked at. */
  token: 65_536,
  /** How far a platform's clock may be from ours, either way (security-v1p0 §5.1.2: "no more than a few minutes"). */
  skew: 60,
  /** How old a token may be, by its `iat`; Moodle's live a minute, those of Open edX an hour (security-v1p0 §5.1.3 no. 8). */
  age: 60 * 60,
  /** From `iat` to `exp`. */
  lifetime: 24 * 60 * 60,
  /** Of `sub`, `deployment_id`, the id of a context or a resource link: "255 ASCII characters" (lti-core-v1p3 §5.3, §5.4.1). */
  id: 255,
  /** Names of people and titles. What is longer is cut. */
  name: 255,
  /** Of an e-mail address (RFC 5321 §4.5.3.1.3). One that is longer is none. */
  email: 254,
  /** Of the address of a service. One that is longer is none. */
  url: 4_096,
} as const;

export const keySetLimits = {
  /** Members of a set that are looked at. */
  members: 100,
  /** Keys under one `kid`: it must not name two of a kind (security-v1p0 §6.3), but where it does, each is tried. */
  sameId: 4,
  /** Bits of a modulus: RFC 7518 §3.3 wants 2048 at least; checking a signature takes longer the longer it is. */
  minBits: 2_048,
  maxBits: 8_192,
  /** Bytes of a public exponent; it is 65537 nearly everywhere, and time grows with it. */
  exponentBytes: 4,
} as const;
