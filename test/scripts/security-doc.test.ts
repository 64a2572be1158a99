import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/* docs/security.md says which test holds which item of the standards. It may not say so of tests that are not there. */

const text = readFileSync('docs/security.md', 'utf8');
/** Ids of all items of levels 1 and 2 (OWASP ASVS 5.0.0, CC BY-SA 4.0). */
const wanted = JSON.parse(readFileSync('test/fixtures/asvs-5.0.0-level-2.json', 'utf8')) as string[];

const rows = [...text.matchAll(/^\| (v5\.0\.0-[\d.]+) +\| ([^|]*?) +\| (.*?) +\|$/gm)].map(
  ([, id = '', asks = '', here = '']) => ({
    ...{ id, asks, here },
  }),
);
/** A file of tests, and the title of one, or a part of it, where one is named. */
const named = [...text.matchAll(/`(test\/[^`]+\.ts)`(?: "([^"]+)")?/g)].map(
  ([, file = '', title]) => [file, title] as const,
);
describe('docs/security.md', () => {
  it('has every item of ASVS 5.0.0 that level 2 asks for, once, and says something of each', () => {
    expect(rows.map(({ id }) => id)).toEqual(wanted);
    for (const { id, asks, here } of rows) {
      expect(asks, id).toMatch(/\S/);
      expect(here, id).toMatch(/\w+ \w+|`test\//);
    }
  });

  it('names tests that are there, by their titles', () => {
    expect(named.length).toBeGreaterThan(200);
    const texts = new Map<string, string>();
    for (const [file, title] of named) {
      expect(existsSync(file), file).toBe(true);
      if (!texts.has(file)) texts.set(file, readFileSync(file, 'utf8'));
      if (title !== undefined) expect(texts.get(file)?.includes(title), `${file} "${title}"`).toBe(true);
    }
  });

  it('proves more of them by tests than it excuses', () => {
    const proven = rows.filter(({ here }) => here.includes('`test/'));
    expect(proven.length).toBeGreaterThan(rows.length / 2);
  });

  it('has every section that a row sends its reader to', () => {
    const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, name]) => name);
    const sent = [...text.matchAll(/((?:"[A-Z][^"]+"(?: and |, )?)+) in this document/g)].flatMap(([, names = '']) =>
      [...names.matchAll(/"([^"]+)"/g)].map(([, name]) => name),
    );
    expect(sent.length).toBeGreaterThan(5);
    for (const name of sent)
      expect(
        sections.some((one) => one?.startsWith(name ?? '')),
        name,
      ).toBe(true);
  });
});
