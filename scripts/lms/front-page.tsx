import type { Course } from './course.ts';
import { blockOf } from './course-tree.ts';
import { type Faults, type Switch, type SwitchName, switchNames } from './faults.ts';
import { LtiSection } from './lti/front-section.tsx';
import { document } from './page.tsx';
import { enrolmentKey, type Person } from './people.ts';
import { layouts } from './webhooks.ts';
import type { World } from './world.ts';

const LOGGED = 60;

function written(fault: Switch): string {
  if (typeof fault === 'boolean') return fault ? 'on' : 'off';
  if (typeof fault === 'number') return `${Math.round(fault * 100)}%`;
  if (fault.times !== undefined) return String(fault.times);
  return fault.chance === undefined ? 'on' : `${Math.round(fault.chance * 100)}%`;
}

const explained: Record<SwitchName, string> = {
  down: 'Answer 503',
  slow: 'Answer late',
  storeThenFail: 'LTI: keep a score and answer 500',
  unauthorised: 'LTI: services answer 401',
  aboveResponseLimit: 'LTI: the list of members is too long',
  keysHtml: 'LTI: the key set is a page of HTML',
  keysHuge: 'LTI: the key set has 10 MB',
  serverError: 'Answer 500',
  forbidden: 'Blocks and LTI services answer 403',
  throttled: 'Answer 429',
  timeout: 'Never answer',
  learnerView: 'Blocks answers what a learner sees',
  missingChapter: 'Blocks answers without one chapter',
  missingBlock: 'Blocks names a child it does not send',
  cutBody: 'The answer ends in the middle',
  staleBlocks: 'Blocks answers the version before',
  tokenError: 'The token endpoint answers 500',
  clientRefused: 'The token endpoint answers invalid_client',
  expiredToken: 'Every token counts as expired',
  redirect: 'Answer 302 to elsewhere',
  webhookLost: 'Webhooks are lost',
  webhookDuplicated: 'Webhooks are sent twice',
  webhookHeld: 'Webhooks are held back and sent in another order',
};

const FaultsForm = ({ faults, layout }: { faults: Faults; layout: string }) => (
  <form method="post" action="/faults">
    <p>
      <label for="layout">Layout of the webhooks</label>{' '}
      <select id="layout" name="layout">
        {layouts.map((one) => (
          <option value={one} selected={one === layout}>
            {one}
          </option>
        ))}
      </select>
    </p>
    <p id="how">Write off, on, a share such as 30%, or a number of times such as 3.</p>
    <table>
      <tbody>
        {switchNames.map((name) => (
          <tr>
            <th scope="row">
              <label for={name}>{explained[name]}</label>
            </th>
            <td>
              <input id={name} name={name} value={written(faults[name])} size={8} aria-describedby="how" />
            </td>
          </tr>
        ))}
        {(
          [
            ['outlineLagMs', 'learning_sequences lags by (ms)', faults.outlineLagMs],
            ['blocksLagMs', 'Blocks lags by (ms)', faults.blocksLagMs],
            ['clockSkewMs', 'LTI: the clock runs ahead by (ms, below 0: behind)', faults.clockSkewMs],
            ['slowMs', 'How late a late answer is (ms)', faults.slowMs],
            ['retryAfterSeconds', 'Retry-After of a 429 (seconds, empty: none)', faults.retryAfterSeconds ?? ''],
            ['redirectTo', 'Where a 302 leads', faults.redirectTo],
          ] as const
        ).map(([name, label, value]) => (
          <tr>
            <th scope="row">
              <label for={name}>{label}</label>
            </th>
            <td>
              <input id={name} name={name} value={String(value)} size={name === 'redirectTo' ? 30 : 8} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    <p>
      <button type="submit">Set the faults</button>{' '}
      <button type="submit" name="reset" value="yes">
        No faults
      </button>
    </p>
  </form>
);

const Act = ({
  kind,
  label,
  username,
  courseKey,
}: {
  kind: string;
  label: string;
  username: string;
  courseKey?: string;
}) => (
  <form method="post" action="/learners">
    <input type="hidden" name="username" value={username} />
    {courseKey && <input type="hidden" name="courseKey" value={courseKey} />}
    <button type="submit" name="kind" value={kind} aria-label={`${label}: ${username}`}>
      {label}
    </button>{' '}
  </form>
);

function EnrolmentForm({ world, username, course }: { world: World; username: string; course: Course }) {
  const enrolment = world.enrolments.get(enrolmentKey(username, course.key));
  const title = blockOf(course.draft, course.root).display_name;
  const field = `${username}-${blockNumber(course.key)}`;
  if (!enrolment?.is_active)
    return (
      <p>
        {title} <Act kind="enrol" label={`Enrol in ${title}`} username={username} courseKey={course.key} />
      </p>
    );
  return (
    <form method="post" action="/learners">
      <input type="hidden" name="username" value={username} />
      <input type="hidden" name="courseKey" value={course.key} />
      {title}: {enrolment.mode}, {Math.round(enrolment.percent * 100)}%{' '}
      <button type="submit" name="kind" value="unenrol" aria-label={`Unenrol from ${title}: ${username}`}>
        Unenrol
      </button>{' '}
      <label for={`mode-${field}`}>Mode</label>{' '}
      <select id={`mode-${field}`} name="mode">
        {['audit', 'honor', 'verified'].map((mode) => (
          <option selected={mode === enrolment.mode}>{mode}</option>
        ))}
      </select>{' '}
      <button type="submit" name="kind" value="mode" aria-label={`Change mode in ${title}: ${username}`}>
        Change
      </button>{' '}
      <label for={`grade-${field}`}>Grade in %</label>{' '}
      <input id={`grade-${field}`} name="percent" inputmode="numeric" size={3} />{' '}
      <button type="submit" name="kind" value="grade" aria-label={`Grade in ${title}: ${username}`}>
        Grade
      </button>
    </form>
  );
}

/** The middle of a course key, which HTML takes as part of an id. */
const blockNumber = (courseKey: string) => courseKey.split('+')[1] ?? '';

function PersonRow({ world, person }: { world: World; person: Person }) {
  const { username, name, email, id, is_active, is_staff } = person;
  return (
    <tr>
      <th scope="row">
        {username}
        {is_staff && ' (staff)'}
      </th>
      <td>
        {name} {email} ({id}){!is_active && ', address not confirmed'}
      </td>
      <td>
        <Act kind="login" label="Sign in" username={username} />
        {!is_active && <Act kind="activate" label="Confirm address" username={username} />}
        <Act kind="retire" label="Retire" username={username} />
      </td>
      <td>
        {[...world.courses.values()].map((course) => (
          <EnrolmentForm world={world} username={username} course={course} />
        ))}
      </td>
    </tr>
  );
}

/** The first page: courses, people, faults and the log. */
export const frontPage = (world: World, refusal?: string) =>
  document(
    'Courses',
    <>
      {refusal !== undefined && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <ul>
        {[...world.courses.values()].map((course) => (
          <li>
            <a href={`/author/${encodeURIComponent(course.key)}`}>{blockOf(course.draft, course.root).display_name}</a>{' '}
            <code>{course.key}</code>
          </li>
        ))}
      </ul>

      <LtiSection world={world} />

      <h2 id="people">People</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">User</th>
            <th scope="col">Who</th>
            <th scope="col">Account</th>
            <th scope="col">Courses</th>
          </tr>
        </thead>
        <tbody>
          {[...world.people.values()].map((person) => (
            <PersonRow world={world} person={person} />
          ))}
        </tbody>
      </table>
      <h3>Register somebody</h3>
      <form method="post" action="/learners">
        {(['username', 'name', 'email'] as const).map((field) => (
          <p>
            <label for={`new-${field}`}>
              {field === 'username' ? 'User name' : field === 'name' ? 'Name' : 'E-mail'}
            </label>{' '}
            <input id={`new-${field}`} name={field} required type={field === 'email' ? 'email' : 'text'} />
          </p>
        ))}
        <button type="submit" name="kind" value="register">
          Register
        </button>
      </form>

      <h2 id="faults">Faults</h2>
      <FaultsForm faults={world.faults} layout={world.layout} />

      <h2 id="log">Webhooks sent, the newest first</h2>
      <form method="post" action="/release-webhooks">
        <button type="submit">Release {world.held.length} held back</button>
      </form>
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Event</th>
            <th scope="col">Answer</th>
            <th scope="col">Body</th>
          </tr>
        </thead>
        <tbody>
          {world.sent
            .slice(-LOGGED)
            .reverse()
            .map(({ at, eventType, layout, answer, body }) => (
              <tr>
                <td>{new Date(at).toISOString()}</td>
                <td>
                  {eventType} <small>({layout})</small>
                </td>
                <td>{answer ?? 'on its way'}</td>
                <td>
                  <details>
                    <summary>Body</summary>
                    <code>{body}</code>
                  </details>
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </>,
  );
