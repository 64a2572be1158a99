import type { Samples } from '../security.ts';

export const factors: Samples = {};
