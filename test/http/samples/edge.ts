import type { Samples } from '../security.ts';

export const edge: Samples = {};
