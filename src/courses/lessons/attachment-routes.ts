import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, isUnchanged, reading, revalidated, writing } from '../../http/index.ts';
import { DomainError } from '../../lib/errors.ts';
import { NOT_ONE_LINE, ONE_LINE } from '../../lib/plain-text.ts';
import { AttachmentAnswer } from './answers.ts';
import { attachments, contentDisposition } from './attachment-types.ts';
import { attach, removeAttachment, requireAttachment } from './attachments.ts';
import type { Attachment } from './lessons.ts';

/** A file to keep, not to show: whatever is in it, no browser takes it for a page of ours. */
export const fileHeaders = ({ id, name, mediaType, bytes }: Attachment) => ({
  ...revalidated(`"${id}"`),
  'content-type': mediaType,
  'content-length': String(bytes),
  'content-disposition': contentDisposition(name),
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
});

/** The file itself. One round trip to R2. */
export async function openFile({ key }: { key: string }, media: R2Bucket): Promise<ReadableStream> {
  const found = await media.get(key);
  if (!found) throw new DomainError('not_found');
  return found.body;
}

const place = z.strictObject({ id: z.string(), attachmentId: z.string() });
const onAttachment = {
  tag: 'Lessons',
  path: '/api/v1/lessons/{id}/attachments/{attachmentId}',
  params: place,
} as const;

export const attachmentEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/v1/lessons/{id}/attachments',
    tag: 'Lessons',
    summary: 'Keeps a file with a lesson; `name` is what readers save it as',
    access: writing('courses:write'),
    params: IdParams,
    query: z.strictObject({ name: z.string().min(1).max(255).regex(ONE_LINE, NOT_ONE_LINE) }),
    raw: { types: attachments.types, limit: attachments.limit },
    answers: { 201: AttachmentAnswer },
    creates: true,
    async run({ call, params, query, bytes, headers, env }) {
      const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
      const body = await attach(
        call,
        { lessonId: params.id, name: query.name, mediaType, bytes },
        { media: env.MEDIA },
      );
      return { status: 201, body };
    },
  }),
  endpoint({
    ...onAttachment,
    method: 'get',
    summary: 'A file of a lesson',
    access: reading('courses:read'),
    produces: 'application/octet-stream',
    answers: { 200: z.string(), 304: null },
    async run({ call, params, headers, env }) {
      const file = await requireAttachment(call, { lessonId: params.id, attachmentId: params.attachmentId });
      const told = fileHeaders(file);
      if (isUnchanged(headers, told.etag)) return { status: 304, headers: revalidated(told.etag) };
      return { status: 200, text: await openFile(file, env.MEDIA), headers: told };
    },
  }),
  endpoint({
    ...onAttachment,
    method: 'delete',
    summary: 'Takes a file away from a lesson',
    access: writing('courses:write'),
    answers: { 204: null },
    async run({ call, params }) {
      await removeAttachment(call, { lessonId: params.id, attachmentId: params.attachmentId });
      return { status: 204 };
    },
  }),
];
