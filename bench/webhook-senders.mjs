import { pick, seededRandom } from '../scripts/lms/random-source.ts';
import { webhookOf } from '../scripts/lms/webhooks.ts';
import { sha256 } from '../src/lib/crypto.ts';

/* A connection with courses that follow it, and the webhooks its platform sends: made by SQL and by the stand-in's senders. */

let connections = 0;

/** A connection with `courses` followed courses. No run starts while the bench lasts. */
export async function makeConnection(db, courses) {
  const name = `bench${connections++}`;
  const secret = `secret-of-${name}`;
  const now = Date.now();
  const rows = JSON.stringify(
    Array.from({ length: courses }, (_, index) => ({
      id: `crs_${name}_${index}`,
      key: `course-v1:EduMW+${name}_${index}+2026_T1`,
    })),
  );
  await db.batch([
    db
      .prepare(
        `insert into connection (id, name, lms_url, client_id, client_secret, hmac_secret, debounce_seconds, created_at)
         values (?1, ?1, 'https://lms.example.mw', 'bench', '', '', 86400, ?2)`,
      )
      .bind(name, now),
    db
      .prepare('insert into webhook_secret (secret_hash, connection_id, created_at) values (?, ?, ?)')
      .bind(await sha256(secret), name, now),
    db
      .prepare(
        `insert into course (id, course_key, title, examination_level, academic_class, created_at)
         select value ->> 'id', value ->> 'key', 'Bench', 'MSCE', 'Form 3', ? from json_each(?)`,
      )
      .bind(now, rows),
    db
      .prepare(
        `insert into followed_course (course_id, connection_id, reconcile_at)
         select value ->> 'id', ?, ? from json_each(?)`,
      )
      .bind(name, now + 86_400_000, rows),
  ]);
  return { id: name, path: `/api/v1/webhooks/openedx/${secret}`, courseKeys: JSON.parse(rows).map(({ key }) => key) };
}

/** The course was published, or one of its blocks was: the first event of a course makes its run, later ones join it. */
const published = (course_key) => ({
  type: 'catalogInfoChanged',
  data: {
    course_key,
    name: 'Mathematics Form 3 (MSCE)',
    schedule_data: { start: '2026-01-12 00:00:00+00:00', pacing: 'self', end: null, enrollment_start: null },
    hidden: false,
    invitation_only: false,
  },
});
const blockPublished = (course_key) => ({
  type: 'blockPublished',
  data: {
    usage_key: `${course_key.replace('course-v1:', 'block-v1:')}+type@vertical+block@5c1a7e3f`,
    block_type: 'vertical',
    version: null,
  },
});
const enrolled = (course_key, learner) => ({
  type: 'enrolmentChanged',
  data: {
    user: {
      id: learner,
      is_active: true,
      pii: { username: `learner_${learner}`, email: `learner${learner}@bench.test`, name: 'Thoko Phiri' },
    },
    course: { course_key, display_name: 'Mathematics Form 3 (MSCE)', start: null, end: null },
    mode: 'audit',
    is_active: true,
    creation_date: '2026-04-14 06:50:12+00:00',
    created_by: null,
  },
});
/** Means nothing to us. */
const blockCreated = (course_key) => ({ ...blockPublished(course_key), type: 'blockCreated' });

/**
 * `count` webhooks, in JSON and form mode by turns: of ten, three are sent a second time, one is of a type that is ignored, and the
 * rest tell of courses; with `learners`, three of the rest tell of learners instead.
 */
export function webhooksOf({ id, courseKeys }, count, { learners = false } = {}) {
  const random = seededRandom(id);
  const eventOf = (turn) => {
    const courseKey = pick(random, courseKeys);
    if (turn === 0) return blockCreated(courseKey);
    if (turn <= 3) return learners ? enrolled(courseKey, 1000 + Math.floor(random() * 300)) : published(courseKey);
    return turn === 4 ? published(courseKey) : blockPublished(courseKey);
  };
  const sent = [];
  for (let index = 0; index < count; index++) {
    const turn = index % 10;
    // Long enough ago to have been answered, and no repetition itself.
    const again = turn >= 7 ? sent[index - 24] : undefined;
    const time = { ms: Date.now(), micro: index % 1000 };
    const layout = index % 2 ? 'aulasneo-v21-form' : 'aulasneo-v21';
    if (again) sent.push(again);
    else {
      const { body, contentType } = webhookOf({ ...eventOf(turn), time }, layout, random);
      sent.push({ body, type: contentType });
    }
  }
  return sent;
}
