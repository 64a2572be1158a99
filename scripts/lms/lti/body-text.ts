import type { Context } from 'hono';

/** The body as text, whatever its type is called: workerd warns of text in types it does not know as such. */
export const bodyText = async (c: Context): Promise<string> => new TextDecoder().decode(await c.req.arrayBuffer());

export async function bodyJson(c: Context): Promise<unknown> {
  try {
    return JSON.parse(await bodyText(c));
  } catch {
    return undefined;
  }
}
