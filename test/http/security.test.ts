import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it, test } from 'vitest';
import { contractPages, endpoints, guards } from '../../src/app.ts';
import { connect } from '../../src/db/index.ts';
import type { Guard } from '../../src/http/index.ts';
import { DomainError } from '../../src/lib/errors.ts';
import { newId } from '../../src/lib/ids.ts';
import { theApp } from '../factories.ts';
import { forgetLimits } from './probes/limits.ts';
import { probePage } from './probes/pages.ts';
import { nameOf } from './probes/situation.ts';
import { type Described, type Part, probe, samples } from './security.ts';

/* The issue, "Bad input": the whole list for every route of the document that the app serves. */

const described = (await theApp.ask('GET', '/api/schema')).json as unknown as Described;
const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => nameOf({ method, path })),
);
const pages = contractPages.map(nameOf);

afterAll(forgetLimits);

describe('the security suite', () => {
  it('has a sample request for every operation of the served document, and for nothing else', () => {
    expect([...Object.keys(samples), ...pages].sort()).toEqual(operations.sort());
    expect(endpoints.map(nameOf).filter((name) => !operations.includes(name))).toEqual([]);
  });

  test.each(endpoints.map((one) => [nameOf(one), one] as const))(
    '%s refuses who is signed out, of another role or a stranger, what is too large, broken, forged or unknown, every other writing of its address, and serves its sample',
    async (_name, endpoint) => {
      expect(await probe(endpoint, described)).toEqual([]);
    },
  );

  test.each(contractPages.map((one) => [nameOf(one), one] as const))(
    '%s takes nonsense from anybody without opening or changing anything',
    async (_name, page) => {
      expect(await probePage(page, theApp)).toEqual([]);
    },
  );

  const complaints: Record<string, [only: Part, complaint: string]> = {
    limits: ['limits', 'over the limit'],
    authentication: ['who', 'signed out'],
    size: ['body', 'oversize'],
    'media type': ['body', 'as text/plain'],
    input: ['body', 'an unknown field'],
    role: ['who', 'as '],
  };

  test.each(guards.map((one) => [one.name, one] as const))(
    'turns red when the guard of %s is left out',
    async (name, left) => {
      const rest = guards.filter((guard) => guard !== left);
      const [only, complaint] = complaints[name] ?? ['who', ''];
      expect(complaint, 'the suite knows what to look for').not.toBe('');
      const found = [];
      for (const endpoint of endpoints) {
        const wrongs = await probe(endpoint, described, { guards: rest, only: [only] });
        if (wrongs.some((wrong) => wrong.includes(`: ${complaint}`))) found.push(endpoint.path);
        if (found.length === 3) break;
      }
      expect(found).toHaveLength(3);
    },
  );

  /** Bugs that no guard stands against, as guards that make them. */
  const bugs: [bug: string, guard: Guard['check'], only: Part, complaint: string][] = [
    [
      'whoever may use a route reaches every object',
      (c) => c.var.actor && c.set('actor', { ...c.var.actor, role: 'superadmin' }),
      'who',
      "another's id as",
    ],
    [
      'a refused request has written something',
      async (c) => {
        await c.env.DB.prepare('insert into version (of, value) values (?, 1)').bind(newId('request')).run();
        throw new DomainError('forbidden');
      },
      'who',
      'as student has changed something',
    ],
    [
      'a bug tells what it is',
      () => {
        throw new DomainError('conflict', 'D1_ERROR: no such column: secret');
      },
      'good',
      'tells internals',
    ],
    [
      'a route asks the database again and again',
      async (c) => {
        for (let i = 0; i < 6; i++) await connect(c.env.DB, c.var.trips).run(sql`select 1`);
      },
      'good',
      'round trips to D1',
    ],
  ];

  test.each(bugs)('turns red where %s', async (name, check, only, complaint) => {
    const [found, buggy] = [[] as string[], [...guards, { name, check }]];
    for (const endpoint of endpoints) {
      const wrongs = await probe(endpoint, described, { guards: buggy, only: [only] });
      if (wrongs.some((wrong) => wrong.includes(complaint))) found.push(endpoint.path);
      if (found.length === 3) break;
    }
    expect(found).toHaveLength(3);
  });
});
