import type * as z from 'zod';
import type { Call } from '../lib/call.ts';
import { iso } from '../lib/instant.ts';
import { offsetOf, type Page, type PageQuery } from '../lib/paging.ts';
import type * as answers from './answers.ts';
import { readArchived } from './archive.ts';
import { requireAttemptForStaff } from './attempts.ts';
import type { KeptOp } from './session-rpc.ts';
import type { Sessions } from './sessions.ts';

export type ListedOp = z.output<typeof answers.KeptOp>;

const listed = ({ response, receivedAt, ...op }: KeptOp): ListedOp => ({
  ...op,
  response: typeof response === 'object' ? response : null,
  ...(typeof response === 'boolean' && { value: response }),
  receivedAt: iso(receivedAt),
});

/**
 * A page of every op that arrived, or of the refused ones only, in the order of arrival, for staff; from the archive once
 * the object is gone.
 */
export async function readOps(
  call: Call,
  attemptId: string,
  query: PageQuery & { isRefusedOnly?: boolean },
  { sessions, archive }: { sessions: Sessions; archive: R2Bucket },
): Promise<Page<ListedOp>> {
  await requireAttemptForStaff(call.db, call.actor, attemptId);
  const kept = await sessions.call(attemptId, (session) => session.ops());
  const all = kept.kind === 'ops' ? kept.ops : ((await readArchived(archive, attemptId))?.ops ?? []);
  const ops = query.isRefusedOnly ? all.filter(({ refused }) => refused !== undefined) : all;
  const from = offsetOf(query);
  return { count: ops.length, results: ops.slice(from, from + query.pageSize).map(listed) };
}
