import { Choose, type Fields, Neighbours, showShortInstant, TextField, type Words } from '../ui/index.ts';
import type { EventType } from './event-types.ts';
import type { ListedEvent } from './list-events.ts';
import { coursePath, runPath } from './paths.ts';

type Key = Parameters<Words>[0];

const typeWords: Record<EventType, Key> = {
  'org.openedx.content_authoring.course.catalog_info.changed.v1': 'syncEventCourse',
  'org.openedx.content_authoring.course.import.completed.v1': 'syncEventCourse',
  'org.openedx.content_authoring.course.created.v1': 'syncEventCourse',
  'org.openedx.content_authoring.xblock.published.v1': 'syncEventPart',
  'org.openedx.content_authoring.xblock.updated.v1': 'syncEventPart',
  'org.openedx.content_authoring.xblock.deleted.v1': 'syncEventPart',
  course_published: 'syncEventCourse',
  'org.openedx.learning.student.registration.completed.v1': 'syncEventAccount',
  'org.openedx.learning.auth.session.login.completed.v1': 'syncEventAccount',
  'org.openedx.learning.course.enrollment.created.v1': 'syncEventEnrolment',
  'org.openedx.learning.course.enrollment.changed.v1': 'syncEventEnrolment',
  'org.openedx.learning.course.unenrollment.completed.v1': 'syncEventEnrolment',
  'org.openedx.learning.course.persistent_grade_summary.changed.v1': 'syncEventGrade',
  'org.openedx.learning.course.passing.status.updated.v1': 'syncEventGrade',
  'org.openedx.learning.certificate.created.v1': 'syncEventGrade',
  'org.openedx.learning.certificate.changed.v1': 'syncEventGrade',
  'org.openedx.learning.certificate.revoked.v1': 'syncEventGrade',
};
const wordOf = (eventType: string): Key => (typeWords as Partial<Record<string, Key>>)[eventType] ?? 'syncEventOther';

/** About a learner; the others are about the structure of a course. */
const isOfLearner = (word: Key) =>
  word === 'syncEventAccount' || word === 'syncEventEnrolment' || word === 'syncEventGrade';

/** What came of an event. */
const Outcome = ({ words, one }: { words: Words; one: ListedEvent }) => {
  if (one.status === 'ignored') return null;
  if (one.error !== null) return <p class="problem">{words('syncEventError', { error: one.error })}</p>;
  if (one.handledAt !== null) return <p>{words('syncEventHandled', { at: showShortInstant(one.handledAt) })}</p>;
  if (one.runId !== null)
    return (
      <p>
        <a href={runPath(one.runId)}>{words('syncEventRun')}</a>
      </p>
    );
  return <p>{words(isOfLearner(wordOf(one.eventType)) ? 'syncEventWaiting' : 'syncEventUnfollowed')}</p>;
};

const EventCard = ({ words, one }: { words: Words; one: ListedEvent }) => {
  const facts = [
    words('syncEventCame', { at: showShortInstant(one.receivedAt) }),
    one.at !== null && words('syncEventAt', { at: showShortInstant(one.at) }),
    one.times > 1 && words('syncEventTimes', { count: one.times }),
  ].filter(Boolean);
  return (
    <li>
      <strong>{words(wordOf(one.eventType))}</strong>
      {one.courseKey !== null && (
        <p>{one.runId === null ? one.courseKey : <a href={coursePath(one.courseKey)}>{one.courseKey}</a>}</p>
      )}
      <p>{facts.join(' · ')}</p>
      <Outcome words={words} one={one} />
      <small>
        <code>{one.eventType}</code>
      </small>
    </li>
  );
};

type Props = {
  words: Words;
  fields: Fields;
  isAdmin: boolean;
  events: { results: readonly ListedEvent[]; previous: string | null; next: string | null };
};

export function EventListPage({ words, fields, isAdmin, events }: Props) {
  const parts = { words, fields, problems: {} };
  return (
    <>
      <h1>{words('syncEvents')}</h1>
      <search>
        <form method="get" class="stack">
          <TextField {...parts} name="courseKey" label={words('syncKey')} maxlength={255} autocomplete="off" />
          <Choose
            {...parts}
            name="status"
            label={words('syncEventsStatus')}
            options={[
              ['', words('syncEventsAll')],
              ['duplicate', words('syncEventsTwice')],
              ...(isAdmin ? [['ignored', words('syncEventsIgnored')] as const] : []),
            ]}
          />
          <button type="submit">{words('syncEventsGo')}</button>
        </form>
      </search>
      {events.results.length === 0 && <p>{words('syncEventsNone')}</p>}
      <ul class="cards">
        {events.results.map((one) => (
          <EventCard words={words} one={one} />
        ))}
      </ul>
      <Neighbours words={words} previous={events.previous} next={events.next} />
    </>
  );
}
