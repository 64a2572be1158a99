import { attribute, type Element, isElement, isText, type Node } from './xml.ts';

/** What stands for the images of a text: their path, or why there is none. */
export type Images = (source: string) => { path: string } | { missing: string };

/** How texts are gathered, and what was left out of them. `place`: what stands where a field is. */
export type Gathered = { images: Images; notes: string[]; place?: ((input: Element) => string) | undefined };

/** The fields of problems. */
export const inputTags = [
  ...['choicegroup', 'checkboxgroup', 'radiogroup', 'optioninput', 'textline', 'formulaequationinput'],
];
const silent = new Set(['responseparam', 'hintgroup', 'startouttext', 'endouttext']);

/** What Markdown, formulas and blanks could make something of stays text. Marks of a list count only where a text begins. */
const escapeText = (text: string): string =>
  text
    .replace(/[\\`*_[\]$|]|&(?=#?\w+;)/g, '\\$&')
    .replaceAll('{{', '{\u200B{')
    .replace(/^(\s*\d+)(?=[.)](?:\s|$))/, '$1\\')
    .replace(/^(\s*)(?=[-+](?:\s|$))/, '$1\\');

const formulas: [RegExp, '$' | '$$'][] = [
  [/^\\\((.*?)\\\)/s, '$'],
  [/^\\\[(.*?)\\\]/s, '$$'],
  [/^\[mathjaxinline\](.*?)\[\/mathjaxinline\]/s, '$'],
  [/^\[mathjax\](.*?)\[\/mathjax\]/s, '$$'],
];

/** A bare `$` inside, or a backslash at its end, would change where the formula ends; `{{` would be a blank. */
const formulaOf = (tex: string, fence: '$' | '$$'): string => {
  const clean = tex
    .replace(/(?<!\\)\$/g, '')
    .replaceAll('{{', '{ {')
    .trim();
  const ended = /(?<!\\)(?:\\\\)*\\$/.test(clean) ? `${clean} {}` : clean;
  return ended === '' ? '' : `${fence}${ended}${fence}`;
};

/** Text with the formulas of Open edX, as Markdown. */
export function textToMarkdown(text: string): string {
  let written = '';
  let plain = '';
  const flush = () => {
    written += escapeText(plain);
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const rest = text[at] === '\\' || text[at] === '[' ? text.slice(at) : '';
    const found = formulas.flatMap(([pattern, fence]) => {
      const match = rest === '' ? null : pattern.exec(rest);
      return match ? [{ whole: match[0], tex: formulaOf(match[1] ?? '', fence) }] : [];
    })[0];
    if (found) {
      flush();
      written += found.tex;
      at += found.whole.length;
      // `$x$5` would not be a formula.
      if (/\d/.test(text[at] ?? '')) written += '&#8203;';
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return written;
}

const dropped = new Set([
  'script',
  'style',
  'iframe',
  'object',
  'embed',
  'form',
  'noscript',
  'template',
  'svg',
  'math',
]);
const blocks = new Set(
  'p div section article header footer blockquote pre h1 h2 h3 h4 h5 h6 label description legend dl dt dd figure figcaption center'.split(
    ' ',
  ),
);
const emphasis: Record<string, string> = { b: '**', strong: '**', i: '*', em: '*' };

const squeeze = (text: string): string => text.replace(/[ \t\r\n]+/g, ' ');
const joinBlocks = (parts: string[]): string =>
  parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n');

function image(element: Element, gathered: Gathered): string {
  const alt = attribute(element, 'alt')?.trim() ?? '';
  const source = attribute(element, 'src') ?? '';
  const found = gathered.images(source);
  if ('path' in found) return `![${escapeText(squeeze(alt))}](${found.path})`;
  gathered.notes.push(`the image ${source.slice(0, 200) || 'without a source'} ${found.missing}`);
  return escapeText(`[${squeeze(alt) || source.split('/').pop() || 'image'}]`);
}

function wrap(mark: string, text: string): string {
  const inner = text.trim();
  if (inner === '' || inner.includes('\n\n')) return text;
  return `${/^\s/.test(text) ? ' ' : ''}${mark}${inner}${mark}${/\s$/.test(text) ? ' ' : ''}`;
}

const rowsOf = (table: Element): Element[] =>
  table.children
    .filter(isElement)
    .flatMap((child) =>
      child.name === 'tr' ? [child] : ['thead', 'tbody', 'tfoot'].includes(child.name) ? rowsOf(child) : [],
    );

function tableOf(table: Element, gathered: Gathered): string {
  const rows = rowsOf(table).map((row) =>
    row.children.filter(isElement).map((cell) => toMarkdown(cell.children, gathered).replace(/\\?\n/g, ' ').trim()),
  );
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width === 0) return '';
  const line = (row: string[]) => `| ${Array.from({ length: width }, (_, index) => row[index] ?? '').join(' | ')} |`;
  const [head = [], ...rest] = rows;
  return [line(head), `|${' --- |'.repeat(width)}`, ...rest.map(line)].join('\n');
}

function listOf(list: Element, gathered: Gathered): string {
  const isNumbered = list.name === 'ol';
  return list.children
    .filter(isElement)
    .map((entry, index) => {
      const mark = isNumbered ? `${index + 1}. ` : '- ';
      return mark + toMarkdown(entry.children, gathered).replaceAll('\n', `\n${' '.repeat(mark.length)}`);
    })
    .join('\n');
}

type Written = { block: string } | { inline: string };

function write(node: Node, gathered: Gathered): Written[] {
  if (isText(node)) return [{ inline: textToMarkdown(squeeze(node.text)) }];
  if (!isElement(node)) return [];
  const { name } = node;
  if (dropped.has(name)) {
    gathered.notes.push(`<${name}> was left out`);
    return [];
  }
  if (silent.has(name)) return [];
  if (inputTags.includes(name)) return [{ inline: gathered.place?.(node) ?? '' }];
  if (name === 'br') return [{ inline: '\\\n' }];
  if (name === 'img') return [{ inline: image(node, gathered) }];
  if (name === 'table') return [{ block: tableOf(node, gathered) }];
  if (name === 'ul' || name === 'ol') return [{ block: listOf(node, gathered) }];
  if (name === 'clarification') return [{ inline: ` (${inlineOf(node.children, gathered).trim()})` }];
  const mark = emphasis[name];
  if (mark !== undefined) return [{ inline: wrap(mark, inlineOf(node.children, gathered)) }];
  if (name === 'code' || name === 'tt') {
    const text = squeeze(node.text).replaceAll('`', "'").trim();
    return [{ inline: text === '' ? '' : `\`${text}\`` }];
  }
  if (blocks.has(name)) return [{ block: toMarkdown(node.children, gathered) }];
  // What else there is (span, sub, a, clarification …) gives its text.
  return node.children.flatMap((child) => write(child, gathered));
}

const inlineOf = (nodes: readonly Node[], gathered: Gathered): string =>
  nodes
    .flatMap((node) => write(node, gathered).map((one) => ('inline' in one ? one.inline : ` ${one.block} `)))
    .join('');

/** Rich text of Open edX as our Markdown. What is no text (scripts, styles, frames) is left out and noted. */
export function toMarkdown(nodes: readonly Node[], gathered: Gathered): string {
  const parts: string[] = [];
  let line = '';
  for (const node of nodes) {
    for (const one of write(node, gathered)) {
      if ('inline' in one) line += one.inline;
      else {
        parts.push(line, one.block);
        line = '';
      }
    }
  }
  return joinBlocks([...parts, line]).replace(/(?:\\\n)+$/, '');
}
