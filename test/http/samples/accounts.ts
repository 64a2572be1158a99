import type { Samples } from '../security.ts';

export const accounts: Samples = {};
