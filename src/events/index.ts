export type { DomainEvent, Job } from './event.ts';
export { forgetHandledEvents, reactTo, record, recordIfChanged, relayEvents } from './outbox.ts';
