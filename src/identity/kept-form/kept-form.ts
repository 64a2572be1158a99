import * as z from 'zod';
import type { AppContext } from '../../http/index.ts';
import { localPath } from '../local-path.ts';

/*
 * What was typed into a form that is refused for something that has nothing to do with it is not lost: the page that says so has it in
 * hidden fields, to be sent again by hand. No secret and no file is kept.
 */

const MULTIPART = 'multipart/form-data';

/** A form to be sent again: where to, and its texts in their order. `hasFile`: a file came with it, which is not kept. */
const KeptForm = z.object({
  to: z.string(),
  enctype: z.enum(['application/x-www-form-urlencoded', MULTIPART]),
  fields: z.array(z.tuple([z.string(), z.string()])),
  hasFile: z.boolean(),
});
export type KeptForm = z.output<typeof KeptForm>;

const isSecret = (name: string) => /password|secret|^(repeat|code|token)$/i.test(name);
/** What a press of a button sends by itself; `kept` is a form that the confirm page carries along. */
const untyped = new Set(['csrf', 'confirmed', 'once', 'provider', 'kept']);

/** What is kept of a form: undefined where nothing was typed into it, or a secret was. */
export function keepForm(c: AppContext, form: FormData): KeptForm | undefined {
  const texts = [...form].flatMap(([name, value]) =>
    typeof value === 'string' && name !== 'csrf' ? [[name, value] as [string, string]] : [],
  );
  if (texts.some(([name, value]) => isSecret(name) && value !== '')) return undefined;
  if (!texts.some(([name, value]) => !untyped.has(name) && value !== '')) return undefined;
  const { pathname, search } = new URL(c.req.url);
  return {
    to: localPath(pathname + search),
    enctype: (c.req.header('content-type') ?? '').startsWith(MULTIPART)
      ? MULTIPART
      : 'application/x-www-form-urlencoded',
    fields: texts,
    hasFile: [...form].some(([, value]) => typeof value !== 'string' && value.size > 0),
  };
}

/** A kept form as one hidden field brings it; undefined where it is none. */
export function readKeptForm(text: string | File | null): KeptForm | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const kept = KeptForm.parse(JSON.parse(text));
    return { ...kept, to: localPath(kept.to) };
  } catch {
    return undefined;
  }
}
