import * as z from 'zod';
import type { CourseRole } from './course-people.ts';
import type { LineItem, Link, Result } from './lti-state.ts';
import type { Mode } from './modes.ts';
import { SUBMISSION } from './vocabulary.ts';

/** A score that came, and what is there already. */
export type Arrival = {
  readonly body: unknown;
  readonly item: LineItem;
  readonly link: Link | undefined;
  /** Who was meant, when that is somebody of the course. */
  readonly who: { username: string; role: CourseRole } | undefined;
  readonly before: Result | undefined;
};

export type Judgement =
  | { readonly refused: number; readonly body: unknown }
  | { readonly result: Result; readonly status: 200 | 201 };

const fields = z.looseObject({
  userId: z.coerce.string(),
  timestamp: z.string(),
  activityProgress: z.string(),
  gradingProgress: z.string(),
  scoreGiven: z.union([z.number(), z.string()]).nullish(),
  scoreMaximum: z.union([z.number(), z.string()]).nullish(),
  comment: z.string().nullish(),
});
type Fields = z.infer<typeof fields>;

/** ISO 8601 with a day, a time and a zone. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

const timeOf = (text: string): number | undefined => {
  const at = instant.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};

const numberOf = (value: Fields['scoreGiven']) => (value === undefined || value === null ? null : Number(value));

function resultOf({ item, before }: Arrival, username: string, score: Fields): Result {
  return {
    lineItem: item.number,
    username,
    timestamp: score.timestamp,
    scoreGiven: numberOf(score.scoreGiven),
    scoreMaximum: numberOf(score.scoreMaximum),
    comment: score.comment ?? null,
    activityProgress: score.activityProgress,
    gradingProgress: score.gradingProgress,
    grade: before?.grade ?? null,
    accepted: (before?.accepted ?? 0) + 1,
    submissions: before?.submissions ?? 0,
  };
}

const required = ['timestamp', 'activityProgress', 'gradingProgress', 'userId'] as const;

/** Django REST's words, and what the block's grade becomes by its signal. */
function byOpenedx(arrival: Arrival): Judgement {
  const { body, item, before, who } = arrival;
  const errors: Record<string, string[]> = {};
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  for (const name of required) if (given[name] === undefined) errors[name] = ['This field is required.'];
  const read = fields.safeParse(body);
  const at = typeof given.timestamp === 'string' ? timeOf(given.timestamp) : undefined;
  if (given.timestamp !== undefined && at === undefined) errors.timestamp = ['Datetime has wrong format.'];
  for (const issue of read.error?.issues ?? []) errors[String(issue.path[0] ?? 'non_field_errors')] ??= [issue.message];
  const [points, maximum] = [numberOf(read.data?.scoreGiven), numberOf(read.data?.scoreMaximum)];
  if (points !== null && points < 0) errors.scoreGiven = ['Ensure this value is greater than or equal to 0.'];
  if (points !== null && (maximum === null || !(maximum > 0)))
    errors.scoreMaximum = ['scoreMaximum must be given and above 0 with scoreGiven.'];
  const known = before && timeOf(before.timestamp);
  if (at !== undefined && known !== undefined && known > at)
    errors.timestamp = ['Score timestamp can only be updated to a later point in time'];
  if (at !== undefined && known === at) errors.timestamp = ['Score already exists for the provided timestamp'];
  if (!read.success || Object.keys(errors).length > 0) return { refused: 400, body: errors };
  // The signal that looks the person up throws, and nobody catches it.
  if (!who) return { refused: 500, body: '<h1>Server Error (500)</h1>' };
  const result = resultOf(arrival, who.username, read.data);
  // A score of 0 is kept and never published: the signal asks whether it is truthy. Nothing ever takes a grade away.
  if (result.gradingProgress === 'FullyGraded' && points && maximum && item.link === item.madeUnder)
    result.grade = (Math.min(points, maximum) / maximum) * item.scoreMaximum;
  return { status: 201, result };
}

const seconds = (ms: number) => Math.floor(ms / 1000);

function byMoodle(arrival: Arrival): Judgement {
  const { body, item, before, who } = arrival;
  const read = fields.safeParse(body);
  const at = read.success ? timeOf(read.data.timestamp) : undefined;
  const [points, maximum] = [numberOf(read.data?.scoreGiven), numberOf(read.data?.scoreMaximum)];
  const isNumber = !Number.isNaN(points) && !Number.isNaN(maximum);
  if (!read.success || at === undefined || !isNumber || who?.role !== 'student')
    return { refused: 400, body: 'Incorrect score received' };
  const known = before && timeOf(before.timestamp);
  // Its times are whole seconds, so half a second later is not later.
  if (known !== undefined && seconds(known) >= seconds(at))
    return {
      refused: 409,
      body: `Refusing score with an earlier timestamp for item ${item.number} and user ${read.data.userId}`,
    };
  const result = resultOf(arrival, who.username, read.data);
  const isFinal = result.gradingProgress === 'FullyGraded' && points !== null;
  const grade = isFinal ? (points / (maximum || 1)) * item.scoreMaximum : null;
  // What is not final takes the grade away.
  result.grade = grade === null ? null : Math.min(Math.max(grade, 0), item.scoreMaximum);
  return { status: 200, result };
}

const submission = z.looseObject({
  new_submission: z.union([z.boolean(), z.string()]).nullish(),
  submission_type: z.string().nullish(),
  submitted_at: z.string().nullish(),
});

function byCanvas(arrival: Arrival, now: number): Judgement {
  const { body, item, link, before, who } = arrival;
  const wrong = (refused: number, message: string) => ({
    refused,
    body: { errors: { type: refused === 422 ? 'unprocessable_entity' : 'bad_request', message } },
  });
  if (who?.role !== 'student') return wrong(422, 'User not found in course or is not a student');
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  for (const name of required) if (!given[name]) return wrong(400, `param is missing or the value is empty: ${name}`);
  const read = fields.safeParse(body);
  if (!read.success) return wrong(400, z.prettifyError(read.error));
  const at = timeOf(read.data.timestamp);
  if (at === undefined) return wrong(400, `Provided timestamp of ${read.data.timestamp} not a valid timestamp`);
  const known = before && timeOf(before.timestamp);
  if (known !== undefined && known > at)
    return wrong(
      400,
      `Provided timestamp of ${read.data.timestamp} before last updated timestamp of ${new Date(known).toISOString()}`,
    );
  const points = numberOf(read.data.scoreGiven);
  const maximum = numberOf(read.data.scoreMaximum);
  const counts = ['FullyGraded', 'PendingManual'].includes(read.data.gradingProgress) && points !== null;
  if (counts && maximum === null) return wrong(422, 'ScoreMaximum not supplied when ScoreGiven present.');
  if (counts && !(Number(maximum) >= 0)) return wrong(422, 'ScoreMaximum must be greater than or equal to 0');
  const about = submission.safeParse(given[SUBMISSION] ?? {});
  const submitted = about.data?.submitted_at;
  const submittedAt = submitted ? timeOf(submitted) : undefined;
  if (submitted && submittedAt === undefined)
    return wrong(400, `Provided submitted_at timestamp of ${submitted} not a valid timestamp`);
  if (submittedAt !== undefined && submittedAt > now + 60_000)
    return wrong(400, `Provided submitted_at timestamp of ${submitted} in the future`);
  // Every score is a new submission unless it is told that it is none.
  const said = about.data?.new_submission;
  const isNew = said !== false && said !== 'false' && about.data?.submission_type !== 'none';
  const result = resultOf(arrival, who.username, read.data);
  if (isNew && link?.allowedAttempts !== null && link !== undefined && result.submissions >= link.allowedAttempts)
    return wrong(422, 'The maximum number of allowed attempts has been reached for this submission');
  if (isNew) result.submissions += 1;
  result.grade = counts ? (maximum ? (points / maximum) * item.scoreMaximum : points) : null;
  return { status: 200, result };
}

/** What the platform makes of a score (lti-ags-v2p0 §3.4, and what its code does instead). */
export function judgeScore(mode: Mode, arrival: Arrival, now: number): Judgement {
  if (mode === 'openedx') return byOpenedx(arrival);
  return mode === 'moodle' ? byMoodle(arrival) : byCanvas(arrival, now);
}
