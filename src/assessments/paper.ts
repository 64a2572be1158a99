import { DomainError } from '../lib/errors.ts';
import type { OpsAnswer, SessionView } from './session-rpc.ts';
import type { Sessions } from './sessions.ts';
import { type Mine, unknownEpoch } from './sit-attempt.ts';

/*
 * What the paper as a page asks of the attempt's object, beside what sit-attempt.ts does for the API.
 */

const orNothing = (view: SessionView | { kind: 'absent' }) => (view.kind === 'view' ? view : undefined);

/**
 * Opens a paper to write on: takes over, so that pages opened before may no longer write (CONTRACT "Who writes"). One call to
 * the object. Undefined when the object has nothing for this student: not theirs, or archived.
 */
export const openPaper = async ({ attemptId, userId }: Mine, sessions: Sessions): Promise<SessionView | undefined> =>
  orNothing(await sessions.call(attemptId, (session, perSecond) => session.open(userId, perSecond)));

/** The paper as it stands; nobody loses the pen. One call to the object. */
export const seePaper = async ({ attemptId, userId }: Mine, sessions: Sessions): Promise<SessionView | undefined> =>
  orNothing(await sessions.call(attemptId, (session, perSecond) => session.view(userId, perSecond)));

type FormSaved = Extract<OpsAnswer, { kind: 'receipt' | 'stale_epoch' }>;

/**
 * Takes in a form: the responses and flags of one page, by item id. What differs from what stands becomes ops, numbered by the
 * object. An older epoch is no error here: its ops are kept for staff, and the page has to say so.
 */
export async function saveForm(
  form: Mine & { epoch: number; responses: Record<string, unknown>; flags: Record<string, boolean> },
  sessions: Sessions,
): Promise<FormSaved> {
  const { attemptId, userId, epoch, responses, flags } = form;
  const event = { kind: 'form', epoch, responses, flags } as const;
  const answer = await sessions.call(attemptId, (session, perSecond) => session.record(userId, event, perSecond));
  switch (answer.kind) {
    case 'receipt':
    case 'stale_epoch':
      return answer;
    case 'unknown_epoch':
      throw unknownEpoch(answer.epoch);
    case 'absent':
      throw new DomainError('not_found');
  }
}
