import type { Samples } from '../security.ts';

export const operations: Samples = {};
