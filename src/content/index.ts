export { keepImage } from './keep-image.ts';
export { BLANK_MARK } from './markdown.ts';
export { imageTypeOf, readImage } from './media.ts';
export { mediaEndpoints, mediaPages } from './media-routes.ts';
export { renderDocument } from './render-document.ts';
export { renderText } from './render-text.ts';
