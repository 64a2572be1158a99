import { Review } from '../../src/assessments/definition.ts';
import { type SessionEvent, type Step, step } from '../../src/assessments/session.ts';
import type { StartSession } from '../../src/assessments/session-rpc.ts';
import { evolve, type PinnedItem, SessionState } from '../../src/assessments/session-state.ts';
import type { Item } from '../../src/items/index.ts';

export const STARTED_AT = Date.UTC(2026, 10, 20, 8, 0, 0);
export const MINUTE = 60_000;

const choiceItem = (itemId: string): PinnedItem => {
  const item: Item = {
    type: 'choice',
    prompt: 'Which?',
    difficulty: 'easy',
    maxScore: 1,
    hint: 'Think.',
    solution: { explanation: 'Because.' },
    choices: [
      { id: 'a', text: 'A' },
      { id: 'b', text: 'B', misconception: 'Mixed up with A.' },
      { id: 'c', text: 'C' },
    ],
    correct: ['a'],
    shuffle: true,
    scoring: 'all_or_nothing',
  };
  return {
    itemId,
    version: 1,
    item,
    rendered: {
      prompt: 'Which?',
      hint: 'Think.',
      solution: { explanation: 'Because.' },
      misconceptions: { b: 'Mixed up with A.' },
    },
    shown: {
      id: itemId,
      type: 'choice',
      prompt: 'Which?',
      maxScore: 1,
      choices: item.choices.map(({ id, text }) => ({ id, text })),
      multiple: false,
    },
  };
};

/** What start hands to an object: a paper of choice items whose right answer is always `a`. */
export const aStart = (changes: Partial<StartSession> = {}, items = 5): StartSession => ({
  attemptId: 'att_1',
  assessmentId: 'asm_1',
  userId: 'usr_student',
  number: 1,
  title: 'Mock',
  behaviour: 'exam',
  startedAt: STARTED_AT,
  endsAt: STARTED_AT + 60 * MINUTE,
  passMark: 0.8,
  closesAt: null,
  review: Review.parse({}),
  items: Array.from({ length: items }, (_, index) => choiceItem(`itm_${index + 1}`)),
  ...changes,
});

export function aSitting(changes: Partial<StartSession> = {}, items = 5): SessionState {
  const { items: pinned, endsAt, ...terms } = aStart(changes, items);
  return new SessionState({ ...terms, items: new Map(pinned.map((item) => [item.itemId, item])) }, endsAt);
}

/** Decides and carries out, as the object does. */
export function happen(state: SessionState, event: SessionEvent, now = STARTED_AT + MINUTE): Step['answer'] {
  const { changes, answer } = step(state, event, now);
  for (const change of changes) evolve(state, change);
  return answer;
}

export const set = (seq: number, itemId: string, choice: string) => ({
  seq,
  itemId,
  kind: 'set',
  response: { selected: [choice] },
});

export const standing = (state: SessionState) =>
  Object.fromEntries(
    [...state.responses].filter(([, { response }]) => response !== null).map(([id, { response }]) => [id, response]),
  );
