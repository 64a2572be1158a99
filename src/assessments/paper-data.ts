import { TIME_ZONE, type Words } from '../ui/index.ts';
import { type Question, questionsOf } from './form-responses.ts';
import type { SessionView } from './session-rpc.ts';

/** What the script says; it knows no language. */
const said = [
  ...[
    'sayTime',
    'sayLeft',
    'sayOver',
    'saySaved',
    'saySending',
    'sayOffline',
    'sayNoNetwork',
    'sayUnsafe',
    'sayStale',
    'sayTooOld',
  ],
  ...['sayContinue', 'sayRefused', 'sayLate', 'sayBoth', 'sayAtSchool', 'sayOnPhone', 'sayKeepSchool', 'sayUsePhone'],
  ...[
    'sayUnsent',
    'sayUnsentFailed',
    'sayChooseFirst',
    'sayAgain',
    'sayStay',
    'saySignOutAnyway',
    'answerNone',
    'seeResult',
  ],
] as Parameters<Words>[0][];

/** The names behind a question's fields, in their order: choice ids, blank ids, or 0 for the one text of a number. */
function partsOf({ item }: Question): string[] | 0 {
  if (item.type === 'choice') return item.choices.map(({ id }) => id);
  return item.type === 'text_entry' ? item.blanks.map(({ id }) => id) : 0;
}

/**
 * What public/paper.js reads from the page: `items` in the order of the paper, each its id and, on this page, the names behind
 * its fields, then the epoch and seq of the answer that stands; on other pages the answer itself. Shorter arrays, fewer bytes.
 */
export function paperData({ attempt, items, responses }: SessionView, page: number, words: Words): string {
  const here = new Map(questionsOf(items, page).map((question) => [question.item.id, question]));
  const data = {
    v: 1,
    id: attempt.id,
    epoch: attempt.epoch,
    seq: attempt.lastSeq,
    now: attempt.serverTime,
    end: attempt.endsAt,
    zone: TIME_ZONE,
    items: items.map(({ id }) => {
      const question = here.get(id);
      const standing = responses[id];
      const place = standing ? [standing.epoch, standing.seq] : [];
      if (question) return [id, partsOf(question), ...place];
      return standing ? [id, null, ...place, standing.response] : [id, null];
    }),
    words: Object.fromEntries(said.map((key) => [key, words(key)])),
  };
  // Inside a script element only `<` could end it.
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
