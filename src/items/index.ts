export { addItems } from './add-items.ts';
export { listBanks, requireBank } from './banks.ts';
export { createBank } from './create-bank.ts';
export { deleteBank } from './delete-bank.ts';
export { deleteItem } from './delete-item.ts';
export { evaluate } from './expression.ts';
export {
  type Difficulty,
  type Item,
  ItemInput,
  type ItemOf,
  type ItemType,
  mayChooseSeveral,
} from './item.ts';
export { itemsPages } from './item-page-routes.tsx';
export { compilePattern } from './pattern.ts';
export { type PublicItem, type PublicItemOf, publicItem } from './public-item.ts';
export { type BankContent, readBanks } from './read-banks.ts';
export type { Rendered } from './rendered.ts';
export { replaceItem } from './replace-item.ts';
export { type ItemResponse, type ReadResponse, type ResponseOf, readResponse } from './response.ts';
export { itemsEndpoints } from './routes.ts';
export { bank, itemVersion } from './schema.ts';
export { sharePages } from './share-pages.tsx';
export { shareEndpoints } from './share-routes.ts';
export { sharing } from './sharing.ts';
export { updateBank } from './update-bank.ts';
export { instructorsBank, visibleBank } from './who-sees.ts';
