import temml from 'temml';

const LONGEST_TEX = 2_000;

/** In em: space and rules larger than this would cover the page. */
const LARGEST: [number, number] = [20, 20];

/** With its own macros a short formula could expand without end. */
const DEFINES_MACROS = /\\(?:[egx]?def|let|futurelet|(?:re)?newcommand|providecommand|global|long)(?![a-zA-Z])/;

/** A formula as MathML, or why it cannot be drawn. Never throws. */
export function renderTex(tex: string, display: boolean): { html: string } | { refusal: string } {
  const shown = tex.length > 40 ? `${tex.slice(0, 40)}…` : tex;
  if (tex.length > LONGEST_TEX) return { refusal: `the formula "${shown}" is longer than ${LONGEST_TEX} characters` };
  if (DEFINES_MACROS.test(tex)) return { refusal: `the formula "${shown}" defines a macro` };
  try {
    const html = temml.renderToString(tex, {
      displayMode: display,
      throwOnError: true,
      trust: false,
      maxSize: LARGEST,
    });
    // Its one child: `math` lays out its children as `mrow` does.
    return { html: html.replace(/^(<math[^>]*>)<mrow>(.*)<\/mrow><\/math>$/s, '$1$2</math>') };
  } catch (error) {
    const reason = error instanceof temml.ParseError ? firstLine(error) : 'it is nested too deeply';
    return { refusal: `the formula "${shown}" cannot be read: ${reason}` };
  }
}

/** Without the place: Temml shows it by underlining a copy of the formula with combining characters. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return (message.split('\n')[0] ?? '').replace(/ at (?:position \d+|end of input): .*$/, '').trim();
}
