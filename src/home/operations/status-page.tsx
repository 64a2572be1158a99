import type { Child } from 'hono/jsx';
import { showInstant, type Words } from '../../ui/index.ts';
import type { Status } from './read-status.ts';

/** A number that should be none, with the page where it is seen to. */
const Trouble = ({ label, count, href }: { label: string; count: number; href: string }) => (
  <>
    <dt>
      <a href={href}>{label}</a>
    </dt>
    <dd>{count === 0 ? '0' : <strong class="problem">{count}</strong>}</dd>
  </>
);

const Fact = ({ label, children }: { label: string; children?: Child }) => (
  <>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </>
);

export function StatusPage({ words, status }: { words: Words; status: Status }) {
  const since = (at: number | null) => (at === null ? words('opsNothing') : words('opsSince', { at: showInstant(at) }));
  return (
    <>
      <h1>{words('opsStatus')}</h1>
      <h2>{words('opsTrouble')}</h2>
      <dl>
        <Trouble label={words('opsMessages')} count={status.deadLetters} href="/staff/dead-letters" />
        <Trouble label={words('opsEvents')} count={status.parkedEvents} href="/staff/dead-letters" />
        <Trouble label={words('opsParkedMails')} count={status.parkedMails} href="/staff/mails?state=parked" />
        <Trouble
          label={words('opsParkedScores')}
          count={status.parkedScores}
          href="/staff/lti/passbacks?state=parked"
        />
        <Trouble label={words('opsFailedSyncs')} count={status.failedSyncs} href="/staff/courses" />
      </dl>
      <h2>{words('opsGoing')}</h2>
      <dl>
        <Fact label={words('opsMailer')}>
          {status.mailer === 'none' ? (
            <strong class="problem">{words('mailNoWay')}</strong>
          ) : (
            words(`opsMailer_${status.mailer}`)
          )}
        </Fact>
        <Fact label={words('opsOldestEvent')}>{since(status.oldestEventAt)}</Fact>
        <Fact label={words('opsOldestMail')}>{since(status.oldestMailAt)}</Fact>
        <Fact label={words('opsOpenAttempts')}>{status.openAttempts}</Fact>
      </dl>
      <h2 id="sign-ups">{words('opsSignUps')}</h2>
      <table aria-labelledby="sign-ups">
        <thead>
          <tr>
            <th scope="col">{words('opsDay')}</th>
            <th scope="col">{words('opsCount')}</th>
          </tr>
        </thead>
        <tbody>
          {status.signUps.toReversed().map(({ day, count }) => (
            <tr>
              <th scope="row">{day}</th>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
