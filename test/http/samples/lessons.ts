import type { Samples } from '../security.ts';

export const lessons: Samples = {};
