import { type Json, type PythonTime, pythonJson, pythonRepr, pythonString, pythonText } from './python.ts';
import { eventId, type RandomSource } from './random-source.ts';

/** The senders that are out in the world. */
export const layouts = ['aulasneo-v21', 'aulasneo-v21-form', 'pypi-1.0.2', 'virtue-customized'] as const;
export type Layout = (typeof layouts)[number];

export type Webhook = {
  readonly eventType: string;
  readonly eventId: string | null;
  readonly layout: Layout;
  readonly body: string;
  readonly contentType: string;
  /** When it happened, in ms. */
  readonly at: number;
  /** What became of it, for the log; whoever posts it writes it here. */
  answer?: string;
};

type Fields = { readonly [key: string]: Json };

/** What happened, before a sender gives it its layout. */
export type PlatformEvent = {
  readonly type: EventName;
  readonly data: Fields;
  /** What the customised sender says instead. */
  readonly virtueData?: Fields;
  readonly time: PythonTime;
};

const learning = 'openedx_events.learning.data';
const authoring = 'openedx_events.content_authoring.data';

/** Of each event: its type, the class of its data in Python, and the first key in the older layouts (none: not sent by them). */
const events = {
  catalogInfoChanged: ['content_authoring.course.catalog_info.changed', `${authoring}.CourseCatalogData`, undefined],
  courseCreated: ['content_authoring.course.created', `${authoring}.CourseData`, undefined],
  importCompleted: ['content_authoring.course.import.completed', `${authoring}.CourseData`, undefined],
  blockCreated: ['content_authoring.xblock.created', `${authoring}.XBlockData`, undefined],
  blockUpdated: ['content_authoring.xblock.updated', `${authoring}.XBlockData`, undefined],
  blockPublished: ['content_authoring.xblock.published', `${authoring}.XBlockData`, undefined],
  blockDeleted: ['content_authoring.xblock.deleted', `${authoring}.XBlockData`, undefined],
  registered: ['learning.student.registration.completed', `${learning}.UserData`, 'user'],
  loggedIn: ['learning.auth.session.login.completed', `${learning}.UserData`, 'user'],
  enrolmentCreated: ['learning.course.enrollment.created', `${learning}.CourseEnrollmentData`, 'enrollment'],
  enrolmentChanged: ['learning.course.enrollment.changed', `${learning}.CourseEnrollmentData`, 'enrollment'],
  unenrolled: ['learning.course.unenrollment.completed', `${learning}.CourseEnrollmentData`, 'enrollment'],
  gradeChanged: [
    'learning.course.persistent_grade_summary.changed',
    `${learning}.PersistentCourseGradeData`,
    undefined,
  ],
  passingChanged: ['learning.course.passing.status.updated', `${learning}.CoursePassingStatusData`, undefined],
  certificateChanged: ['learning.certificate.changed', `${learning}.CertificateData`, 'certificate'],
  certificateCreated: ['learning.certificate.created', `${learning}.CertificateData`, 'certificate'],
} as const satisfies Record<string, readonly [string, string, string | undefined]>;

export type EventName = keyof typeof events;

const SOURCE_LIBRARY = [10, 5, 0];

function flattened(prefix: string, value: Json): [string, string][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value).flatMap(([key, one]) => flattened(`${prefix}_${key}`, one));
  return [[prefix, pythonText(value)]];
}

/** The body in the layout of a sender, or nothing when that sender does not send such events. */
export function webhookOf(event: PlatformEvent, layout: Layout, random: RandomSource): Webhook | undefined {
  const [suffix, className, oldKey] = events[event.type];
  const eventType = `org.openedx.${suffix}.v1`;
  const id = eventId(random);
  const isStudio = suffix.startsWith('content_authoring');
  const source = isStudio ? 'openedx/cms/web' : 'openedx/lms/web';
  const sourcehost = isStudio ? 'cms-7d9f8c6b5-x2q4k' : 'lms-6c4b9d7f8-zr7mt';
  const metadata = {
    event_type: eventType,
    id,
    minorversion: 0,
    source,
    sourcehost,
    time: pythonString(event.time),
    sourcelib: SOURCE_LIBRARY,
  };
  const about = { eventType, eventId: id, layout, contentType: 'application/json', at: event.time.ms };
  const json = (body: Json) => ({ ...about, body: pythonJson(body) });

  switch (layout) {
    case 'aulasneo-v21':
      return json({ [className]: event.data, event_metadata: metadata });
    case 'aulasneo-v21-form': {
      const pairs = [...flattened(className, event.data), ...flattened('event_metadata', metadata)];
      return {
        ...about,
        contentType: 'application/x-www-form-urlencoded',
        body: new URLSearchParams(pairs).toString(),
      };
    }
    case 'pypi-1.0.2':
      return oldKey && json({ [oldKey]: event.data, event_metadata: metadata });
    case 'virtue-customized': {
      if (event.type === 'catalogInfoChanged') {
        const body = { course: { course_key: event.data.course_key ?? '' }, event_metadata: { event_type: PUBLISHED } };
        return { ...json(body), eventType: PUBLISHED, eventId: null };
      }
      const key = event.type === 'courseCreated' ? 'course' : oldKey;
      if (!key) return undefined;
      const repr = `EventsMetadata(event_type='${eventType}', id=UUID('${id}'), minorversion=0, source='${source}', sourcehost='${sourcehost}', time=${pythonRepr(event.time)}, sourcelib=${pythonText(SOURCE_LIBRARY)})`;
      return json({ [key]: event.virtueData ?? event.data, event_metadata: repr });
    }
  }
}

const PUBLISHED = 'course_published';
