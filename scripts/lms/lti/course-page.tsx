import { raw } from 'hono/html';
import { document } from '../page.tsx';
import type { World } from '../world.ts';
import { courseTitle } from './claims.ts';
import { type CoursePerson, type CourseRole, peopleOf } from './course-people.ts';
import type { Link } from './lti-state.ts';
import { toolOf } from './places.ts';
import { storageScript } from './storage-script.ts';

const roleNames: { [R in CourseRole]: string } = {
  student: 'student',
  teacher: 'teacher',
  assistant: 'teaching assistant',
  admin: 'administrator',
};

const start = (username: string, more: Record<string, string>) =>
  `/lti/start?${new URLSearchParams({ as: username, ...more })}`;

const frameStyle = 'width:100%;height:36rem;border:1px solid';

const Frame = ({ name, title, src }: { name: string; title: string; src: string }) => (
  <iframe name={name} title={title} src={src} style={frameStyle} allow="fullscreen; storage-access" />
);

/** Origins that the tool's pages may have. */
const toolOrigins = (world: World): string[] => {
  const { loginUrl, launchUrl, redirectUris } = toolOf(world, world.lti.mode);
  return [...new Set([loginUrl, launchUrl, ...redirectUris].map((url) => new URL(url).origin))];
};

/** A frame beside the tool's that keeps its data, or nothing where the platform has no storage. */
function Storage({ world }: { world: World }) {
  const { mode, settings } = world.lti;
  if (mode !== 'canvas' || settings.storageTarget === null) return null;
  return (
    <>
      <script>{raw(storageScript(toolOrigins(world), settings.storageTarget))}</script>
      {settings.storageTarget === 'post_message_forwarding' && (
        <iframe name="post_message_forwarding" title="Storage" src="/lti/storage" hidden />
      )}
    </>
  );
}

function People({ people, courseKey, who }: { people: CoursePerson[]; courseKey: string; who: CoursePerson }) {
  const page = `/lti/course/${encodeURIComponent(courseKey)}`;
  return (
    <nav aria-label="Who is looking">
      <ul>
        {people.map(({ person, role }) => (
          <li>
            <a
              href={`${page}?as=${encodeURIComponent(person.username)}`}
              aria-current={person === who.person ? 'true' : undefined}
            >
              {person.name}
            </a>{' '}
            ({roleNames[role]})
          </li>
        ))}
      </ul>
    </nav>
  );
}

type LinkProps = { world: World; link: Link; who: CoursePerson; isTeacher: boolean };

function ResourceLink({ world, link, who, isTeacher }: LinkProps) {
  const { username } = who.person;
  const { mode, links } = world.lti;
  const number = String(link.number);
  // A block of Open edX shows what was chosen for it in place of itself.
  const chosen = mode === 'openedx' ? links.filter((one) => one.block === link.number) : [];
  const page = `/lti/course/${encodeURIComponent(link.courseKey)}`;
  return (
    <section id={`link-${number}`}>
      <h2>{link.title}</h2>
      <p>
        <a href={start(username, { link: number, target: 'window' })} target="_blank" rel="opener">
          Open {link.title} in a new window
        </a>
        {isTeacher && mode === 'openedx' && (
          <>
            {' · '}
            <a href={`${page}?${new URLSearchParams({ as: username, add: number })}`}>
              Choose content for {link.title}
            </a>
          </>
        )}
      </p>
      {chosen.length === 0 ? (
        <Frame name={`tool-${number}`} title={link.title} src={start(username, { link: number })} />
      ) : (
        chosen.map((one) => <ResourceLink world={world} link={one} who={who} isTeacher={false} />)
      )}
    </section>
  );
}

type Asked = { readonly courseKey: string; readonly as: string | undefined; readonly add: string | undefined };

/** A course as one of its people sees it, with the tool in frames. */
export function ltiCoursePage(world: World, { courseKey, as, add }: Asked) {
  const people = peopleOf(world, courseKey);
  const who = people.find(({ person }) => person.username === as) ?? people[0];
  const title = courseTitle(world, courseKey);
  if (!who) return document(title, <p>Nobody is in this course.</p>);
  const { mode, links } = world.lti;
  const isTeacher = who.role === 'teacher' || who.role === 'admin';
  const { username } = who.person;
  const page = `/lti/course/${encodeURIComponent(courseKey)}?as=${encodeURIComponent(username)}`;
  const here = links.filter((one) => one.courseKey === courseKey && (mode !== 'openedx' || one.block === null));
  return document(
    title,
    <>
      <p>
        {who.person.name}, {roleNames[who.role]}. The platform behaves as {mode}.{' '}
        <a href={`/lti/gradebook?course=${encodeURIComponent(courseKey)}`}>Gradebook</a>
      </p>
      <People people={people} courseKey={courseKey} who={who} />
      <Storage world={world} />
      {isTeacher && mode !== 'openedx' && (
        <p>
          <a href={`${page}&add=course`}>Add content</a>
        </p>
      )}
      {isTeacher && add !== undefined ? (
        <section>
          <h2>Add content</h2>
          <p>
            <a href={page}>Back to the course</a>
          </p>
          <Frame
            name="tool-add"
            title="Choose content"
            src={start(username, {
              kind: 'deep-linking',
              ...(add === 'course' ? { course: courseKey } : { link: add }),
            })}
          />
        </section>
      ) : (
        here.map((link) => <ResourceLink world={world} link={link} who={who} isTeacher={isTeacher} />)
      )}
    </>,
  );
}

/** The page in the frame that keeps the tool's data. */
export const storagePage = (world: World) =>
  document('Storage', <script>{raw(storageScript(toolOrigins(world), 'post_message_forwarding'))}</script>);
