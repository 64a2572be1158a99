import { and, eq, gt, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import { auditIfChanged } from '../../identity/index.ts';
import type { Call, SystemCall } from '../../lib/call.ts';
import { DomainError, invalidFields } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { course, lesson, lessonAttachment } from '../schema.ts';
import { visibleCourse, writableCourse } from '../who-sees.ts';
import { attachments, fileNameOf } from './attachment-types.ts';
import { type Attachment, RESTORABLE_MS, requireWritableLesson } from './lessons.ts';

/** Whoever asks what a course is made of hears that it changed: triggers count changes of the lesson. */
const touch = ({ db, now }: Call, lessonId: string) =>
  db.update(lesson).set({ updatedAt: now }).where(eq(lesson.id, lessonId));

type NewAttachment = { lessonId: string; name: string; mediaType: string; bytes: Uint8Array };

/**
 * Keeps a file with a lesson. Refuses with `not_found`, and with `invalid` what is not of the type it is said to be or is one too many.
 * Its row is there before the file is, as a deleted one, so that the sweep finds what a crash left. Three round trips, and one to R2.
 */
export async function attach(
  call: Call,
  { lessonId, name, mediaType, bytes }: NewAttachment,
  { media }: { media: R2Bucket },
): Promise<Attachment> {
  const { db, now } = call;
  if (!attachments.fits(mediaType, bytes))
    throw invalidFields([{ pointer: '', message: 'is not of the type it is said to be' }]);
  const found = await requireWritableLesson(call, lessonId);
  if (found.attachments.length >= attachments.most)
    throw invalidFields([{ pointer: '', message: `a lesson has at most ${attachments.most} files` }]);
  const id = newId('attachment', now);
  const key = `attachments/${lessonId}/${id}`;
  const kept = { id, name: fileNameOf(name, mediaType), mediaType, bytes: bytes.byteLength };
  await db.insert(lessonAttachment).values({ ...kept, lessonId, key, createdAt: now, deletedAt: now });
  await media.put(key, bytes, { httpMetadata: { contentType: mediaType } });
  await db.batch([
    db.update(lessonAttachment).set({ deletedAt: null }).where(eq(lessonAttachment.id, id)),
    auditIfChanged(call, { action: 'attachment.made', subject: lessonId, detail: { after: kept } }),
    touch(call, lessonId),
  ]);
  return kept;
}

type Place = { lessonId: string; attachmentId: string };

const isPlace = ({ lessonId, attachmentId }: Place) =>
  and(eq(lessonAttachment.id, attachmentId), eq(lessonAttachment.lessonId, lessonId), isNull(lesson.deletedAt));

/** Takes a file away from a lesson; it can be put back for 30 days. Refuses with `not_found`. Two round trips. */
export async function removeAttachment(call: Call, place: Place): Promise<void> {
  const { db, actor, now } = call;
  const isStanding = isNull(lessonAttachment.deletedAt);
  const [found] = await db
    .select({ id: lessonAttachment.id, name: lessonAttachment.name })
    .from(lessonAttachment)
    .innerJoin(lesson, eq(lesson.id, lessonAttachment.lessonId))
    .innerJoin(course, eq(course.id, lesson.courseId))
    .where(and(isPlace(place), isStanding, writableCourse(actor)));
  if (!found) throw new DomainError('not_found');
  await db.batch([
    db
      .update(lessonAttachment)
      .set({ deletedAt: now })
      .where(and(eq(lessonAttachment.id, found.id), isStanding)),
    auditIfChanged(call, { action: 'attachment.deleted', subject: place.lessonId, detail: { before: found } }),
    touch(call, place.lessonId),
  ]);
}

/** A file that was taken away from a lesson the actor may change, and can be put back. Refuses with `not_found`. One round trip. */
export async function requireRemoved({ db, actor, now }: Call, place: Place): Promise<{ id: string; name: string }> {
  const [found] = await db
    .select({ id: lessonAttachment.id, name: lessonAttachment.name })
    .from(lessonAttachment)
    .innerJoin(lesson, eq(lesson.id, lessonAttachment.lessonId))
    .innerJoin(course, eq(course.id, lesson.courseId))
    .where(
      and(
        isPlace(place),
        writableCourse(actor),
        gt(lessonAttachment.deletedAt, now - RESTORABLE_MS),
        // One that never arrived has nothing to put back.
        gt(lessonAttachment.deletedAt, lessonAttachment.createdAt),
      ),
    );
  if (!found) throw new DomainError('not_found');
  return found;
}

/** Puts a file back that was taken away. Refuses with `not_found`. Two round trips. */
export async function restoreAttachment(call: Call, place: Place): Promise<void> {
  const { db } = call;
  const found = await requireRemoved(call, place);
  await db.batch([
    db
      .update(lessonAttachment)
      .set({ deletedAt: null })
      .where(and(eq(lessonAttachment.id, found.id), isNotNull(lessonAttachment.deletedAt))),
    auditIfChanged(call, { action: 'attachment.restored', subject: place.lessonId, detail: { after: found } }),
    touch(call, place.lessonId),
  ]);
}

/** A file of a lesson that the actor may read, and where it lies. One of another lesson is as an absent one: `not_found`. One round trip. */
export async function requireAttachment({ db, actor }: Call, place: Place): Promise<Attachment & { key: string }> {
  const [found] = await db
    .select({
      id: lessonAttachment.id,
      name: lessonAttachment.name,
      mediaType: lessonAttachment.mediaType,
      bytes: lessonAttachment.bytes,
      key: lessonAttachment.key,
    })
    .from(lessonAttachment)
    .innerJoin(lesson, eq(lesson.id, lessonAttachment.lessonId))
    .innerJoin(course, eq(course.id, lesson.courseId))
    .where(and(isPlace(place), isNull(lessonAttachment.deletedAt), visibleCourse(actor)));
  if (!found) throw new DomainError('not_found');
  return found;
}

/**
 * For the sweep: forgets files that have been away for 30 days, alone or with their lesson, and those that never arrived. At most 100 a run:
 * first the files, then the rows, so that a crash between leaves rows, and the next run takes them.
 */
export async function forgetAttachments({ db, now }: SystemCall, media: R2Bucket): Promise<number> {
  const before = now - RESTORABLE_MS;
  const ofOldLessons = db.select({ id: lesson.id }).from(lesson).where(lt(lesson.deletedAt, before));
  const old = await db
    .select({ id: lessonAttachment.id, key: lessonAttachment.key })
    .from(lessonAttachment)
    .where(or(lt(lessonAttachment.deletedAt, before), inArray(lessonAttachment.lessonId, ofOldLessons)))
    .limit(100);
  if (old.length === 0) return 0;
  await media.delete(old.map(({ key }) => key));
  const ids = JSON.stringify(old.map(({ id }) => id));
  await db.delete(lessonAttachment).where(inArray(lessonAttachment.id, sql`(select value from json_each(${ids}))`));
  return old.length;
}
