import type { AppContext } from './context.ts';

/** Whether the browser says that the answer goes into a frame. Older ones say nothing. */
export const isFramed = (c: AppContext) => /^i?frame$/.test(c.req.header('sec-fetch-dest') ?? '');
