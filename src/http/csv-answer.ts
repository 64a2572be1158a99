import type { Answer } from './endpoint.ts';

/** The headers of a table that a browser keeps as a file of this name. */
export const csvHeaders = (name: string) => ({
  'content-type': 'text/csv; charset=utf-8',
  'content-disposition': `attachment; filename="${name}"`,
});

export const csvAnswer = (name: string, text: string): Answer => ({ status: 200, text, headers: csvHeaders(name) });
