import * as z from 'zod';

/** The query of every list. Over 100 a page is refused, not clipped. */
export const PageQuery = z.strictObject({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(100).default(20),
});
export type PageQuery = z.output<typeof PageQuery>;

export type Page<T> = { count: number; results: T[] };

export const offsetOf = ({ page, pageSize }: PageQuery) => (page - 1) * pageSize;

/** CONTRACT "Lists": `next` and `previous` are links to the neighbouring pages, or null. */
export function pageAnswer<T>(url: URL, query: PageQuery, { count, results }: Page<T>) {
  const link = (page: number) => {
    const to = new URL(url);
    to.searchParams.set('page', String(page));
    return to.toString();
  };
  return {
    count,
    next: query.page * query.pageSize < count ? link(query.page + 1) : null,
    previous: query.page > 1 ? link(query.page - 1) : null,
    results,
  };
}

export const pageOf = <T extends z.ZodType>(result: T) =>
  z.object({
    count: z.int(),
    next: z.string().nullable(),
    previous: z.string().nullable(),
    results: z.array(result),
  });
