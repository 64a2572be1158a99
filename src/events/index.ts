export type { DomainEvent, Job } from './event.ts';
export { reactTo, record, recordIfChanged, relayEvents } from './outbox.ts';
