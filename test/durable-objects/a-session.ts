import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { SessionRpc, StartSession } from '../../src/assessments/session-rpc.ts';
import { newId } from '../../src/lib/ids.ts';
import { aStart } from '../assessments/a-sitting.ts';

export const HOUR = 3_600_000;

/** The object of an attempt, reached as the Worker reaches it, and from inside. */
export function objectOf(attemptId: string) {
  const stub = env.ATTEMPTS.get(env.ATTEMPTS.idFromName(attemptId));
  const inside = <R>(look: (storage: DurableObjectStorage, instance: DurableObject) => R | Promise<R>) =>
    runInDurableObject<DurableObject, R>(stub, (instance, state) => look(state.storage, instance));
  return {
    stub,
    rpc: stub as unknown as SessionRpc,
    inside,
    /** Forgets whatever lives in memory only. */
    async evict() {
      await inside(() => {}); // what does not run cannot be evicted
      await evictDurableObject(stub);
    },
    alarmAt: () => inside((storage) => storage.getAlarm()),
    sql: (query: string) => inside((storage) => storage.sql.exec(query).toArray()),
    tables: () =>
      inside((storage) =>
        storage.sql
          .exec<{ name: string }>(
            "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'",
          )
          .toArray()
          .map(({ name }) => name),
      ),
  };
}

/** An attempt that only its object knows of: enough for everything that does not end it. It has an hour left. */
export async function aSession(changes: Partial<StartSession> = {}, items = 5) {
  const now = Date.now();
  const spec = aStart({ attemptId: newId('attempt'), startedAt: now, endsAt: now + HOUR, ...changes }, items);
  const object = objectOf(spec.attemptId);
  await object.rpc.start(spec);
  return { spec, ...object };
}

export const ops = (epoch: number, ...entries: unknown[]) => ({ kind: 'ops', epoch, ops: entries }) as const;
