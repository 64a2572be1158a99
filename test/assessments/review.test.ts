import { describe, expect, it, test } from 'vitest';
import type { Review } from '../../src/assessments/definition.ts';
import { visibleNow } from '../../src/assessments/review.ts';
import { aSittingStudent, aUser, choices, set } from '../factories.ts';
import { choice } from '../items/make.ts';

/* CONTRACT "Assessments": `review`, defaults and "what is hidden is absent, not null". */

const CLOSES = Date.UTC(2026, 10, 20, 12);

describe('what may be seen', () => {
  test.each([
    ['after_submit', null, CLOSES, true],
    ['after_submit', CLOSES, CLOSES - 1, true],
    ['after_close', CLOSES, CLOSES - 1, false],
    ['after_close', CLOSES, CLOSES, true],
    ['after_close', null, CLOSES, false],
    ['never', CLOSES, CLOSES + 1, false],
    ['never', null, CLOSES, false],
  ] as const)('%s, closing at %s, is at %s: %s', (when, closesAt, now, visible) => {
    const review: Review = { score: when, correctness: when, key: when, feedback: when };
    expect(visibleNow(review, closesAt, now)).toEqual({
      score: visible,
      correctness: visible,
      key: visible,
      feedback: visible,
    });
  });

  it('is decided for each of the four alone', () => {
    const review: Review = {
      score: 'after_submit',
      correctness: 'never',
      key: 'after_close',
      feedback: 'after_submit',
    };
    expect(visibleNow(review, CLOSES, CLOSES - 1)).toEqual({
      score: true,
      correctness: false,
      key: false,
      feedback: true,
    });
  });
});

describe('a result', () => {
  const items = [choice({ prompt: 'One?', hint: 'HINT', solution: { explanation: 'SOLUTION' } }), ...choices(1)];
  const fields = {
    score: ['score', 'percent', 'passed'],
    correctness: ['items.score', 'items.outcome'],
    key: ['items.key'],
    feedback: ['items.feedback'],
  };
  const always = ['attempt', 'items', 'items.itemId', 'items.response'];
  const shown = (json: Record<string, unknown>) => {
    const [first] = json.items as object[];
    return [...Object.keys(json), ...Object.keys(first ?? {}).map((name) => `items.${name}`)].sort();
  };

  const cases: [string, Partial<Review>, (keyof Review)[]][] = [
    ['nothing set: the score alone, the rest after closing', {}, ['score']],
    [
      'everything after submit',
      { score: 'after_submit', correctness: 'after_submit', key: 'after_submit', feedback: 'after_submit' },
      ['score', 'correctness', 'key', 'feedback'],
    ],
    ['nothing at all', { score: 'never', correctness: 'never', key: 'never', feedback: 'never' }, []],
    ['only right or wrong', { score: 'never', correctness: 'after_submit' }, ['correctness']],
    ['only the key', { score: 'never', key: 'after_submit' }, ['key']],
    ['only feedback', { score: 'never', feedback: 'after_submit' }, ['feedback']],
  ];

  test.each(cases)('with %s holds exactly that, from submit and from result alike', async (_name, review, visible) => {
    const teacher = await aUser('instructor');
    const { student, path, itemIds } = await aSittingStudent(teacher, { items, review, shuffleItems: false });
    await student.ask('POST', `${path}/ops`, { epoch: 1, ops: [set(1, itemIds[0], 'b')] });
    const submitted = await student.ask('POST', `${path}/submit`, { epoch: 1 });
    const read = await student.ask('GET', `${path}/result`);
    const expected = [...always, ...visible.flatMap((one) => fields[one])].sort();
    expect(shown(read.json)).toEqual(expected);
    expect(shown({ attempt: 1, ...(submitted.json.result as object) })).toEqual(expected);
    for (const [one, marker] of [
      ['feedback', 'HINT'],
      ['feedback', 'SOLUTION'],
      ['feedback', 'You wrote the digits'],
      ['key', '"correct"'],
    ] as const) {
      expect(read.text.includes(marker), marker).toBe(visible.includes(one));
    }
    expect(read.text).not.toContain(':null,"score"');
    const grade = (
      await student.ask('GET', `/assessments/${(read.json.attempt as { assessmentId: string }).assessmentId}`)
    ).json.mine;
    expect('grade' in (grade as object)).toBe(visible.includes('score'));
  });

  it('is whole for staff, whatever review says', async () => {
    const teacher = await aUser('instructor');
    const never = { score: 'never', correctness: 'never', key: 'never', feedback: 'never' } as const;
    const { student, path } = await aSittingStudent(teacher, { items, review: never });
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    const { json } = await teacher.ask('GET', `${path}/result`);
    expect(shown(json)).toEqual([...always, ...Object.values(fields).flat(), 'lateOps'].sort());
  });

  it('names the misconception of what was chosen, and of nothing else', async () => {
    const teacher = await aUser('instructor');
    const review = { feedback: 'after_submit' } as const;
    const { student, path, itemIds } = await aSittingStudent(teacher, {
      items: choices(2),
      review,
      shuffleItems: false,
    });
    await student.ask('POST', `${path}/ops`, { epoch: 1, ops: [set(1, itemIds[0], 'b'), set(2, itemIds[1], 'a')] });
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    const { json } = await student.ask('GET', `${path}/result`);
    const [wrong, right] = json.items as { feedback: unknown }[];
    expect(wrong?.feedback).toEqual({ misconceptions: [{ id: 'b', text: expect.stringContaining('side by side') }] });
    expect(right?.feedback).toEqual({});
  });

  it('is 409 not_finished while the attempt is open', async () => {
    const { student, path } = await aSittingStudent(await aUser('instructor'));
    expect(await student.ask('GET', `${path}/result`)).toMatchObject({ status: 409, json: { code: 'not_finished' } });
  });
});
