export { batchable } from './batchable.ts';
export { connect, countKv, type Trips } from './connect.ts';
export { contains } from './contains.ts';
export { joined, named } from './named-columns.ts';
export { violates } from './violates.ts';
