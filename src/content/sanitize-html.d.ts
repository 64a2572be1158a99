/** As much of sanitize-html as is used; the package brings no types. */
declare module 'sanitize-html' {
  type Attributes = Record<string, string>;
  type Options = {
    allowedTags: readonly string[];
    allowedAttributes: Record<string, readonly string[]>;
    disallowedTagsMode: 'discard' | 'escape';
    selfClosing: readonly string[];
    transformTags?: Record<
      string,
      (tagName: string, attributes: Attributes) => { tagName: string; attribs: Attributes }
    >;
    allowedSchemes?: readonly string[];
    allowProtocolRelative?: boolean;
    nestingLimit?: number;
    /** Is given escaped text; what it returns stands as it is. */
    textFilter?: (text: string) => string;
    exclusiveFilter?: (frame: { tag: string; attribs: Attributes; text: string }) => boolean;
  };
  export default function sanitizeHtml(html: string, options: Options): string;
}
