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

  const complaints: Record<string, string> = {
    authentication: 'signed out',
    size: '1 MiB',
    'media type': 'text/plain',
    input: 'an unknown field',
    role: 'as ',
  };

  test.each(guards.map((one) => [one.name, one] as const))(
    'turns red when the guard of %s is left out',
    async (name, left) => {
      const rest = guards.filter((guard) => guard !== left);
      const noticed = async (endpoint: (typeof endpoints)[number]) =>
        (await probe(endpoint, rest)).some((wrong) => wrong.includes(`: ${complaints[name]}`));
      const found = [];
      for (const endpoint of endpoints) if (found.length < 3 && (await noticed(endpoint))) found.push(endpoint.path);
      expect(found).toHaveLength(3);
    },
  );
});
