import type { DomainError, FieldError } from '../lib/errors.ts';
import { type Fields, fromLocalField, numberOf, type Problems, rowsOf, toLocalField, type Words } from '../ui/index.ts';
import type { AssessmentRow } from './assessments.ts';
import { Review, type Section } from './definition.ts';
import type { UpdateAssessmentInput } from './input.ts';

/*
 * Between an assessment and the controls of its form: people write minutes, per cent and Malawi time. Pure.
 */

export type Settings = Pick<AssessmentRow, Exclude<keyof UpdateAssessmentInput, 'published'>>;

const SPARE_ROWS = 2;

/** Leaves out what was left empty. */
const given = (text: string | undefined): string | undefined => text?.trim() || undefined;

const sectionParts = ['title', 'bankId', 'count', 'easy', 'medium', 'hard', 'tags'] as const;

/** What a new assessment begins with. */
export const freshSettings: Settings = {
  title: '',
  timeLimitSeconds: null,
  opensAt: null,
  closesAt: null,
  attemptsAllowed: 1,
  gradingMethod: 'best',
  passMark: 0.8,
  shuffleItems: true,
  sections: [],
  review: Review.parse({}),
};

const short = (value: number) => String(Math.round(value * 10_000) / 10_000);
const showMinutes = (seconds: number | null) => (seconds === null ? '' : short(seconds / 60));
const showField = (at: number | null) => (at === null ? '' : toLocalField(at));

function fillSection({ title = '', bankId, select, tags = [] }: Section, row: number): Fields {
  const counts = typeof select === 'number' ? { count: select } : select;
  const fields = { title, bankId, tags: tags.join(', '), ...counts };
  return Object.fromEntries(Object.entries(fields).map(([part, value]) => [`sections.${row}.${part}`, String(value)]));
}

/** What the controls hold for an assessment, and for spare sections. */
export function fillAssessmentForm(settings: Settings): Fields {
  const { sections, review } = settings;
  const rows = Math.max(sections.length + SPARE_ROWS, 3);
  return {
    title: settings.title,
    minutes: showMinutes(settings.timeLimitSeconds),
    opensAt: showField(settings.opensAt),
    closesAt: showField(settings.closesAt),
    attemptsAllowed: String(settings.attemptsAllowed),
    gradingMethod: settings.gradingMethod,
    passMark: short(settings.passMark * 100),
    ...(settings.shuffleItems && { shuffleItems: 'on' }),
    ...Object.fromEntries(Object.entries(review).map(([part, when]) => [`review.${part}`, when])),
    ...Object.fromEntries(Array.from({ length: rows }, (_, row) => [`sections.${row}.title`, ''])),
    ...Object.assign({}, ...sections.map(fillSection)),
  };
}

const scaled = (text: string | undefined, scale: (value: number) => number) => {
  const value = numberOf(text) ?? '';
  return typeof value === 'number' ? scale(value) : value;
};

/** A text that is no time stays one, for the schema to refuse. */
const instantOf = (text: string | undefined) => {
  if (given(text) === undefined) return null;
  const at = fromLocalField(text ?? '');
  return at === undefined ? text : new Date(at).toISOString();
};

function readSection(fields: Fields, row: number) {
  const of = (part: (typeof sectionParts)[number]) => given(fields[`sections.${row}.${part}`]);
  const byDifficulty = Object.fromEntries(
    (['easy', 'medium', 'hard'] as const).flatMap((part) => (of(part) ? [[part, numberOf(of(part))]] : [])),
  );
  const count = numberOf(of('count'));
  const isByDifficulty = Object.keys(byDifficulty).length > 0;
  const tags = (of('tags') ?? '').split(',').flatMap((tag) => given(tag) ?? []);
  return {
    title: of('title'),
    bankId: of('bankId') ?? '',
    // Both at once say two different things: a text is neither, and refused.
    select: isByDifficulty ? (count === undefined ? byDifficulty : 'both') : (count ?? ''),
    tags: tags.length > 0 ? tags : undefined,
  };
}

/** Rows that say something and are not to be taken out. */
const filledRows = (fields: Fields) =>
  rowsOf(fields, 'sections').filter(
    (row) =>
      !(`sections.${row}.remove` in fields) &&
      sectionParts.some((part) => given(fields[`sections.${row}.${part}`]) !== undefined),
  );

const problemWords = {
  title: 'asmTitleBad',
  courseKey: 'asmCourseBad',
  choice: 'asmChoiceBad',
  minutes: 'asmMinutesBad',
  opensAt: 'asmOpensBad',
  closesAt: 'asmClosesBad',
  attemptsAllowed: 'asmAttemptsBad',
  passMark: 'asmPassMarkBad',
  bankId: 'asmBankBad',
  count: 'asmCountBad',
  tags: 'asmTagsBad',
} as const satisfies Record<string, Parameters<Words>[0]>;

/** The control a pointer is about: its name, and which words say what is wrong there. */
function controlOf(pointer: string, rows: readonly number[]): [name: string, word: keyof typeof problemWords] {
  const [, setting = '', index, part = ''] = pointer.split('/');
  if (setting === 'sections') {
    const row = rows[Number(index)];
    if (row === undefined) return ['sections.0.bankId', 'bankId'];
    if (part === 'bankId' || part === 'tags') return [`sections.${row}.${part}`, part];
    if (part === 'title') return [`sections.${row}.title`, 'title'];
    return [`sections.${row}.count`, 'count'];
  }
  if (setting === 'timeLimitSeconds') return ['minutes', 'minutes'];
  if (setting === 'review') return [`review.${index}`, 'choice'];
  return [setting, setting in problemWords ? (setting as keyof typeof problemWords) : 'choice'];
}

/** A refusal as problems at the controls of the form it came of. */
export function assessmentProblems(words: Words, fields: Fields, { code, more }: DomainError): Problems {
  const rows = code === 'cannot_fill' ? rowsOf(fields, 'sections') : filledRows(fields);
  const problems: Problems = {};
  for (const { pointer } of (more.errors ?? []) as FieldError[]) {
    const [name, word] = controlOf(pointer, rows);
    problems[name] ??= words(code === 'cannot_fill' ? 'asmCannotFill' : problemWords[word]);
  }
  return problems;
}

/** What the controls say, as `CreateAssessmentInput` takes it, unchecked. */
export function readAssessmentForm(fields: Fields): Record<string, unknown> {
  const input = {
    title: given(fields.title) ?? '',
    timeLimitSeconds: given(fields.minutes) ? scaled(fields.minutes, (minutes) => Math.round(minutes * 60)) : null,
    opensAt: instantOf(fields.opensAt),
    closesAt: instantOf(fields.closesAt),
    attemptsAllowed: numberOf(fields.attemptsAllowed) ?? '',
    gradingMethod: fields.gradingMethod,
    passMark: scaled(fields.passMark, (percent) => percent / 100),
    shuffleItems: 'shuffleItems' in fields,
    sections: filledRows(fields).map((row) => readSection(fields, row)),
    review: Object.fromEntries(Object.keys(Review.shape).map((part) => [part, fields[`review.${part}`]])),
  };
  // Through JSON, what was left empty is absent, as it is in a request.
  return JSON.parse(JSON.stringify(input)) as Record<string, unknown>;
}

/** A setting as the form shows it: what looks the same there was not changed there. */
const shown: { [K in keyof Settings]: (settings: Settings) => string } = {
  title: ({ title }) => title,
  timeLimitSeconds: ({ timeLimitSeconds }) => showMinutes(timeLimitSeconds),
  opensAt: ({ opensAt }) => showField(opensAt),
  closesAt: ({ closesAt }) => showField(closesAt),
  attemptsAllowed: ({ attemptsAllowed }) => String(attemptsAllowed),
  gradingMethod: ({ gradingMethod }) => gradingMethod,
  passMark: ({ passMark }) => short(passMark * 100),
  shuffleItems: ({ shuffleItems }) => String(shuffleItems),
  sections: ({ sections }) => JSON.stringify(sections.map(fillSection)),
  review: ({ review }) => JSON.stringify(Object.keys(Review.shape).map((part) => review[part as keyof Review])),
};

/**
 * The settings a form changed. Only these are sent to the verb: what was not touched keeps its seconds, is not written over
 * somebody else's change, and does not reach the attempts that are open.
 */
export function changedSettings(before: AssessmentRow, after: UpdateAssessmentInput): UpdateAssessmentInput {
  const { published: _, ...named } = after;
  const next = { ...before, ...named } as Settings;
  const changed = (Object.keys(shown) as (keyof Settings)[]).filter(
    (name) => shown[name](before) !== shown[name](next),
  );
  return Object.fromEntries(changed.map((name) => [name, next[name]]));
}
