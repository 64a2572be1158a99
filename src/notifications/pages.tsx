import { Choose, CsrfField, type Fields, Neighbours, showShortInstant, TextField, type Words } from '../ui/index.ts';
import type { ListedMail } from './mails.ts';
import type { OutboxMail } from './outbox.ts';
import { mailStates } from './schema.ts';

type Listed<T> = { results: readonly T[]; previous: string | null; next: string | null };

/** A text as it would stand in the mail; links to here can be followed. */
const MailText = ({ text, origin }: { text: string; origin: string }) => (
  <pre>
    {text.split('\n').map((line) => (
      <>
        {line.startsWith(`${origin}/`) ? <a href={line.slice(origin.length)}>{line}</a> : line}
        {'\n'}
      </>
    ))}
  </pre>
);

type OutboxProps = { words: Words; fields: Fields; origin: string; mails: Listed<OutboxMail> };

export const OutboxPage = ({ words, fields, origin, mails }: OutboxProps) => (
  <>
    <h1>{words('mailOutbox')}</h1>
    <p>{words('mailOutboxText')}</p>
    <search>
      <form method="get" class="stack">
        <TextField words={words} fields={fields} problems={{}} name="search" label={words('mailSearchAll')} />
        <button type="submit">{words('mailGo')}</button>
      </form>
    </search>
    {mails.results.length === 0 && <p>{words('mailNone')}</p>}
    <ul class="cards">
      {mails.results.map(({ to, subject, text, at }) => (
        <li>
          <h2>{subject}</h2>
          <p>{words('mailTo', { to, at: showShortInstant(at) })}</p>
          <MailText text={text} origin={origin} />
        </li>
      ))}
    </ul>
    <Neighbours words={words} previous={mails.previous} next={mails.next} />
  </>
);

type Parts = { words: Words; csrf: string; fields: Fields };

const MailCard = ({ words, csrf, fields, mail }: Parts & { mail: ListedMail }) => {
  const { id, kind, to, state, attempts, lastError, nextAt, createdAt, sentAt } = mail;
  const facts = [
    words('mailWritten', { at: showShortInstant(createdAt) }),
    sentAt !== null && words('mailSent', { at: showShortInstant(sentAt) }),
    state === 'pending' && nextAt !== null && words('mailNext', { at: showShortInstant(nextAt) }),
    state !== 'sent' && attempts > 0 && words('mailTries', { count: attempts }),
  ].filter(Boolean);
  return (
    <li>
      <strong>{to}</strong>: {words(`mail_${kind}`)}, {words(`mail_${state}`)}
      <p>{facts.join(' ')}</p>
      {lastError !== null && <p class={state === 'parked' ? 'problem' : undefined}>{lastError}</p>}
      {(state === 'parked' || state === 'pending') && (
        <form method="post" action={`/staff/mails/${id}/send`}>
          <CsrfField csrf={csrf} />
          {Object.entries(fields).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <button type="submit" aria-label={words('mailSendOf', { to })}>
            {words('mailSend')}
          </button>
        </form>
      )}
    </li>
  );
};

type ListProps = Parts & {
  notice: string | undefined;
  isWaiting: boolean;
  hasOutbox: boolean;
  mails: Listed<ListedMail>;
};

export const MailListPage = ({ words, csrf, fields, notice, isWaiting, hasOutbox, mails }: ListProps) => (
  <>
    <h1>{words('mailTitle')}</h1>
    {notice && <p role="status">{notice}</p>}
    {isWaiting && <p class="problem">{words('mailNoWay')}</p>}
    <p>
      {words('mailText')} {hasOutbox && <a href="/staff/outbox">{words('mailToOutbox')}</a>}
    </p>
    <search>
      <form method="get" class="stack">
        <TextField words={words} fields={fields} problems={{}} name="search" label={words('mailSearch')} />
        <Choose
          words={words}
          fields={fields}
          problems={{}}
          name="state"
          label={words('mailState')}
          options={[['', words('mailAll')], ...mailStates.map((state) => [state, words(`mail_${state}`)] as const)]}
        />
        <button type="submit">{words('mailGo')}</button>
      </form>
    </search>
    {mails.results.length === 0 && <p>{words('mailNone')}</p>}
    <ul class="cards">
      {mails.results.map((mail) => (
        <MailCard words={words} csrf={csrf} fields={fields} mail={mail} />
      ))}
    </ul>
    <Neighbours words={words} previous={mails.previous} next={mails.next} />
  </>
);
