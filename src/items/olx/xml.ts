import { parseXml, XmlElement, type XmlNode, XmlText } from '@rgrove/parse-xml';

const LARGEST = 1024 * 1024;
const DEEPEST = 60;

export type Element = XmlElement;
export type Node = XmlNode;

export const isElement = (node: XmlNode): node is XmlElement => node instanceof XmlElement;
export const isText = (node: XmlNode): node is XmlText => node instanceof XmlText;

/** An attribute; undefined when it is not there. */
export const attribute = (element: XmlElement, name: string): string | undefined =>
  Object.hasOwn(element.attributes, name) ? element.attributes[name] : undefined;

export const elementsOf = (element: XmlElement): XmlElement[] => element.children.filter(isElement);
export const childrenNamed = (element: XmlElement, ...names: string[]): XmlElement[] =>
  elementsOf(element).filter(({ name }) => names.includes(name));

/** This element and all inside it, in document order. */
export function* everyElement(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of elementsOf(element)) yield* everyElement(child);
}

export const findAll = (element: XmlElement, ...names: string[]): XmlElement[] =>
  [...everyElement(element)].filter(({ name }) => names.includes(name));

/** The elements beside it, itself among them. */
export const siblingsOf = ({ parent }: XmlElement): XmlElement[] =>
  parent instanceof XmlElement ? elementsOf(parent) : [];

/** Its text without markup, spaces squeezed. */
export const plainText = (element: XmlElement): string => element.text.replace(/\s+/g, ' ').trim();

function depthOf(element: XmlElement): number {
  let deepest = 0;
  const open: [XmlElement, number][] = [[element, 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [one, depth] = next;
    deepest = Math.max(deepest, depth);
    if (deepest > DEEPEST) return deepest;
    for (const child of elementsOf(one)) open.push([child, depth + 1]);
  }
  return deepest;
}

/**
 * The root of an XML document, or why it cannot be read: not well formed, over 1 MiB, nested deeper than 60, or with a document
 * type. No entity but the five of XML is resolved. Never throws.
 */
export function readXml(bytes: Uint8Array | string): { root: XmlElement } | { refusal: string } {
  if (bytes.length > LARGEST) return { refusal: 'the XML is larger than 1 MiB' };
  try {
    const text =
      typeof bytes === 'string' ? bytes : new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
    if (/<!DOCTYPE/i.test(text)) return { refusal: 'the XML has a document type, which could define entities' };
    const { root } = parseXml(text.trimStart());
    if (!root) return { refusal: 'the XML is empty' };
    if (depthOf(root) > DEEPEST) return { refusal: `the XML is nested deeper than ${DEEPEST}` };
    return { root };
  } catch (error) {
    if (error instanceof TypeError) return { refusal: 'the XML is not UTF-8' };
    if (error instanceof RangeError) return { refusal: `the XML is nested deeper than ${DEEPEST}` };
    const told = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    return { refusal: `the XML is not well formed: ${told.slice(0, 200)}` };
  }
}
