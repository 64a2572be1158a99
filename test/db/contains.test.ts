import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { contains } from '../../src/db/index.ts';
import { user } from '../../src/identity/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { db } from '../factories.ts';

test.each([
  ['Ŵambiri', 'Ŵambiri ŵina', true],
  ['ŵambiri', 'Ŵambiri ŵina', true],
  ['ŴINA', 'Ŵambiri ŵina', true],
  ['ŵaŵi', 'Ŵaŵi Chiŵanda', true],
  ['w\u0302aw\u0302i chi', 'Ŵaŵi Chiŵanda', true],
  ['bAnDa', 'Grace Banda', true],
  ['100%', '100 of 100', false],
  ['_', 'Grace', false],
])('%s is found in %s: %s', async (sought, name, isFound) => {
  const id = newId('user');
  await db.insert(user).values({ id, name, role: 'student', createdAt: 0 });
  const found = await db
    .select({ id: user.id })
    .from(user)
    .where(and(eq(user.id, id), contains(sought, user.username, user.name)));
  expect(found).toHaveLength(isFound ? 1 : 0);
});
