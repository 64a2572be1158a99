import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passback } from '../../src/lti/schema.ts';
import { db } from '../factories.ts';
import { answer, type Fault } from './a-gradebook.ts';
import { type APassback, aPassback } from './a-passback.ts';

type Step =
  | { kind: 'start' }
  | { kind: 'grade' }
  | { kind: 'deliver' }
  | { kind: 'deliver twice at once' }
  | { kind: 'grade in the middle' }
  | { kind: 'forget messages' }
  | { kind: 'token gone' }
  | { kind: 'wait'; ms: number }
  | { kind: 'fault'; fault: Fault };

const faults = fc.constantFrom<Fault>(
  { kind: 'lost' },
  { kind: 'stored, answer lost' },
  answer(500, { isStored: true }),
  answer(503),
  answer(429, { headers: { 'retry-after': '5' } }),
  answer(401),
  answer(422),
);

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Step>({ kind: 'grade' }) },
    { weight: 4, arbitrary: fc.constant<Step>({ kind: 'deliver' }) },
    { weight: 4, arbitrary: faults.map((fault): Step => ({ kind: 'fault', fault })) },
    { weight: 3, arbitrary: fc.constantFrom(1, 900, 31_000, 3_600_000).map((ms): Step => ({ kind: 'wait', ms })) },
    fc.constant<Step>({ kind: 'start' }),
    fc.constant<Step>({ kind: 'deliver twice at once' }),
    fc.constant<Step>({ kind: 'grade in the middle' }),
    fc.constant<Step>({ kind: 'forget messages' }),
    fc.constant<Step>({ kind: 'token gone' }),
  ),
  { minLength: 3, maxLength: 14 },
);

/** Grades of a thousand, each once, so that a stored score tells which grade it was. */
async function live(one: APassback, script: readonly Step[]) {
  let grades = 0;
  const grade = () => one.graded(++grades, 1000);
  for (const step of script) {
    switch (step.kind) {
      case 'start':
        await one.react(await one.start());
        break;
      case 'grade':
        await grade();
        break;
      case 'deliver':
        await one.drain();
        break;
      case 'deliver twice at once': {
        const ids = (await one.rows()).map(({ id }) => id);
        await Promise.all([...ids, ...ids].map(one.pass));
        break;
      }
      case 'grade in the middle':
        one.gradebook.settings.meanwhile = async () => {
          one.gradebook.settings.meanwhile = undefined;
          await grade();
        };
        break;
      case 'forget messages':
        one.messages.length = 0;
        break;
      case 'token gone':
        one.gradebook.revoke();
        break;
      case 'wait':
        one.gradebook.later(step.ms);
        break;
      case 'fault':
        one.gradebook.faults.push(step.fault);
    }
  }
  // The platform mends, one more grade comes, and the sweep does what is left.
  one.gradebook.faults.length = 0;
  one.gradebook.settings.meanwhile = undefined;
  await grade();
  for (let times = 0; times < 3; times++) {
    one.gradebook.later(2 * 3600_000);
    await one.sweep();
    await one.drain();
  }
  return grades;
}

describe('any order of grades, failures, duplicates and lost messages', () => {
  it.each([409, 400])(
    'ends with the latest grade on the platform, each stored at most once and in order (%i)',
    async (lateStatus) => {
      await fc.assert(
        fc.asyncProperty(steps, async (script) => {
          // The sweep of one run has nothing to do with the rows of another.
          await db.delete(passback);
          const one = await aPassback();
          one.gradebook.settings.lateStatus = lateStatus;
          const grades = await live(one, script);
          const told = one.gradebook.stored.filter(({ gradingProgress }) => gradingProgress === 'FullyGraded');
          const given = told.map(({ scoreGiven = 0 }) => scoreGiven);
          expect(given.at(-1)).toBe(grades);
          expect(given, 'in order, none twice').toEqual([...new Set(given)].sort((a, b) => a - b));
          const final = one.gradebook.stored.findIndex(({ gradingProgress }) => gradingProgress === 'FullyGraded');
          expect(one.gradebook.stored.slice(final), 'no progress after a score').toHaveLength(told.length);
          expect(await one.rows()).toMatchObject([
            { state: 'delivered', scoreGiven: grades, nextAt: null, leaseUntil: null },
          ]);
        }),
        { numRuns: 8 },
      );
    },
  );
});
