import { sha256 } from '../../lib/crypto.ts';
import { DomainError } from '../../lib/errors.ts';
import { type Found, readCourse } from './read-course.ts';
import { packageOf, readLibrary } from './read-library.ts';
import { type ReadArchive, readTarGz } from './read-tar.ts';
import { readZip } from './read-zip.ts';
import { attribute, type Element, everyElement, isElement, isText, readXml } from './xml.ts';

/** What an upload is, by its media type. */
export type UploadKind = 'xml' | 'gzip' | 'zip';

const answers = new Set(
  ['solution', 'solutionset', 'demandhint', 'targetedfeedbackset', 'choicehint', 'compoundhint', 'optionhint'].concat([
    ...['correcthint', 'additional_answer', 'stringequalhint', 'regexphint', 'responseparam', 'hintgroup'],
  ]),
);

/** What a problem asks, without what is right: this tells it from others when it has no name. */
function question(element: Element): string {
  if (answers.has(element.name)) return '';
  const parts = element.children.map((node) => {
    if (isText(node)) return node.text;
    return isElement(node) ? question(node) : '';
  });
  const written = ['label', 'options'].flatMap((name) => attribute(element, name) ?? []);
  return [element.name, ...written, ...parts].join(' ').replace(/\s+/g, ' ').trim();
}

/** `url_name`, else made of what it asks: a corrected key or hint is the next version, another question another item. */
async function sourceOf(problem: Element): Promise<string> {
  const name = attribute(problem, 'url_name')?.trim();
  if (name) return name.slice(0, 200);
  const digest = await sha256(`${attribute(problem, 'display_name') ?? ''}\n${question(problem)}`);
  return `problem-${digest.slice(0, 22)}`;
}

async function readDocument(bytes: Uint8Array): Promise<Found[]> {
  const read = readXml(bytes);
  if ('refusal' in read) throw new DomainError('malformed', read.refusal);
  const problems =
    read.root.name === 'problem' ? [read.root] : [...everyElement(read.root)].filter(({ name }) => name === 'problem');
  if (problems.length === 0) throw new DomainError('invalid', `There is no <problem> in this <${read.root.name}>`);
  const images = () => ({ missing: 'did not come with the problem' });
  return await Promise.all(problems.map(async (problem) => ({ source: await sourceOf(problem), problem, images })));
}

function readArchive(archive: ReadArchive): Found[] {
  const read = (): { found: Found[] } | { refusal: string; isTooLarge?: true } => {
    if ('refusal' in archive) return archive;
    const root = packageOf(archive.files);
    return root === undefined ? readCourse(archive.files) : readLibrary(archive.files, root);
  };
  const result = read();
  if ('found' in result) return result.found;
  throw new DomainError(result.isTooLarge ? 'too_large' : 'invalid', result.refusal);
}

/**
 * The problems of an upload. Refuses as a whole what cannot be trusted or read at all: `malformed` XML, an archive with links,
 * with paths that leave it, or without a course (`invalid`), one that unpacks to too much (`too_large`).
 */
export async function readUpload(kind: UploadKind, bytes: Uint8Array): Promise<Found[]> {
  if (kind === 'xml') return await readDocument(bytes);
  return readArchive(kind === 'gzip' ? await readTarGz(bytes) : readZip(bytes));
}
