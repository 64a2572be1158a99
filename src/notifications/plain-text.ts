/*
 * Texts of mails are made of what people typed: names, titles. None of it may start a line of its own, in a header or in the body.
 */

const WIDTH = 72;

/** Line and page ends of any kind, other controls, and the marks that turn the direction of writing. */
const CONTROLS = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** What somebody typed, as part of one line: no controls, single spaces, well-formed, at most `most` characters. */
export function oneLine(typed: string, most = 150): string {
  const line = typed.toWellFormed().replaceAll(CONTROLS, ' ').replaceAll(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`;
}

function wrapped(paragraph: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= WIDTH) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].join('\n');
}

/** Paragraphs as plain text: lines of at most 72 characters, but a link is never broken. */
export const plainText = (paragraphs: readonly string[]) => `${paragraphs.map(wrapped).join('\n\n')}\n`;
