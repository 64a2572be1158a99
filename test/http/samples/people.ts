import type { Samples } from '../security.ts';

export const people: Samples = {};
