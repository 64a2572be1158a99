import { env, exports } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { hashPassword } from '../../src/identity/index.ts';
import { newId } from '../../src/lib/ids.ts';
import { aUser, enrolIn, type Json, set } from '../factories.ts';
import { makeCourse } from '../items/make.ts';

/* The whole path over HTTP only, through the Worker itself: from an empty bank to a graded result. */

const password = 'mtendere-2026';

/** Asks the Worker as whoever holds the token, and expects this status. */
async function ask(
  method: string,
  path: string,
  status: number,
  given: { token?: string; body?: object } = {},
): Promise<Json> {
  const response = await exports.default.fetch(`http://ve.test/api/v1${path}`, {
    method,
    headers: {
      ...(given.token && { authorization: `Bearer ${given.token}` }),
      ...(given.body && { 'content-type': 'application/json' }),
    },
    ...(given.body && { body: JSON.stringify(given.body) }),
  });
  const text = await response.text();
  expect(response.status, `${method} ${path}: ${text}`).toBe(status);
  return (text === '' ? {} : JSON.parse(text)) as Json;
}

async function signIn(email: string) {
  const { access, refresh, user } = await ask('POST', '/auth/login', 200, { body: { email, password } });
  expect(user).toMatchObject({ email });
  return { token: String(access), refresh: String(refresh) };
}

test('an instructor sets a paper, a student sits it on two phones, and both see the result', {
  timeout: 20_000,
}, async () => {
  const passwordHash = await hashPassword(password, env.PASSWORD_PEPPER);
  const emails = { teacher: `${newId('user')}@demo.test`, student: `${newId('user')}@demo.test` };
  const teacher = await aUser('instructor', { email: emails.teacher, passwordHash });
  const student = await aUser('student', { email: emails.student, passwordHash });
  const { courseId, courseKey, objectiveId } = await makeCourse(teacher.call());
  await enrolIn(courseId, student);

  const { token } = await signIn(emails.teacher);
  const bank = await ask('POST', '/banks', 201, { token, body: { title: 'Surds', courseKey } });
  const item = {
    type: 'choice',
    prompt: 'Simplify $\\sqrt{50}$.',
    difficulty: 'easy',
    objectiveId,
    choices: [
      { id: 'a', text: '$5\\sqrt{2}$' },
      { id: 'b', text: '$25$', misconception: 'Halving is not taking the root.' },
    ],
    correct: ['a'],
  };
  const added = await ask('POST', `/banks/${bank.id}/items`, 201, { token, body: { items: [item, item, item, item] } });
  expect(added).toMatchObject({ created: 4 });
  const definition = {
    title: 'Mock',
    courseKey,
    behaviour: 'exam',
    timeLimitSeconds: 3600,
    sections: [{ bankId: bank.id, select: { easy: 4 } }],
    review: { correctness: 'after_submit' },
  };
  const { id } = await ask('POST', '/assessments', 201, { token, body: definition });

  const mine = await signIn(emails.student);
  await ask('GET', `/assessments/${id}`, 404, mine);
  await ask('POST', `/assessments/${id}/publish`, 200, { token });
  const listed = await ask('GET', '/assessments', 200, mine);
  expect(listed.results.map((one) => one.id)).toEqual([id]);

  const started = await ask('POST', `/assessments/${id}/attempts`, 201, mine);
  const attempt = started.attempt as { id: string };
  const itemIds = (started.paper as { items: { id: string; prompt: string }[] }).items.map((one) => one.id);
  expect(JSON.stringify(started)).toContain('<math');
  const path = `/attempts/${attempt.id}`;
  await ask('POST', `${path}/ops`, 200, {
    ...mine,
    body: { epoch: 1, ops: [set(1, itemIds[0]), set(2, itemIds[1], 'b')] },
  });
  await ask('POST', '/auth/logout', 204, { body: { refresh: mine.refresh } });

  const second = { token: String(started.token) };
  expect(await ask('POST', `${path}/takeover`, 200, second)).toEqual({ epoch: 2 });
  await ask('POST', `${path}/ops`, 409, { ...second, body: { epoch: 1, ops: [set(3, itemIds[1])] } });
  const ops = [set(1, itemIds[1]), set(2, itemIds[2], 'b'), { seq: 3, itemId: itemIds[0], kind: 'flag', value: true }];
  const receipt = await ask('POST', `${path}/ops`, 200, { ...second, body: { epoch: 2, ops } });
  expect(receipt).toMatchObject({ epoch: 2, upTo: 3, missing: [], refused: [] });
  const submitted = await ask('POST', `${path}/submit`, 200, { ...second, body: { epoch: 2, lastSeq: 3 } });
  expect(submitted.result).toMatchObject({ score: { given: 2, maximum: 4 }, percent: 50, passed: false });

  await ask('GET', `${path}/result`, 401, second);
  const again = await signIn(emails.student);
  const result = await ask('GET', `${path}/result`, 200, again);
  const outcomes = (result.items as { itemId: string; outcome: string }[]).map((one) => [one.itemId, one.outcome]);
  expect(outcomes).toEqual(itemIds.map((itemId, i) => [itemId, ['right', 'right', 'wrong', 'unscorable'][i]]));
  expect((await ask('GET', `/assessments/${id}`, 200, again)).mine).toMatchObject({
    attemptsUsed: 1,
    grade: { percent: 50 },
  });
  const attempts = await ask('GET', `/assessments/${id}/attempts`, 200, { token });
  expect(attempts.results).toMatchObject([{ id: attempt.id, state: 'graded', percent: 50 }]);
  expect((await ask('GET', `${path}/ops`, 200, { token })).count).toBe(6);

  const pair = await ask('POST', '/auth/refresh', 200, { body: { refresh: again.refresh } });
  await ask('POST', '/auth/refresh', 401, { body: { refresh: again.refresh } });
  await ask('POST', '/auth/refresh', 401, { body: { refresh: String(pair.refresh) } });
});
