import type { Files } from './read-tar.ts';
import { attribute, type Element, elementsOf, readXml } from './xml.ts';

/** A problem of an upload, under the name that stays the same when it comes again; or why it could not be read. */
export type Found = { source: string } & (
  | { problem: Element; images: (source: string) => ImageFile }
  | { refusal: string }
);

/** An image file of the upload, or why there is none. */
export type ImageFile = { bytes: Uint8Array } | { missing: string };

const containers = new Set([
  ...['course', 'chapter', 'sequential', 'vertical', 'library', 'library_content', 'itembank', 'split_test'],
  ...['conditional', 'randomize', 'problemset', 'wrapper'],
]);

/** Deeper than any course, so that recursion ends where nesting is hostile. */
const DEEPEST = 40;

/** A pointer says no more than where its content is. */
const isPointer = (element: Element): boolean =>
  attribute(element, 'url_name') !== undefined && elementsOf(element).length === 0 && element.text.trim() === '';

/** Names with a colon are folders. */
const pathOf = (tag: string, urlName: string): string => `${tag}/${urlName.replaceAll(':', '/')}.xml`;

/** A file of the archive's `static` folder, by what a text calls it. */
export function imageIn(files: Files, root: string, source: string): ImageFile {
  const name = /^\/?static\/(.+)$/.exec(source)?.[1] ?? /^\/?(?:asset-v1:|c4x\/).*[@/]([^@/]+)$/.exec(source)?.[1];
  if (name === undefined) return { missing: 'is not in the export, and is not fetched from elsewhere' };
  let decoded = name.split(/[?#]/)[0] ?? name;
  try {
    decoded = decodeURIComponent(decoded);
  } catch {
    // A name with a bare % is taken as it is.
  }
  const file = files.get(`${root}static/${decoded}`) ?? files.get(`${root}static/${name}`);
  if (file === undefined) return { missing: 'is not in the export' };
  return file instanceof Uint8Array ? { bytes: file } : { missing: file.dropped };
}

type Keys = (tag: string, urlName: string) => string;

/** Usage keys as the platform makes them, so that an import and a later synchronisation meet on the same names. */
function keysOf(root: Element): Keys {
  const of = (name: string) => attribute(root, name) ?? '';
  if (root.name === 'library') return (tag, id) => `lib-block-v1:${of('org')}+${of('library')}+type@${tag}+block@${id}`;
  return (tag, id) => `block-v1:${of('org')}+${of('course')}+${of('url_name')}+type@${tag}+block@${id}`;
}

/** Finds the folder that holds the course or library: the least deep one. */
function rootOf(files: Files): { root: string; file: string } | undefined {
  const found = [...files.keys()].filter((path) => /^(?:[^/]+\/)?(?:course|library)\.xml$/.test(path));
  const [file] = found.sort((a, b) => a.split('/').length - b.split('/').length || a.localeCompare(b));
  return file === undefined ? undefined : { root: file.slice(0, file.lastIndexOf('/') + 1), file };
}

/**
 * The published problems of a course export or a library export (v1), in course order. Pointers are followed once, never in a
 * circle; one to nothing, drafts, and problem files that nothing points to are listed with their reason.
 */
export function readCourse(files: Files): { found: Found[] } | { refusal: string } {
  const place = rootOf(files);
  if (!place) return { refusal: 'the archive has neither a course.xml nor a library.xml' };
  const { root, file } = place;
  const read = (path: string): { root: Element } | { refusal: string } | undefined => {
    const content = files.get(path);
    if (content === undefined) return undefined;
    return content instanceof Uint8Array ? readXml(content) : { refusal: `the file ${content.dropped}` };
  };
  const start = read(file);
  if (!start || 'refusal' in start) return { refusal: `${file}: ${start?.refusal ?? 'is missing'}` };
  const keyOf = keysOf(start.root);
  const images = (source: string) => imageIn(files, root, source);
  const found: Found[] = [];
  const open = new Set<string>();
  const done = new Set<string>();

  function visit(element: Element, fallback: string, depth: number): void {
    const { name } = element;
    if (name !== 'problem' && !containers.has(name)) return;
    const urlName = attribute(element, 'url_name') ?? fallback;
    const source = keyOf(name, urlName);
    if (depth > DEEPEST) return void found.push({ source, refusal: `it is nested deeper than ${DEEPEST}` });
    const path = root + pathOf(name, urlName);
    if (isPointer(element)) {
      if (open.has(path)) return void found.push({ source, refusal: 'it points back to itself' });
      if (done.has(path)) return;
      const content = read(path);
      if (!content) {
        // A container without children is written as a pointer is.
        const isEmpty = Object.keys(element.attributes).some(
          (one) => !['url_name', 'org', 'course', 'library', 'slug'].includes(one),
        );
        if (!isEmpty) found.push({ source, refusal: 'it points to a file that is not in the export' });
        return;
      }
      open.add(path);
      if ('refusal' in content) found.push({ source, refusal: content.refusal });
      else enter(content.root, name, urlName, depth);
      open.delete(path);
      done.add(path);
    } else if (!done.has(path)) {
      if (name === 'problem') done.add(path);
      enter(element, name, urlName, depth);
    }
  }

  function enter(element: Element, tag: string, urlName: string, depth: number): void {
    if (tag === 'problem') {
      found.push(
        element.name === tag
          ? { source: keyOf(tag, urlName), problem: element, images }
          : { source: keyOf(tag, urlName), refusal: `its file holds a <${element.name}>` },
      );
      return;
    }
    for (const [index, child] of elementsOf(element).entries())
      visit(child, `${urlName}-${child.name}-${index}`, depth + 1);
  }

  const rootName = attribute(start.root, 'url_name') ?? 'course';
  if (start.root.name === 'course' && isPointer(start.root)) visit(start.root, rootName, 0);
  else enter(start.root, start.root.name, rootName, 0);

  for (const path of [...files.keys()].sort()) {
    const id = path.startsWith(root) ? /^(drafts\/)?problem\/(.+)\.xml$/.exec(path.slice(root.length)) : null;
    if (!id || done.has(path)) continue;
    const source = keyOf('problem', (id[2] ?? '').replaceAll('/', ':'));
    found.push({
      source,
      refusal: id[1] ? 'it is a draft, not published' : 'nothing published in the export points to it',
    });
  }
  return { found };
}
