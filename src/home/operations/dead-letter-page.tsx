import { CsrfField, Neighbours, showShortInstant, type Words } from '../../ui/index.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { ParkedEvent } from './parked-events.ts';

type Parts = { words: Words; csrf: string };

const Again = ({ words, csrf, id, verb }: Parts & { id: string; verb: 'replay' | 'retry' }) => (
  <form method="post" action={`/staff/dead-letters/${id}/${verb}`}>
    <CsrfField csrf={csrf} />
    <button type="submit" aria-label={words('opsTryOf', { id })}>
      {words('opsTry')}
    </button>
  </form>
);

const Letter = ({ words, csrf, letter }: Parts & { letter: DeadLetter }) => (
  <li>
    <strong>{letter.queue}</strong>
    <p>{words('opsLetterAt', { at: showShortInstant(letter.at), count: letter.attempts })}</p>
    <p>
      <code>{JSON.stringify(letter.body)}</code>
    </p>
    <Again words={words} csrf={csrf} id={letter.id} verb="replay" />
  </li>
);

const Parked = ({ words, csrf, event }: Parts & { event: ParkedEvent }) => (
  <li>
    <strong>{event.type}</strong>
    <p>{words('opsEventAt', { at: showShortInstant(event.at), count: event.attempts })}</p>
    {event.lastError !== null && <p class="problem">{event.lastError}</p>}
    <p>
      <code>{JSON.stringify(event.payload)}</code>
    </p>
    <Again words={words} csrf={csrf} id={event.id} verb="retry" />
  </li>
);

type Props = Parts & {
  notice: string | undefined;
  letters: readonly DeadLetter[];
  events: readonly ParkedEvent[];
  previous: string | null;
  next: string | null;
};

export const DeadLetterPage = ({ words, csrf, notice, letters, events, previous, next }: Props) => (
  <>
    <h1>{words('opsLetters')}</h1>
    {notice && <p role="status">{notice}</p>}
    <p>{words('opsLettersText')}</p>
    <h2>{words('opsMessages')}</h2>
    {letters.length === 0 && <p>{words('opsNoLetters')}</p>}
    <ul class="cards">
      {letters.map((letter) => (
        <Letter words={words} csrf={csrf} letter={letter} />
      ))}
    </ul>
    <h2>{words('opsEvents')}</h2>
    {events.length === 0 && <p>{words('opsNoEvents')}</p>}
    <ul class="cards">
      {events.map((event) => (
        <Parked words={words} csrf={csrf} event={event} />
      ))}
    </ul>
    <Neighbours words={words} previous={previous} next={next} />
  </>
);
