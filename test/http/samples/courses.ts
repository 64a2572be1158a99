import type { Samples } from '../security.ts';

export const courses: Samples = {};
