import { Choose, CsrfField, type Fields, Neighbours, showShortInstant, type Words } from '../ui/index.ts';
import type { Passback } from './claim-passback.ts';
import type { ListedPassback } from './passbacks.ts';
import { passbackStates } from './words.ts';

type Parts = { words: Words; csrf: string; fields: Fields };

/** What the platform was told last, or what it said to it. */
const Answer = ({ words, row }: { words: Words; row: Passback }) => {
  const { lastError, lastStatus } = row;
  if (lastError === null) return null;
  return (
    <p class={row.state === 'parked' ? 'problem' : undefined}>
      {lastStatus === null
        ? words('ltiPassSays', { words: lastError })
        : words('ltiPassStatus', { status: lastStatus, words: lastError })}
    </p>
  );
};

const scoreOf = (words: Words, { scoreGiven, scoreMaximum }: Passback) =>
  scoreGiven === null || scoreMaximum === null
    ? words('ltiPassBegun')
    : words('ltiPassScore', { given: scoreGiven, maximum: scoreMaximum });

const PassbackCard = ({ words, csrf, fields, one }: Parts & { one: ListedPassback }) => {
  const { passback: row, student, link, platform } = one;
  const facts = [
    row.state === 'delivered' &&
      row.deliveredAt !== null &&
      words('ltiPassDelivered', { at: showShortInstant(row.deliveredAt) }),
    row.state === 'pending' && row.nextAt !== null && words('ltiPassNext', { at: showShortInstant(row.nextAt) }),
    row.state !== 'delivered' && row.attempts > 0 && words('ltiPassTries', { count: row.attempts }),
  ].filter(Boolean);
  const send = words(row.state === 'parked' ? 'ltiPassSend' : 'ltiPassSendNow');
  return (
    <li>
      <strong>{student}</strong>: {scoreOf(words, row)}, {words(`ltiPass_${row.state}`)}
      <p>{words('ltiPassPlace', { link, platform })}</p>
      {facts.length > 0 && <p>{facts.join(' ')}</p>}
      <Answer words={words} row={row} />
      {(row.state === 'parked' || row.state === 'pending') && (
        <form method="post" action={`/staff/lti/passbacks/${row.id}/send`}>
          <CsrfField csrf={csrf} />
          {Object.entries(fields).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <button type="submit" aria-label={words('ltiPassSendOf', { send, student, link })}>
            {send}
          </button>
        </form>
      )}
    </li>
  );
};

type Props = Parts & {
  notice: string | undefined;
  passbacks: { results: readonly ListedPassback[]; previous: string | null; next: string | null };
};

export function PassbackListPage({ words, csrf, fields, notice, passbacks }: Props) {
  return (
    <>
      <h1>{words('ltiPassTitle')}</h1>
      {notice && <p role="status">{notice}</p>}
      <p>{words('ltiPassText')}</p>
      <search>
        <form method="get" class="stack">
          <Choose
            words={words}
            fields={fields}
            problems={{}}
            name="state"
            label={words('ltiPassState')}
            options={[
              ['', words('ltiPassAll')],
              ...passbackStates.map((state) => [state, words(`ltiPass_${state}`)] as const),
            ]}
          />
          <button type="submit">{words('ltiPassGo')}</button>
        </form>
      </search>
      {passbacks.results.length === 0 && <p>{words('ltiPassNone')}</p>}
      <ul class="cards">
        {passbacks.results.map((one) => (
          <PassbackCard words={words} csrf={csrf} fields={fields} one={one} />
        ))}
      </ul>
      <Neighbours words={words} previous={passbacks.previous} next={passbacks.next} />
    </>
  );
}
