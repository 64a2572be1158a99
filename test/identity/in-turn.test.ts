import { describe, expect, it } from 'vitest';
import { inTurn } from '../../src/identity/in-turn.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('heavy work in turn', () => {
  it('is done one at a time, with room for others after each', async () => {
    const spans: { from: number; to: number }[] = [];
    const work = async () => {
      const from = Date.now();
      await pause(20);
      spans.push({ from, to: Date.now() });
    };
    await Promise.all(Array.from({ length: 5 }, () => inTurn(work)));
    expect(spans).toHaveLength(5);
    const gaps = spans.slice(1).map(({ from }, index) => from - (spans[index]?.to ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(90);
  });

  it('that fails gives the turn on and tells its own caller', async () => {
    await expect(inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await inTurn(() => Promise.resolve('next'))).toBe('next');
  });
});
