import { and, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import { auditRow, user } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { type CsvRow, readCsv } from '../lib/csv.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { enrolStatements, toEnrol } from './enrol.ts';
import { requireOwnWord } from './enrol-student.ts';
import { course, enrolment } from './schema.ts';
import { writableCourse } from './who-sees.ts';

/** One line of the file and what became of it. `line` counts from 1 with the header. */
export type ImportedRow = {
  line: number;
  status: 'enrolled' | 'already' | 'refused';
  reason?: 'unknown' | 'empty' | 'course_full';
  userId?: string;
};
export type ImportedEnrolments = { enrolled: number; already: number; refused: number; rows: ImportedRow[] };

export const enrolmentUploads = { types: ['text/csv'], limit: 1024 * 1024 } as const;
const MAX_ROWS = 1000;

/** The columns that say who is meant, the surest first, by the names people give them. */
const columns = {
  id: ['userid', 'user id', 'id'],
  username: ['username', 'user name', 'user'],
  email: ['email', 'e-mail', 'e-mail address', 'email address'],
} as const;
type Who = { by: keyof typeof columns; value: string };
const kinds = Object.keys(columns) as (keyof typeof columns)[];

/** Whom a line means: by its first cell that says so. */
function whoIn({ cells }: CsvRow): Who | undefined {
  for (const by of kinds) {
    const cell = columns[by].map((name) => cells[name]).find((text) => text !== undefined && text !== '');
    if (cell !== undefined) return { by, value: by === 'id' ? cell : cell.toLowerCase() };
  }
  return undefined;
}

function readRows(bytes: Uint8Array): CsvRow[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new DomainError('malformed', 'The table is not in UTF-8');
  }
  const read = readCsv(text);
  const refuse = (message: string) => invalidFields([{ pointer: '', message }]);
  if ('refusal' in read) throw refuse(read.refusal);
  const known: readonly string[] = kinds.flatMap((by) => columns[by]);
  if (!read.header.some((name) => known.includes(name)))
    throw refuse('the first line has to name one of the columns email, username and userId');
  if (read.rows.length > MAX_ROWS) throw refuse(`at most ${MAX_ROWS} lines at once`);
  return read.rows;
}

/** Students by any of what the lines say, and who of them is enrolled. Other people are as unknown as nobody: addresses are no secret to try. */
const selectPeople = ({ db }: Call, courseKey: string, who: readonly Who[]) => {
  const given = (by: Who['by']) =>
    sql`(select value from json_each(${JSON.stringify([...new Set(who.filter((one) => one.by === by).map(({ value }) => value))])}))`;
  return db
    .select({
      id: user.id,
      username: user.username,
      email: user.email,
      enrolmentId: sql<string | null>`${enrolment.id}`.as('enrolment_id'),
      isActive: enrolment.isActive,
    })
    .from(user)
    .leftJoin(
      enrolment,
      and(
        eq(enrolment.userId, user.id),
        eq(enrolment.courseId, sql`(select id from course where course_key = ${courseKey})`),
      ),
    )
    .where(
      and(
        or(
          inArray(user.id, given('id')),
          inArray(user.username, given('username')),
          inArray(user.email, given('email')),
        ),
        eq(user.role, 'student'),
        isNull(user.deletedAt),
      ),
    );
};

/** Somebody to be enrolled, as staff name them, in a line of a table or in a form. */
type NamedLine = { line: number; who: Who | undefined };

/**
 * Enrols students that are named, in their order while there are seats, and tells what became of each. `poke` is given the events to react
 * to. Refuses with `not_found`. Two round trips.
 */
async function enrolNamed(
  call: Call,
  courseKey: string,
  lines: readonly NamedLine[],
  poke: (eventIds: string[]) => void,
): Promise<ImportedRow[]> {
  const { db, actor } = call;
  const [[found], people] = await db.batch([
    db
      .select({ id: course.id })
      .from(course)
      .where(and(eq(course.courseKey, courseKey), writableCourse(actor, 'enrolments:manage'))),
    selectPeople(
      call,
      courseKey,
      lines.flatMap(({ who }) => who ?? []),
    ),
  ]);
  if (!found) throw new DomainError('not_found');

  const personBy = new Map(
    people.flatMap((one) => kinds.flatMap((by) => (one[by] === null ? [] : [[`${by} ${one[by]}`, one] as const]))),
  );
  const named = lines.map(({ line, who }) => ({ line, who, person: who && personBy.get(`${who.by} ${who.value}`) }));
  const wanted = [...new Set(named.flatMap(({ person }) => (person && !person.isActive ? [person] : [])))];
  const given = wanted.map(({ id, enrolmentId }) => toEnrol(call, id, enrolmentId));
  const audited = { action: 'enrolment.imported', subject: courseKey, detail: { userIds: wanted.map(({ id }) => id) } };
  const [, , recorded, now] = await db.batch([
    ...enrolStatements(call, { courseId: found.id, origin: 'staff', by: actor.userId }, given),
    auditRow(call, audited),
  ]);
  const events = new Set(recorded.map(({ eventId }) => eventId));
  const won = new Set(given.filter(({ eventId }) => events.has(eventId)).map(({ userId }) => userId));
  const active = new Set(now.filter(({ isActive }) => isActive).map(({ userId }) => userId));
  poke([...events]);

  const seen = new Set<string>();
  return named.map(({ line, who, person }): ImportedRow => {
    if (!who) return { line, status: 'refused', reason: 'empty' };
    if (!person) return { line, status: 'refused', reason: 'unknown' };
    const { id: userId } = person;
    const isFirst = !seen.has(userId);
    seen.add(userId);
    if (won.has(userId) && isFirst) return { line, status: 'enrolled', userId };
    if (person.isActive || active.has(userId)) return { line, status: 'already', userId };
    return { line, status: 'refused', reason: 'course_full', userId };
  });
}

/**
 * Enrols the students that a table names by user name, e-mail or id, as `enrolNamed` does. Refuses with `malformed` or `invalid` a table that cannot
 * be read, has no such column or more than 1,000 lines; with `forbidden` who is there by a platform's word alone.
 */
export async function importEnrolments(
  call: Call,
  { courseKey, bytes }: { courseKey: string; bytes: Uint8Array },
  poke: (eventIds: string[]) => void,
): Promise<ImportedEnrolments> {
  requireOwnWord(call);
  const lines = readRows(bytes).map((row) => ({ line: row.line, who: whoIn(row) }));
  const rows = await enrolNamed(call, courseKey, lines, poke);
  const count = (status: ImportedRow['status']) => rows.filter((row) => row.status === status).length;
  return { enrolled: count('enrolled'), already: count('already'), refused: count('refused'), rows };
}

/** Enrols one student by user name or e-mail, as `enrolNamed` does. */
export async function enrolByName(
  call: Call,
  { courseKey, name }: { courseKey: string; name: string },
  poke: (eventIds: string[]) => void,
): Promise<ImportedRow> {
  requireOwnWord(call);
  const value = name.trim().toLowerCase();
  const who: Who | undefined = value === '' ? undefined : { by: value.includes('@') ? 'email' : 'username', value };
  const [row] = await enrolNamed(call, courseKey, [{ line: 1, who }], poke);
  return row ?? { line: 1, status: 'refused', reason: 'empty' };
}
