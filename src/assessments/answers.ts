import * as z from 'zod';
import { iso } from '../lib/instant.ts';
import { behaviours, gradingMethods, Review, Section } from './definition.ts';
import type { AttemptFacts, SessionView } from './session-rpc.ts';

/*
 * What the routes answer: the schemas that OpenAPI shows, and the functions that fill them.
 */

const instant = z.iso.datetime();
const Score = z.object({ given: z.number(), maximum: z.number() });
const ItemResponse = z.union([
  z.object({ selected: z.array(z.string()) }),
  z.object({ blanks: z.record(z.string(), z.string()) }),
  z.object({ value: z.string() }),
]);
const Outcome = z.enum(['right', 'partial', 'wrong', 'unscorable']);
const Solution = z.object({ explanation: z.string(), steps: z.array(z.string()).optional() });
const Misconceptions = z.array(z.object({ id: z.string(), text: z.string() }));
const Key = z.union([
  z.object({ correct: z.array(z.string()) }),
  z.object({ blanks: z.record(z.string(), z.array(z.string())) }),
  z.object({
    answer: z.number().optional(),
    tolerance: z.object({ kind: z.enum(['absolute', 'relative', 'geometric']), value: z.number() }).optional(),
    unit: z.string().optional(),
    significantFigures: z.int().optional(),
    range: z
      .object({ from: z.number(), to: z.number(), includesFrom: z.boolean(), includesTo: z.boolean() })
      .optional(),
    alternatives: z.array(z.number()).optional(),
  }),
]);
const Remarks = z.array(z.string());

const Settings = z.object({
  id: z.string(),
  title: z.string(),
  courseKey: z.string().nullable(),
  behaviour: z.enum(behaviours),
  timeLimitSeconds: z.int().nullable(),
  opensAt: instant.nullable(),
  closesAt: instant.nullable(),
  attemptsAllowed: z.int(),
  gradingMethod: z.enum(gradingMethods),
  passMark: z.number(),
  review: Review,
});

export const StaffAssessment = Settings.extend({
  shuffleItems: z.boolean(),
  sections: z.array(Section),
  published: z.boolean(),
});
export const ListedAssessment = Settings.extend({ published: z.boolean() });
export const StudentAssessment = Settings.extend({
  items: z.int(),
  mine: z.object({
    attemptsUsed: z.int(),
    attemptsLeft: z.int().nullable(),
    endsAtIfStartedNow: instant.nullable(),
    grade: z.object({ score: Score, percent: z.number(), passed: z.boolean() }).optional(),
  }),
});

export const PaperItem = z.object({
  id: z.string(),
  type: z.enum(['choice', 'text_entry', 'numeric']),
  prompt: z.string(),
  maxScore: z.number(),
  choices: z.array(z.object({ id: z.string(), text: z.string() })).optional(),
  multiple: z.boolean().optional(),
  blanks: z.array(z.object({ id: z.string() })).optional(),
  unit: z.string().optional(),
  reading: z.literal('expression').optional(),
});

export const Attempt = z.object({
  id: z.string(),
  assessmentId: z.string(),
  number: z.int(),
  state: z.enum(['open', 'submitted', 'expired', 'graded']),
  epoch: z.int(),
  lastSeq: z.int(),
  startedAt: instant,
  endsAt: instant.nullable(),
  finishedAt: instant.nullable(),
  serverTime: instant,
  remainingSeconds: z.int().nullable(),
});

export const AttemptView = z.object({
  attempt: Attempt,
  paper: z.object({ items: z.array(PaperItem) }),
  responses: z.record(z.string(), z.object({ response: ItemResponse, seq: z.int() })),
  flagged: z.array(z.string()),
  token: z.string(),
});

export const Receipt = z.object({
  epoch: z.int(),
  upTo: z.int(),
  missing: z.array(z.int()),
  refused: z.array(z.object({ seq: z.int(), reason: z.string() })),
  state: Attempt.shape.state,
  serverTime: instant,
  endsAt: instant.nullable(),
});

const ReviewedResult = z.object({
  score: Score.optional(),
  percent: z.number().optional(),
  passed: z.boolean().optional(),
  items: z
    .array(
      z.object({
        itemId: z.string(),
        score: Score.optional(),
        outcome: Outcome.optional(),
        response: ItemResponse.nullable(),
        key: Key.optional(),
        feedback: z
          .object({
            hint: z.string().optional(),
            solution: Solution.optional(),
            misconceptions: Misconceptions.optional(),
            remarks: Remarks.optional(),
          })
          .optional(),
      }),
    )
    .optional(),
});

export const ResultAnswer = ReviewedResult.extend({ attempt: Attempt, lateOps: z.int().optional() });
export const SubmitAnswer = z.object({ attempt: Attempt, result: ReviewedResult.optional() });

export const TryAnswer = z.object({
  score: Score,
  outcome: z.enum(['right', 'partial', 'wrong']),
  tryNumber: z.int(),
  triesLeft: z.int(),
  mastered: z.boolean(),
  feedback: z.object({
    message: z.string(),
    hint: z.string().optional(),
    solution: Solution.optional(),
    misconceptions: Misconceptions.optional(),
    remarks: Remarks.optional(),
    key: Key.optional(),
  }),
});

export const ListedAttempt = z.object({
  id: z.string(),
  user: z.object({ id: z.string(), name: z.string() }),
  number: z.int(),
  state: Attempt.shape.state,
  startedAt: instant,
  endsAt: instant.nullable(),
  finishedAt: instant.nullable(),
  score: Score.optional(),
  percent: z.number().optional(),
  passed: z.boolean().optional(),
  lateOps: z.int().optional(),
});

export const MyAttempt = z.object({
  attemptId: z.string(),
  assessmentId: z.string(),
  title: z.string(),
  state: Attempt.shape.state,
  startedAt: instant,
  endsAt: instant.nullable(),
  items: z.int(),
  answered: z.int(),
});

export const KeptOp = z.object({
  epoch: z.int(),
  seq: z.int(),
  itemId: z.string().nullable(),
  kind: z.enum(['set', 'clear', 'flag']).nullable(),
  response: ItemResponse.nullable(),
  value: z.boolean().optional(),
  at: z.string().nullable(),
  receivedAt: instant,
  refused: z.string().optional(),
  raw: z.string().optional(),
});

/** `attempt` as the contract shows it. `remainingSeconds` counts from the server's own time, in whole seconds. */
export const attemptAnswer = (facts: AttemptFacts): z.output<typeof Attempt> => ({
  id: facts.id,
  assessmentId: facts.assessmentId,
  number: facts.number,
  state: facts.state,
  epoch: facts.epoch,
  lastSeq: facts.lastSeq,
  startedAt: iso(facts.startedAt),
  endsAt: iso(facts.endsAt),
  finishedAt: iso(facts.finishedAt),
  serverTime: iso(facts.serverTime),
  remainingSeconds:
    facts.endsAt === null
      ? null
      : facts.state === 'open'
        ? Math.max(0, Math.floor((facts.endsAt - facts.serverTime) / 1000))
        : 0,
});

/** `AttemptView` as the contract shows it. */
export const viewAnswer = (view: SessionView, token: string): z.output<typeof AttemptView> => ({
  attempt: attemptAnswer(view.attempt),
  paper: { items: view.items },
  responses: Object.fromEntries(
    Object.entries(view.responses).map(([id, { response, seq }]) => [id, { response, seq }]),
  ),
  flagged: view.flagged,
  token,
});
