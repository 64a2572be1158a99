import { describe, expect, it, test } from 'vitest';
import { endpoints } from '../../src/app.ts';
import { roles } from '../../src/lib/call.ts';
import { type Permission, permissionNames, permissions, rolesWith, scopeFor } from '../../src/lib/permissions.ts';
import { theApp } from '../factories.ts';
import type { Described } from './security.ts';

/* The table of permissions, and whoever reads it: routes, the OpenAPI document, the page. */

/** Row by row as the issue has it: its words, and the permissions they stand for here. */
const wanted: [row: string, cells: string[], stand: Permission[]][] = [
  ['own profile: view, edit', ['✓', '✓', '✓', '✓'], ['profile:read', 'profile:write']],
  ['users: list, view, edit', ['', 'own students', '✓', '✓'], ['users:read', 'users:write']],
  ['users: change role', ['', '', 'up to instructor', '✓'], ['users:role']],
  ['users: delete', ['', '', '–', '✓'], ['users:delete']],
  ['courses, lessons: read', ['enrolled or open', '✓', '✓', '✓'], ['courses:read']],
  ['courses, lessons: write', ['', 'own', '✓', '✓'], ['courses:write']],
  ['enrolments', ['own', 'own courses', '✓', '✓'], ['enrolments:read', 'enrolments:write']],
  ['banks, items, assessments: write', ['', 'own and shared', '✓', '✓'], ['items:write', 'assessments:write']],
  ['attempts: see', ['own', 'own courses', '✓', '✓'], ['attempts:read']],
  ['attempts: extra time, reopen', ['', 'own courses', '✓', '✓'], ['attempts:manage']],
  [
    'connections, registrations, settings, audit',
    ['', '', '✓', '✓'],
    ['connections:manage', 'registrations:manage', 'settings:manage', 'audit:read'],
  ],
];
const listed = new Set(wanted.flatMap(([, , stand]) => stand));

describe('the table of permissions', () => {
  test.each(wanted)('gives for "%s" what the issue gives: %j', (row, cells, stand) => {
    const all = row.startsWith('own profile') ? 'own' : 'all';
    const expected = cells.map((cell) => (cell === '✓' ? all : cell === '' || cell === '–' ? undefined : cell));
    for (const permission of stand)
      expect(
        roles.map((role) => scopeFor(role, permission)),
        permission,
      ).toEqual(expected);
  });

  it('gives students nothing of what it has beside those rows but to sit what is published to them', () => {
    const more = permissionNames.filter((name) => !listed.has(name));
    expect(more.flatMap((name) => (scopeFor('student', name) ? [[name, scopeFor('student', name)]] : []))).toEqual([
      ['assessments:read', 'published to them'],
      ['attempts:sit', 'own'],
    ]);
  });

  it('lets instructors reach all of nothing but the reading of courses', () => {
    expect(permissionNames.filter((name) => scopeFor('instructor', name) === 'all')).toEqual(['courses:read']);
  });

  it('never lets a role do less than the one below it, but for sitting papers', () => {
    const poorer = permissionNames.filter((name) => {
      const has = roles.map((role) => scopeFor(role, name) !== undefined);
      return has.some((one, index) => one && has[index + 1] === false);
    });
    expect(poorer).toEqual(['attempts:sit']);
  });

  it('has every permission that a route wants, and no other', () => {
    const asked = new Set(endpoints.flatMap(({ access }) => (access.kind === 'signed-in' ? [access.permission] : [])));
    expect([...asked, 'attempts:sit'].filter((name, index, all) => all.indexOf(name) === index).sort()).toEqual(
      [...permissionNames].sort(),
    );
  });
});

describe('who reads the table', () => {
  it('is the OpenAPI document: every route names its permission, its roles and how far they reach', async () => {
    const { paths } = (await theApp.ask('GET', '/api/schema')).json as unknown as Described;
    for (const { method, path, access } of endpoints) {
      if (access.kind !== 'signed-in') continue;
      const { permission } = access;
      const who = rolesWith(permission).map((role) => `${role} (${scopeFor(role, permission)})`);
      expect(paths[path]?.[method]?.description, path).toContain(`Permission \`${permission}\`: ${who.join(', ')}.`);
    }
  });

  it('is the page of permissions, row by row, with every route under the permission it wants', async () => {
    const { status, text, headers } = await theApp.ask('GET', '/api/docs/permissions');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(text).not.toMatch(/<script|<style| style=| on[a-z]+=/);
    for (const name of permissionNames) {
      const row = new RegExp(`<tr><th scope="row"><a href="#${name}">${name}</a></th>(.*?)</tr>`, 's').exec(text)?.[1];
      const cells = [...(row ?? '').matchAll(/<td>(.*?)<\/td>/gs)].map(([, cell]) => cell);
      expect(cells, name).toEqual([permissions[name].what, ...roles.map((role) => scopeFor(role, name) ?? 'no')]);
      const under = new RegExp(`<h3 id="${name}">.*?<ul>(.*?)</ul>`, 's').exec(text)?.[1] ?? '';
      const routes = [...under.matchAll(/<code>(\w+) (.*?)<\/code>/g)].map(([, method, path]) => `${method} ${path}`);
      const its = endpoints.filter(({ access }) =>
        access.kind === 'attempt' ? name === 'attempts:sit' : access.kind === 'signed-in' && access.permission === name,
      );
      expect(routes, name).toEqual(its.map(({ method, path }) => `${method.toUpperCase()} ${path}`));
    }
    expect((await theApp.ask('POST', '/api/docs/permissions')).headers.get('allow')).toBe('GET, HEAD');
  });
});
