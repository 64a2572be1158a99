import { mathematics } from '../../scripts/demo/items-mathematics.ts';

/*
 * A school to sit papers in: what tests prepare over the API, as a teacher would, and look up afterwards.
 */

const PASSWORD = 'demo-malawi-2026';

type Json = Record<string, unknown>;
export type AttemptView = {
  attempt: { id: string; epoch: number; state: string; endsAt: string | null; remainingSeconds: number | null };
  paper: { items: { id: string; type: string }[] };
  responses: Record<string, { response: unknown; seq: number }>;
  flagged: string[];
  token: string;
};

const choice = (prompt: string, more: object = {}) => ({
  type: 'choice',
  prompt,
  difficulty: 'easy',
  shuffle: false,
  choices: [
    { id: 'r', text: 'the right one' },
    { id: 'w', text: 'a wrong one', misconception: 'You mixed them up.' },
    { id: 'x', text: 'another wrong one' },
  ],
  correct: ['r'],
  hint: 'It is the first.',
  solution: { explanation: 'The first is right.', steps: ['Look.', 'Choose.'] },
  ...more,
});

/** One item of each kind, in this order. */
const everyKind = [
  choice('Which of $x^2$ and $\\frac{1}{2}$?'),
  choice('Which two?', { correct: ['r', 'x'] }),
  {
    type: 'text_entry',
    prompt: 'The capital of Malawi is {{b1}}.',
    difficulty: 'easy',
    blanks: [{ id: 'b1', accepted: ['Lilongwe'] }],
  },
  { type: 'numeric', prompt: 'What is $3 \\times 4$?', difficulty: 'easy', answer: 12, maxScore: 2 },
];

/** The forty longest choice items of the seeded mathematics bank: no paper drawn from it can be larger. */
export const fortyChoices = mathematics
  .filter(({ type }) => type === 'choice')
  .map((seeded) => {
    const { slug: _, objective: __, ...item } = seeded;
    return item;
  })
  .sort((a, b) => JSON.stringify(b).length - JSON.stringify(a).length)
  .slice(0, 40);

export async function openSchool(address: string) {
  async function ask<T = Json>(token: string, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${address}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text || '{}') as T;
  }
  async function signIn(name: string) {
    const { access, user } = await ask<{ access: string; user: { id: string } }>('', 'POST', '/auth/login', {
      email: `${name}@demo.test`,
      password: PASSWORD,
    });
    return { token: access, userId: user.id };
  }
  const teacher = await signIn('instructor');
  const student = await signIn('student');
  let admin: typeof teacher | undefined;
  let made = 0;

  return {
    PASSWORD,
    async asAdmin<T = Json>(method: string, path: string, body?: unknown): Promise<T> {
      admin ??= await signIn('admin');
      return await ask<T>(admin.token, method, path, body);
    },
    /** A published assessment of its own bank; its title. */
    async publish(items: object[] = everyKind, settings: Json = {}) {
      const title = `Paper ${++made}`;
      const bank = await ask<{ id: string }>(teacher.token, 'POST', '/banks', { title });
      await ask(teacher.token, 'POST', `/banks/${bank.id}/items`, { items });
      const when = 'after_submit';
      const assessment = await ask<{ id: string }>(teacher.token, 'POST', '/assessments', {
        title,
        behaviour: 'exam',
        timeLimitSeconds: 40 * 60,
        attemptsAllowed: 0,
        shuffleItems: false,
        sections: [{ bankId: bank.id, select: items.length }],
        review: { score: when, correctness: when, key: when, feedback: when },
        ...settings,
      });
      await ask(teacher.token, 'POST', `/assessments/${assessment.id}/publish`);
      return { id: assessment.id, title };
    },
    /** A student's attempt at a new assessment. */
    async begin(items: object[] = everyKind, settings: Json = {}) {
      const { id, title } = await this.publish(items, settings);
      const view = await ask<AttemptView>(student.token, 'POST', `/assessments/${id}/attempts`);
      return { assessmentId: id, title, id: view.attempt.id, items: view.paper.items.map((item) => item.id) };
    },
    view: (attemptId: string) => ask<AttemptView>(student.token, 'GET', `/attempts/${attemptId}`),
    /** What the student's attempt says to one item, as school has it. */
    async answer(attempt: { id: string; items: string[] }, number: number) {
      return (await this.view(attempt.id)).responses[attempt.items[number - 1] ?? '']?.response;
    },
    /** The student answers on another phone. */
    async answerElsewhere(attempt: { id: string; items: string[] }, number: number, response: unknown) {
      const { epoch } = await ask<{ epoch: number }>(student.token, 'POST', `/attempts/${attempt.id}/takeover`);
      const op = { seq: 1, itemId: attempt.items[number - 1], kind: 'set', response };
      await ask(student.token, 'POST', `/attempts/${attempt.id}/ops`, { epoch, ops: [op] });
    },
    giveTime: (assessmentId: string, extraSeconds: number) =>
      ask(teacher.token, 'POST', `/assessments/${assessmentId}/extra-time`, { extraSeconds }),
  };
}
export type School = Awaited<ReturnType<typeof openSchool>>;
