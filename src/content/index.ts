export { BLANK_MARK } from './markdown.ts';
export { readImage } from './media.ts';
export { mediaPages } from './media-routes.ts';
export { renderText } from './render-text.ts';
