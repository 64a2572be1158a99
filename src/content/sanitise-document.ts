import sanitizeHtml from 'sanitize-html';
import { mayLink } from './links.ts';
import { MEDIA_PATH } from './media.ts';
import { textTags } from './sanitise.ts';

const documentTags = [
  'h2 h3 h4 a blockquote pre hr b i u s sub sup small mark kbd abbr q cite del ins span caption dl dt dd',
  'details summary figure figcaption',
].flatMap((line) => line.split(' '));

/** Cells that span as many columns or rows as a page could show. */
const SPAN = /^[1-9]\d?$/;
const LANGUAGE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

const cell = (tagName: string, { colspan = '', rowspan = '', scope = '' }: Record<string, string>) => ({
  tagName,
  attribs: {
    ...(SPAN.test(colspan) && { colspan }),
    ...(SPAN.test(rowspan) && { rowspan }),
    ...(/^(?:row|col)$/.test(scope) && { scope }),
  },
});

const inLanguage = (tagName: string, { lang = '' }: Record<string, string>) => ({
  tagName,
  attribs: { ...(LANGUAGE.test(lang) && { lang }) },
});

const DEEPEST = 60;

/**
 * Lets through what documents are made of, nothing else: no MathML either. `put` is given text, escaped, wherever text stands, and
 * returns HTML: so what it puts there can never come to stand in an attribute.
 */
export function sanitiseDocument(html: string, put: (text: string) => string): string {
  const clean = sanitizeHtml(html, {
    allowedTags: [...textTags, ...documentTags, 'img'],
    allowedAttributes: {
      a: ['href', 'rel'],
      img: ['src', 'alt', 'loading'],
      ol: ['start'],
      abbr: ['title'],
      th: ['colspan', 'rowspan', 'scope'],
      td: ['colspan', 'rowspan'],
      ...Object.fromEntries(['p', 'span', 'blockquote', 'q', 'em', 'i'].map((tag) => [tag, ['lang']])),
    },
    allowedSchemes: ['https', 'mailto'],
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    selfClosing: ['br', 'hr', 'img'],
    nestingLimit: DEEPEST,
    textFilter: put,
    transformTags: {
      h1: () => ({ tagName: 'h2', attribs: {} }),
      h5: () => ({ tagName: 'h4', attribs: {} }),
      h6: () => ({ tagName: 'h4', attribs: {} }),
      th: cell,
      td: cell,
      ...Object.fromEntries(['p', 'span', 'blockquote', 'q', 'em', 'i'].map((tag) => [tag, inLanguage])),
      ol: (tagName, { start = '' }) => ({ tagName, attribs: { ...(/^\d{1,4}$/.test(start) && { start }) } }),
      img: (tagName, { src = '', alt = '' }) => ({ tagName, attribs: { src, alt, loading: 'lazy' } }),
      a: (tagName, { href = '' }) => {
        if (!mayLink(href)) return { tagName: 'span', attribs: {} };
        return { tagName, attribs: { href, ...(!href.startsWith('/') && { rel: 'noopener noreferrer' }) } };
      },
    },
    exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !MEDIA_PATH.test(attribs.src ?? ''),
  });
  return clean.replaceAll(/<(br|hr|img [^>]*?) \/>/g, '<$1>');
}
