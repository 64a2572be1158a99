/*
 * Runs in Chromium (xss.test.ts): shows a page in a frame as whoever reads it would see it, touches everything, and names what does not
 * belong on any page of ours. `alert` is noted elsewhere.
 */

const FOREIGN = /^(iframe|object|embed|base|style|audio|video|foreignobject|animate|set|use|template)$/i;
const LEADS = /^(href|src|action|formaction|xlink:href|data|poster|srcdoc|background)$/;
const TOUCHES = ['mouseover', 'focus', 'animationstart', 'toggle', 'beforetoggle', 'begin'];

/** An address as a browser reads it: blanks and controls do not count. */
const plain = (value) => [...value].filter((one) => one > ' ').join('');
const isScript = (value) => /^(javascript|vbscript|data):/i.test(plain(value)) && value !== 'data:,';

function* foreignIn(element) {
  if (FOREIGN.test(element.localName)) yield 'element';
  const isData = element.getAttribute('type') === 'application/json' && !element.textContent.includes('<');
  if (element.localName === 'script' && !isData && !/^\/[^/]/.test(element.getAttribute('src') ?? '')) yield 'script';
  for (const { name, value } of element.attributes) {
    if (/^on/i.test(name) || name === 'style' || name === 'srcdoc') yield name;
    if (LEADS.test(name) && isScript(value)) yield name;
  }
}

/** `html`: a whole page. What is wrong with it, as the beginnings of elements. */
globalThis.touchAll = (html) =>
  new Promise((done) => {
    const frame = document.createElement('iframe');
    frame.addEventListener('load', () => {
      const found = [];
      for (const element of frame.contentDocument.querySelectorAll('*')) {
        for (const what of foreignIn(element)) found.push(`${what}: ${element.outerHTML.slice(0, 150)}`);
        for (const event of TOUCHES) element.dispatchEvent(new Event(event));
        const leads = ['href', 'formaction', 'action'].map((name) => element.getAttribute(name) ?? '');
        if (leads.some(isScript)) element.click?.();
      }
      // What a click begins, runs a moment later.
      setTimeout(() => {
        frame.remove();
        done(found);
      }, 10);
    });
    frame.srcdoc = html;
    document.body.append(frame);
  });
