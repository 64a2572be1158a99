import { parse, TomlDate } from 'smol-toml';
import { type Found, imageIn } from './read-course.ts';
import type { Files } from './read-tar.ts';
import { readXml } from './xml.ts';

type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof TomlDate);

function tomlIn(files: Files, path: string): Table | undefined {
  const content = files.get(path);
  if (!(content instanceof Uint8Array)) return undefined;
  try {
    return parse(new TextDecoder().decode(content));
  } catch {
    return undefined;
  }
}

const table = (value: unknown, name: string): Table | undefined => {
  const found = isTable(value) ? value[name] : undefined;
  return isTable(found) ? found : undefined;
};

/** Where a library archive begins: beside its `package.toml`. */
export function packageOf(files: Files): string | undefined {
  const [file] = [...files.keys()]
    .filter((path) => /^(?:[^/]+\/)?package\.toml$/.test(path))
    .sort((a, b) => a.length - b.length);
  return file === undefined ? undefined : file.slice(0, file.lastIndexOf('/') + 1);
}

/**
 * The published problems of a library archive (v2). One that was never published, which is written as an `[entity.published]`
 * without a version, is listed.
 */
export function readLibrary(files: Files, root: string): { found: Found[] } | { refusal: string } {
  const about = tomlIn(files, `${root}package.toml`);
  const key = table(about, 'learning_package')?.key;
  const match = typeof key === 'string' ? /^lib:([^:]+):([^:]+)$/.exec(key) : null;
  if (!match) return { refusal: 'package.toml does not name a library' };
  const found: Found[] = [];
  for (const path of [...files.keys()].sort()) {
    const id = /^entities\/xblock\.v1\/problem\/([^/]+)\.toml$/.exec(
      path.startsWith(root) ? path.slice(root.length) : '',
    )?.[1];
    if (id === undefined) continue;
    const source = `lb:${match[1]}:${match[2]}:problem:${id}`;
    const entity = table(tomlIn(files, path), 'entity');
    if (!entity) {
      found.push({ source, refusal: 'its TOML cannot be read' });
      continue;
    }
    const version = table(entity, 'published')?.version_num;
    if (typeof version !== 'number' && typeof version !== 'bigint') {
      found.push({ source, refusal: 'it was never published' });
      continue;
    }
    const folder = `${root}entities/xblock.v1/problem/${id}/component_versions/v${version}/`;
    const block = files.get(`${folder}block.xml`);
    if (!(block instanceof Uint8Array)) {
      found.push({
        source,
        refusal: block ? `its block.xml ${block.dropped}` : 'its published version is not in the archive',
      });
      continue;
    }
    const read = readXml(block);
    if ('refusal' in read) found.push({ source, refusal: read.refusal });
    else if (read.root.name !== 'problem') found.push({ source, refusal: `its block.xml holds a <${read.root.name}>` });
    else found.push({ source, problem: read.root, images: (name) => imageIn(files, folder, name) });
  }
  return { found };
}
