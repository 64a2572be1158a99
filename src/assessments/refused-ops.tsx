import { type PublicItem, publicItem } from '../items/index.ts';
import type { Words } from '../ui/index.ts';
import { Table, When } from './assessment-table.tsx';
import { AnswerText } from './pages/answer-text.tsx';
import type { StaffAttempt } from './read-attempt.ts';
import type { ListedOp } from './read-ops.ts';

type Key = Parameters<Words>[0];

/** The items of the paper in their order, as far as they are at hand. */
function shownItems({ live, result }: StaffAttempt): PublicItem[] {
  if (live) return live.items;
  const { result: graded, items } = result?.paper ?? {};
  return (graded?.items ?? []).flatMap(({ itemId }) => {
    const source = items?.get(itemId);
    return source ? [publicItem(itemId, source.item, source.rendered)] : [];
  });
}

const reasonWords: Record<string, Key> = {
  late: 'whyLate',
  finished: 'whyFinished',
  stale_epoch: 'whyStale',
  unknown_item: 'whyUnknown',
  invalid: 'whyInvalid',
  blank: 'whyBlank',
  conflict: 'whyConflict',
};

const showReason = (words: Words, reason: string | undefined) => {
  const key = reasonWords[reason ?? ''];
  return key ? words(key) : (reason ?? '');
};

/** The ops of an attempt that were kept and did not count, with the reason. */
export function RefusedOps({ words, attempt }: { words: Words; attempt: StaffAttempt }) {
  const shown = shownItems(attempt);
  const ops = attempt.refused.results;
  if (ops.length === 0) return <p>{words('sitRefusedNone')}</p>;
  return (
    <>
      <p class="note">{words('sitRefusedNote')}</p>
      <Table
        label={words('sitRefused')}
        words={words}
        columns={['sitReceived', 'itemPrompt', 'sitWhat', 'sitWhy']}
        numbers={['itemPrompt']}
      >
        {ops.map((op) => {
          const place = shown.findIndex(({ id }) => id === op.itemId);
          return (
            <tr>
              <td>
                <When at={Date.parse(op.receivedAt)} none="" />
              </td>
              <td class="number">{place < 0 ? '–' : place + 1}</td>
              <td>
                <OpText words={words} op={op} item={shown[place]} />
              </td>
              <td>{showReason(words, op.refused)}</td>
            </tr>
          );
        })}
      </Table>
    </>
  );
}

function OpText({ words, op, item }: { words: Words; op: ListedOp; item: PublicItem | undefined }) {
  const { kind, response } = op;
  if (kind === null) return <>{words('sitUnread')}</>;
  if (kind === 'flag') return <>{words('sitFlag')}</>;
  if (kind === 'clear' || response === null) return <>{words('sitClear')}</>;
  return item ? <AnswerText words={words} item={item} response={response} /> : <>{words('sitSet')}</>;
}
