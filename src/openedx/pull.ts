import { compareSequences } from './compare-sequences.ts';
import type { Outline } from './outline.ts';
import type { CourseOutline, Fetched, Platform, PlatformFailure } from './platform.ts';
import { readBlocks, type Skipped } from './read-blocks.ts';

/** The change token of a course: `published_version`, and `published_at` in ms, by which versions are ordered. */
export type Version = { version: string; publishedAt: number };

/** An outline that was pulled. `doubts`: what shows that the answer is not whole, stale or filtered; then it is not applied unasked. */
export type Pulled = { version: Version; outline: Outline; skipped: Skipped[]; doubts: string[] };

const failure = (detail: string): { ok: false; failure: PlatformFailure } => ({
  ok: false,
  failure: { kind: 'malformed', status: null, retryAfterSeconds: null, detail },
});

function versionOf({ published_version, published_at }: CourseOutline): Fetched<Version> {
  const publishedAt = Date.parse(published_at);
  if (Number.isNaN(publishedAt)) return failure('learning_sequences names no time of publication');
  return { ok: true, value: { version: published_version, publishedAt }, at: publishedAt };
}

/** What learning_sequences says now. */
export async function readVersion(platform: Platform, courseKey: string): Promise<Fetched<Version>> {
  const sequences = await platform.courseOutline(courseKey);
  return sequences.ok ? versionOf(sequences.value) : sequences;
}

/**
 * One pull (FORMATS "Recommended pull"): Blocks between two looks at learning_sequences. `moved` when the version changed
 * meanwhile: what came is no outline of any one version. Every outline hangs at `rootKey`.
 */
export async function pullOutline(
  platform: Platform,
  courseKey: string,
  rootKey: string,
  before: Version,
): Promise<Fetched<Pulled | 'moved'>> {
  const blocks = await platform.blocks(courseKey);
  if (!blocks.ok) return blocks;
  const sequences = await platform.courseOutline(courseKey);
  if (!sequences.ok) return sequences;
  const after = versionOf(sequences.value);
  if (!after.ok) return after;
  if (after.value.version !== before.version) return { ok: true, value: 'moved', at: sequences.at };
  const read = readBlocks(blocks.value);
  if (!read) return failure('The answer of the Blocks API has no course at its root');
  if (blocks.value.root !== rootKey)
    return failure(`The root of the Blocks answer is ${blocks.value.root}, not ${rootKey}`);
  const doubts = [...read.partial, ...compareSequences(read.outline, sequences.value)];
  return { ok: true, value: { version: before, outline: read.outline, skipped: read.skipped, doubts }, at: blocks.at };
}
