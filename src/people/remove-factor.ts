import { recordIfChanged } from '../events/index.ts';
import { auditIfChanged, endSignIns, requireConfirmed, takeFactor, wasTaken } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { requireChangeable } from './require-changeable.ts';

/**
 * Takes the second factor off somebody who has lost phone and recovery codes; their sign-ins end, and they are told. Whoever does it has made sure who asks. Refuses with
 * `not_found`, `forbidden`, `confirm_first`, and `second_factor_off` where none is on. Three round trips.
 */
export async function removeFactor(call: Call, id: string): Promise<{ eventId: string }> {
  await requireChangeable(call, id, 'users:manage');
  await requireConfirmed(call);
  const eventId = newId('event', call.now);
  const [factor, codes] = takeFactor(call, id, wasTaken(eventId));
  const [taken] = await call.db.batch([
    factor,
    auditIfChanged(call, { action: 'user.second_factor_removed', subject: id, detail: {} }),
    recordIfChanged(call, { type: 'user.credentials.changed', payload: { userId: id, what: 'factor' } }, eventId),
    codes,
    ...endSignIns(call, id, wasTaken(eventId)),
  ]);
  if (taken.length === 0) throw new DomainError('second_factor_off');
  return { eventId };
}
