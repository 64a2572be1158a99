import { signAccessToken } from '../src/identity/tokens.ts';

/*
 * Who sits, and what: made through the API and SQL, tokens signed here, so that no password is hashed for them.
 */

const HOUR_MS = 3_600_000;

/** Makes users of one role, signed in. Returns `{ userId, token }` of each. */
export async function makeUsers(
  { miniflare },
  secret,
  count,
  { role = 'student', prefix = role, passwordHash = null } = {},
) {
  const db = await miniflare.getD1Database('DB');
  const now = Date.now();
  const users = Array.from({ length: count }, (_, index) => ({
    userId: `usr_${prefix}_${index}`,
    sessionId: `rft_${prefix}_${index}`,
  }));
  const rows = JSON.stringify(users);
  await db.batch([
    db
      .prepare(
        `insert into user (id, email, name, role, password_hash, created_at)
         select json_extract(value, '$.userId'), json_extract(value, '$.userId') || '@bench.test', 'Bench', ?, ?, ? from json_each(?)`,
      )
      .bind(role, passwordHash, now, rows),
    db
      .prepare(
        `insert into refresh_family (id, user_id, created_at, expires_at)
         select json_extract(value, '$.sessionId'), json_extract(value, '$.userId'), ?, ? from json_each(?)`,
      )
      .bind(now, now + 24 * HOUR_MS, rows),
  ]);
  return await Promise.all(
    users.map(async (one) => ({ ...one, token: await signAccessToken(secret, { ...one, role }, now) })),
  );
}

const choice = (index) => ({
  type: 'choice',
  difficulty: 'medium',
  prompt: `A school shares ${index + 12} exercise books among 4 pupils. How many are left over? $${index + 12} \\div 4$`,
  choices: ['a', 'b', 'c', 'd'].map((id, value) => ({ id, text: String(value) })),
  correct: ['abcd'[(index + 12) % 4]],
  hint: 'Take away fours.',
  solution: { explanation: `${index + 12} is a multiple of 4 and what is left over.` },
});
const numeric = (index) => ({
  type: 'numeric',
  difficulty: 'medium',
  prompt: `Find $x$ when $2x = ${index}$.`,
  answer: index / 2,
});
const textEntry = (index) => ({
  type: 'text_entry',
  difficulty: 'medium',
  prompt: `Paper ${index}: the capital of Malawi is {{a}}.`,
  blanks: [{ id: 'a', accepted: ['Lilongwe'] }],
});
const makers = [choice, choice, numeric, choice, textEntry];

/** A teacher with a bank of 40 items. `assessment(settings)` makes and publishes one over 20 of them. */
export async function makeTeacher(server, call, secret) {
  const [teacher] = await makeUsers(server, secret, 1, { role: 'instructor' });
  const ask = async (method, path, body) => {
    const answer = await call({ method, path: `/api/v1${path}`, token: teacher.token, body });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.json}`);
    return JSON.parse(answer.json);
  };
  const bank = await ask('POST', '/banks', { title: 'Bench' });
  const items = Array.from({ length: 40 }, (_, index) => makers[index % makers.length](index));
  await ask('POST', `/banks/${bank.id}/items`, { items });
  return {
    async assessment(settings) {
      const sections = [{ bankId: bank.id, select: 20 }];
      const made = await ask('POST', '/assessments', {
        title: 'Bench',
        behaviour: 'exam',
        attemptsAllowed: 0,
        sections,
        ...settings,
      });
      await ask('POST', `/assessments/${made.id}/publish`, {});
      return made.id;
    },
  };
}

const responses = {
  choice: (item, seq) => ({ selected: [item.choices[seq % item.choices.length].id] }),
  numeric: (_, seq) => ({ value: String(seq / 2) }),
  text_entry: (item) => ({ blanks: Object.fromEntries(item.blanks.map(({ id }) => [id, 'Lilongwe'])) }),
};

/** What a started attempt knows to send: the next save as the paper's script sends it, and the hand-in. */
export function sitterOf(answer) {
  const { attempt, paper, token } = JSON.parse(answer.json);
  let seq = 0;
  const path = `/api/v1/attempts/${attempt.id}`;
  return {
    id: attempt.id,
    endsAt: Date.parse(attempt.endsAt),
    save() {
      seq += 1;
      const item = paper.items[seq % paper.items.length];
      const response = responses[item.type](item, seq);
      const op = { seq, itemId: item.id, kind: 'set', response, at: new Date().toISOString() };
      return { path: `${path}/ops`, token, body: { epoch: attempt.epoch, ops: [op] } };
    },
    submit: () => ({ path: `${path}/submit`, token, body: { epoch: attempt.epoch, lastSeq: seq } }),
    read: () => ({ method: 'GET', path, token }),
  };
}
