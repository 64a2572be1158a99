import type * as z from 'zod';
import { DomainError, type FieldError, invalidFields } from '../lib/errors.ts';

export const MAX_BODY_BYTES = 1024 * 1024;
const MAX_DEPTH = 32;

const pointerOf = (path: PropertyKey[]) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function fieldErrors(error: z.ZodError, root: string): FieldError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ pointer: root + pointerOf([...issue.path, key]), message: 'unknown field' }));
    }
    return [{ pointer: root + pointerOf(issue.path), message: issue.message }];
  });
}

/** Parses with a schema or refuses with pointers. `root` tells body (empty), `/query` or `/path` apart. */
export function validate<S extends z.ZodType>(schema: S, value: unknown, root = ''): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidFields(fieldErrors(parsed.error, root));
}

/** The query as an object; a name given twice is refused, because two readers would not agree which one counts. */
export function readQuery(url: URL): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of url.searchParams) {
    if (name in query) throw invalidFields([{ pointer: pointerOf(['query', name]), message: 'is given twice' }]);
    query[name] = value;
  }
  return { ...query };
}

/** Reads at most `limit` bytes: the declared length first, then what really arrives. */
export async function readLimited(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = () => new DomainError('too_large', `At most ${limit} bytes`);
  const declared = request.headers.get('content-length');
  if (declared !== null) {
    if (Number(declared) > limit) throw tooLarge();
    // The server reads no further than the declared length, and this costs a tenth of reading the stream.
    const bytes = new Uint8Array(await request.arrayBuffer());
    if (bytes.byteLength > limit) throw tooLarge();
    return bytes;
  }
  if (!request.body) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > limit) throw tooLarge();
    parts.push(part);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** Refuses deep nesting before the parser recurses into it. */
function checkDepth(text: string) {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 92) i += 1;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > MAX_DEPTH) throw new DomainError('malformed', `Nested deeper than ${MAX_DEPTH}`);
    } else if (code === 125 || code === 93) depth -= 1;
  }
}

/** Decodes and parses a JSON body. No body at all reads as `{}`, so POSTs without input take either. */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return {};
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
    checkDepth(text);
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('malformed', 'The body is not JSON in UTF-8');
  }
}

/** Bodies are read as they come: one that says it is packed would have to be unpacked before its size is known. Refuses with 415. */
export function refuseEncoded(headers: Headers) {
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity')
    throw new DomainError('unsupported_media_type', 'Send the body without Content-Encoding');
}

export const isJson = (contentType: string | null) =>
  /^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i.test(contentType ?? '');
