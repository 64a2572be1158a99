import { describe, expect, it, test } from 'vitest';
import { endpoints, guards } from '../../src/app.ts';
import { nameOf, probe, samples } from './security.ts';

describe('the security suite', () => {
  it('has a sample request for every endpoint, and for nothing else', () => {
    expect(Object.keys(samples).sort()).toEqual(endpoints.map(nameOf).sort());
  });

  test.each(endpoints.map((one) => [nameOf(one), one] as const))(
    '%s refuses who is signed out, of another role or a stranger, and what is too large, of another type, broken or unknown',
    async (_name, endpoint) => {
      expect(await probe(endpoint)).toEqual([]);
    },
  );

  test.each(guards.map((one) => [one.name, one] as const))('turns red when the guard of %s is left out', async (_name, left) => {
    const rest = guards.filter((guard) => guard !== left);
    const wrong = (await Promise.all(endpoints.map((one) => probe(one, rest)))).flat();
    expect(wrong.length).toBeGreaterThan(0);
  });
});
