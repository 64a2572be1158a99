/** One line of text: no control characters, and no line ends of any kind. */
// oxlint-disable-next-line no-control-regex -- that is the point
export const ONE_LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/;

/** Text as people write it, in as many lines as they like: no control characters but tabs and line ends. */
// oxlint-disable-next-line no-control-regex -- that is the point
export const TEXT = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/;

/** Text with something to see: more than spaces, marks of direction, and letters that are only room. */
export const VISIBLE = /[^\s\p{C}\u115f\u1160\u2800\u3164\uffa0]/u;

export const NOT_ONE_LINE = 'must be one line of text';
export const NOT_VISIBLE = 'must not be blank';
export const NOT_TEXT = 'must have no control characters';
