import { env, exports } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { hashPassword } from '../../src/identity/index.ts';
import type { Role } from '../../src/lib/call.ts';
import { newId } from '../../src/lib/ids.ts';
import { aUser, type Json, set } from '../factories.ts';

/* A whole small school over HTTP only, without Open edX: a course is made, built and filled, its students enrol, learn and sit a paper. */

const password = 'mtendere-2026';
let passwordHash = '';

/** Asks the Worker, and expects this status. A text body is a table. */
async function ask(method: string, path: string, status: number, token: string, body?: object | string) {
  const response = await exports.default.fetch(`http://ve.test/api/v1${path}`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': typeof body === 'string' ? 'text/csv' : 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, `${method} ${path}: ${text}`).toBe(status);
  const isJson = response.headers.get('content-type')?.includes('json');
  const json = (isJson && text !== '' ? JSON.parse(text) : {}) as Json;
  return Object.assign(json, { text });
}

async function somebody(role: Role, name: string) {
  const username = newId('user');
  const email = `${username}@demo.test`;
  const { id } = await aUser(role, { name, email, username, passwordHash });
  const { access } = await ask('POST', '/auth/login', 200, '', { email, password });
  return { id, username, token: String(access) };
}

test('a school makes a course, students enrol until it is full, learn in it and are graded', {
  timeout: 30_000,
}, async () => {
  passwordHash = await hashPassword(password, env.PASSWORD_PEPPER);
  const admin = await somebody('admin', 'Madalitso');
  const teacher = await somebody('instructor', 'Mphatso');
  const [chikondi, thoko, late] = [
    await somebody('student', 'Chikondi'),
    await somebody('student', 'Thoko'),
    await somebody('student', 'Yamikani'),
  ];

  const courseKey = `surds-${newId('course')}`;
  const path = `/courses/${courseKey}`;
  await ask('POST', '/courses', 201, admin.token, {
    ...{ courseKey, title: 'Surds', examinationLevel: 'MSCE', academicClass: 'Form 4', seatLimit: 2 },
    ...{ description: 'All about $\\sqrt{2}$.', teacherGuide: 'Begin with squares.' },
  });
  await ask('PATCH', path, 404, teacher.token, { title: 'Roots' });
  await ask('PUT', `${path}/staff/${teacher.id}`, 204, admin.token, {});
  expect((await ask('PATCH', path, 200, teacher.token, { title: 'Roots' })).title).toBe('Roots');

  const topic = await ask('POST', `${path}/nodes`, 201, teacher.token, { title: 'Squares' });
  const subtopic = await ask('POST', `${path}/nodes`, 201, teacher.token, {
    title: 'Square roots',
    parentId: topic.id,
  });
  const objective = { title: 'Simplify a surd', parentId: subtopic.id };
  const { id: objectiveId } = await ask('POST', `${path}/nodes`, 201, teacher.token, objective);
  const lesson = { courseKey, title: 'What a surd is', body: 'A root that *stays*: $\\sqrt{2}$.' };
  const { id: lessonId } = await ask('POST', '/lessons', 201, teacher.token, lesson);

  expect((await ask('GET', path, 200, chikondi.token)).text).not.toContain('squares');
  const enrolled = await ask('POST', '/enrollments', 201, chikondi.token, { courseKey });
  await ask('POST', '/enrollments', 409, chikondi.token, { courseKey });
  const table = await ask(
    'POST',
    `${path}/enrollments/import`,
    200,
    teacher.token,
    `username\n${thoko.username}\nnobody\n`,
  );
  expect(table).toMatchObject({ enrolled: 1, already: 0, refused: 1 });
  expect((await ask('POST', '/enrollments', 409, late.token, { courseKey })).code).toBe('course_full');

  const outline = await ask('GET', `${path}/outline`, 200, chikondi.token);
  expect(outline.topics).toMatchObject([{ title: 'Squares', subtopics: [{ objectives: [{ id: objectiveId }] }] }]);
  expect((await ask('GET', `/lessons/${lessonId}`, 200, chikondi.token)).text).toContain('<math');
  await ask('PUT', `/lessons/${lessonId}/progress`, 200, chikondi.token, { completed: true });
  expect((await ask('GET', '/me/courses', 200, chikondi.token)).results).toMatchObject([
    { courseKey, title: 'Roots', lessons: 1, completed: 1, percent: 100 },
  ]);

  const bank = await ask('POST', '/banks', 201, teacher.token, { title: 'Surds', courseKey });
  const item = { type: 'numeric', prompt: 'The square root of 9', answer: 3, difficulty: 'easy', objectiveId };
  const added = await ask('POST', `/banks/${bank.id}/items`, 201, teacher.token, { items: [item] });
  const assessment = await ask('POST', '/assessments', 201, teacher.token, {
    ...{ title: 'Test', courseKey, behaviour: 'exam', sections: [{ bankId: bank.id, select: 1 }] },
  });
  await ask('POST', `/assessments/${assessment.id}/publish`, 200, teacher.token);
  await ask('POST', `/assessments/${assessment.id}/attempts`, 404, late.token);
  const { attempt } = await ask('POST', `/assessments/${assessment.id}/attempts`, 201, chikondi.token);
  const { id: attemptId } = attempt as Json;
  const [question] = added.items as { id: string }[];
  const op = { ...set(1, question?.id), response: { value: '3' } };
  await ask('POST', `/attempts/${attemptId}/ops`, 200, chikondi.token, { epoch: 1, ops: [op] });
  await ask('POST', `/attempts/${attemptId}/submit`, 200, chikondi.token, { epoch: 1 });

  const grades = await ask('GET', `${path}/grades.csv`, 200, teacher.token);
  expect(grades.text.trim().split('\r\n')).toEqual([
    'name,userId,username,Test (%)',
    `Chikondi,${chikondi.id},${chikondi.username},100`,
    `Thoko,${thoko.id},${thoko.username},`,
  ]);
  const roster = await ask('GET', `${path}/roster.csv`, 200, teacher.token);
  expect(roster.text).toMatch(new RegExp(`Chikondi,${chikondi.id},${chikondi.username},,yes,.*,1,1,100`));

  await ask('DELETE', `/enrollments/${enrolled.id}`, 204, teacher.token);
  await ask('POST', '/enrollments', 201, late.token, { courseKey });
  await ask('POST', '/enrollments', 409, chikondi.token, { courseKey });
  await ask('DELETE', path, 204, admin.token);
  await ask('GET', path, 404, late.token);
  await ask('GET', `/attempts/${attemptId}/result`, 200, chikondi.token);
});
