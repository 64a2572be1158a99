/** All that grading takes from the room below. */
export type { Item, ItemOf, ItemType, PublicItemOf, ReadResponse, ResponseOf } from '../items/index.ts';
export { readResponse } from '../items/index.ts';
