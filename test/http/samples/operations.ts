import { deadLetter, event } from '../../../src/events/schema.ts';
import { newId } from '../../../src/lib/ids.ts';
import { mail } from '../../../src/notifications/schema.ts';
import { aUser, db } from '../../factories.ts';
import { nobody, type Sample, type Samples } from '../sample.ts';

const asAdmin = (path: string) => async (): Promise<Sample> => ({ as: await aUser('admin'), path });

const aLetter = async (): Promise<Sample> => {
  const id = `dlt_${newId('request')}`;
  const body = { job: 'react', eventId: 'evt_none' };
  await db.insert(deadLetter).values({ id, queue: 've-edu-vault-jobs', body, attempts: 6, at: Date.now() });
  return {
    as: await aUser('admin'),
    path: `/dead-letters/${id}/replay`,
    absent: `/dead-letters/${nobody}/replay`,
  };
};

const aParkedEvent = async (): Promise<Sample> => {
  const id = newId('event');
  const happened = { type: 'assessment.times.changed', payload: { assessmentId: 'asm_none' } } as const;
  await db.insert(event).values({ id, ...happened, at: Date.now(), attempts: 8, lastError: 'Error: away' });
  return { as: await aUser('admin'), path: `/events/${id}/retry`, absent: `/events/${nobody}/retry` };
};

const aParkedMail = async (): Promise<Sample> => {
  const [id, reader, now] = [newId('mail'), await aUser(), Date.now()];
  await db.insert(mail).values({
    ...{ id, eventId: id, kind: 'result', userId: reader.id, locale: 'en', recipient: 'a@school.test' },
    ...{ subject: 'Your result', state: 'parked', lastError: 'away', createdAt: now },
  });
  return { as: await aUser('admin'), path: `/mails/${id}/send`, absent: `/mails/${nobody}/send` };
};

export const operations: Samples = {
  'GET /api/v1/outbox': asAdmin('/outbox'),
  'GET /api/v1/mails': asAdmin('/mails'),
  'POST /api/v1/mails/{id}/send': aParkedMail,
  'GET /api/v1/status': asAdmin('/status'),
  'GET /api/v1/dead-letters': asAdmin('/dead-letters'),
  'POST /api/v1/dead-letters/{id}/replay': aLetter,
  'GET /api/v1/events/parked': asAdmin('/events/parked'),
  'POST /api/v1/events/{id}/retry': aParkedEvent,
};
