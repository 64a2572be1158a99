import { describe, expect, it } from 'vitest';
import { theApp } from '../../factories.ts';
import { requirements } from './requirements.ts';

const files = import.meta.glob('./*.test.ts', { query: '?raw', import: 'default', eager: true }) as Record<
  string,
  string
>;

/** What the tests of this room say they prove. */
const proven = Object.values(files).flatMap((text) =>
  [...text.matchAll(/\bproves\(\s*\[([^\]]*)\]/g)].flatMap(([, ids = '']) =>
    [...ids.matchAll(/'([^']+)'/g)].map(([, id = '']) => id),
  ),
);

describe('the codes of refusals', () => {
  it('that the contract counts up are each seen in a test', async () => {
    const { json } = await theApp.ask('GET', '/api/schema');
    const { paths } = json as unknown as { paths: Record<string, { post: { responses: Record<string, object> } }> };
    const answers = JSON.stringify(paths['/lti/launch']?.post.responses);
    const codes = [...answers.matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(30);
    const texts = Object.values(files).join();
    expect(codes.filter((code) => !texts.includes(`'${code}'`))).toEqual([]);
  });
});

describe('the requirements of LTI', () => {
  it('have a test each', () => {
    expect(Object.keys(requirements).filter((id) => !proven.includes(id))).toEqual([]);
  });
  it('are all that the tests name', () => {
    expect(proven.length).toBeGreaterThan(100);
    expect(proven.filter((id) => !(id in requirements))).toEqual([]);
  });
});
