import type { World } from '../world.ts';
import { courseTitle } from './claims.ts';
import { modes } from './modes.ts';

/** What the first page shows of LTI. */
export const LtiSection = ({ world }: { world: World }) => (
  <>
    <h2 id="lti">LTI 1.3</h2>
    <form method="post" action="/lti/mode">
      <label for="lti-mode">Behaves as</label>{' '}
      <select id="lti-mode" name="mode">
        {modes.map((one) => (
          <option selected={one === world.lti.mode}>{one}</option>
        ))}
      </select>{' '}
      <button type="submit">Change</button>
    </form>
    <ul>
      {[...world.courses.keys()].map((key) => (
        <li>
          <a href={`/lti/course/${encodeURIComponent(key)}`}>Course page of {courseTitle(world, key)}</a>
        </li>
      ))}
      <li>
        <a href="/lti/gradebook">Gradebook</a>
      </li>
      <li>
        <a href="/lti/register-tool">Register a tool (Moodle)</a>
      </li>
    </ul>
  </>
);
