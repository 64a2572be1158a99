import type { Course } from './course.ts';
import { type Faults, strikes } from './faults.ts';
import type { LtiState } from './lti/lti-state.ts';
import type { Enrolment, Person } from './people.ts';
import type { PythonTime } from './python.ts';
import type { RandomSource } from './random-source.ts';
import { type Layout, type PlatformEvent, type Webhook, webhookOf } from './webhooks.ts';

/** An OAuth application of the platform. */
export type Client = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly grants: readonly ('client_credentials' | 'authorization_code')[];
  readonly scopes: readonly string[];
  /** Whom a token of client credentials acts for. */
  readonly username?: string;
  readonly redirectUris?: readonly string[];
};

/** A code waiting to be swapped for a token. */
type Grant = {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly username: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  readonly expires: number;
};

/** Everything the platform is, for its routes. */
export type World = {
  readonly origin: string;
  readonly now: () => number;
  readonly random: RandomSource;
  readonly deliver: (webhook: Webhook) => void;
  /** How the platform asks a tool for its keys. */
  readonly fetch: (input: string, init?: RequestInit) => Promise<Response>;
  readonly lti: LtiState;
  readonly courses: Map<string, Course>;
  readonly people: Map<string, Person>;
  readonly enrolments: Map<string, Enrolment>;
  readonly clients: Client[];
  readonly codes: Map<string, Grant>;
  readonly faults: Faults;
  /** Every webhook made, the lost ones too, oldest first. */
  readonly sent: Webhook[];
  readonly held: Webhook[];
  layout: Layout;
  ticks: number;
};

const KEPT = 500;
const HELD_AT_MOST = 3;

/** Now, to a microsecond that no other event has. */
export function instant(world: World): PythonTime {
  world.ticks += 1;
  return { ms: world.now(), micro: 1 + (world.ticks % 999) };
}

function deliver(world: World, webhook: Webhook): void {
  if (strikes(world.faults, 'webhookLost', world.random)) {
    webhook.answer = 'lost';
    return;
  }
  world.deliver(webhook);
  if (strikes(world.faults, 'webhookDuplicated', world.random)) {
    const again = { ...webhook };
    world.sent.push(again);
    world.deliver(again);
  }
}

/** Sends what was held back, the newest first. */
export function releaseHeld(world: World): void {
  for (const webhook of world.held.splice(0).reverse()) deliver(world, webhook);
}

/** Tells the world of an event in the layout of the day. */
export function emit(world: World, event: PlatformEvent): void {
  const webhook = webhookOf(event, world.layout, world.random);
  if (!webhook) return;
  world.sent.push(webhook);
  if (world.sent.length > KEPT) world.sent.splice(0, world.sent.length - KEPT);
  if (strikes(world.faults, 'webhookHeld', world.random)) {
    webhook.answer = 'held back';
    world.held.push(webhook);
    if (world.held.length >= HELD_AT_MOST) releaseHeld(world);
    return;
  }
  deliver(world, webhook);
  releaseHeld(world);
}
