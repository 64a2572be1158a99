export { forgetDeadLetters, keepDeadLetter } from './dead-letters.ts';
export type { DomainEvent, Job } from './event.ts';
export { forgetHandledEvents, reactTo, record, recordIfChanged, recordOf, relayEvents } from './outbox.ts';
export { deadLetter, event } from './schema.ts';
