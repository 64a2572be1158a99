import type { World } from '../world.ts';

/** The platform's own idea of the time, in ms: it may run ahead or behind. */
export const platformNow = (world: World) => world.now() + world.faults.clockSkewMs;
