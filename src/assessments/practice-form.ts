import { isDeepStrictEqual } from 'node:util';
import type { PublicItem } from '../items/index.ts';
import { differences, type Fields, fillQuestions, type Question, readQuestion } from './form-responses.ts';
import type { SessionView } from './session-rpc.ts';

/*
 * The form of a practice holds all questions of its page, and each of its buttons sends them all: a try of one question, and what was chosen
 * in the others. What was chosen is kept as ops, which count for nothing until they are tried.
 */

type Sitting = Pick<SessionView, 'responses' | 'tries'>;

const lastTry = ({ tries }: Sitting, itemId: string) => tries[itemId]?.tries.at(-1)?.response;

/** A question without another try: mastered, or all tries used. */
export const isOver = ({ tries }: Sitting, itemId: string) => tries[itemId]?.feedback.triesLeft === 0;

/** What a question's fields hold: what was chosen, else what was tried last. */
export function fillPractice(view: Sitting, question: Question): Fields {
  const { id } = question.item;
  const response = view.responses[id]?.response ?? lastTry(view, id);
  return response ? fillQuestions([question], { [id]: { response } }, []) : {};
}

/** The newest answer that a page showed when it was made. */
type Seen = { epoch: number; seq: number };

/**
 * What a posted form says otherwise than it stands, by item id. An empty field of a page that has not seen the answer which stands takes
 * nothing away: a practice may lie open on several pages.
 */
export function newlyChosen(view: Sitting, questions: readonly Question[], fields: Fields, seen: Seen) {
  const open = questions.filter(({ item }) => !isOver(view, item.id));
  const isSeen = (itemId: string) => {
    const { epoch, seq } = view.responses[itemId] ?? { epoch: 0, seq: 0 };
    return epoch < seen.epoch || (epoch === seen.epoch && seq <= seen.seq);
  };
  return Object.fromEntries(
    differences(open, fields, view.responses)
      .filter(({ given, item }) => given !== null || isSeen(item.id))
      .map((question) => [question.item.id, readQuestion(question, fields)]),
  );
}

/** The numbers of the questions whose chosen answer was not tried. */
export const untriedQuestions = (view: Sitting & { items: readonly PublicItem[] }): number[] =>
  view.items.flatMap(({ id }, index) => {
    const chosen = view.responses[id]?.response;
    return !chosen || isOver(view, id) || isDeepStrictEqual(chosen, lastTry(view, id)) ? [] : [index + 1];
  });

/** What the button of a question sends: "3.2" is the second try of question 3. */
export const checkOf = (number: number, tryNumber: number) => `${number}.${tryNumber}`;

export function readCheck(text = ''): { number: number; tryNumber: number } | undefined {
  const [, number, tryNumber] = /^(\d{1,4})\.(\d{1,2})$/.exec(text) ?? [];
  return number && tryNumber ? { number: Number(number), tryNumber: Number(tryNumber) } : undefined;
}
