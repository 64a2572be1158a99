import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { hashPassword, SCRYPT, verifyPassword } from '../../src/identity/password.ts';

describe('a password', () => {
  it('is hashed at the cost the platform carries, and says so in its PHC string', async () => {
    expect(SCRYPT).toEqual({ ln: 15, r: 8, p: 3 });
    expect(2 ** SCRYPT.ln * SCRYPT.r * SCRYPT.p).toBeLessThanOrEqual(2 ** 20);
    const hash = await hashPassword('mawu achinsinsi');
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  it('is recognised, and no other one is', async () => {
    const hash = await hashPassword('mawu achinsinsi');
    expect(await verifyPassword('mawu achinsinsi', hash)).toBe(true);
    expect(await verifyPassword('mawu achinsins', hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  it('has its own salt every time', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
  });

  it('is the same one however a keyboard composes its letters', async () => {
    expect(await verifyPassword('Mala\u0175i', await hashPassword('Malaw\u0302i'))).toBe(true);
  });

  it('verifies hashes made at another cost, so that the cost can be raised', async () => {
    // RFC 7914 §12, second vector: N=1024, r=8, p=16, the first half of its key.
    const key = Buffer.from('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162', 'hex');
    const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const hash = `$scrypt$ln=10,r=8,p=16$${unpadded(Buffer.from('NaCl'))}$${unpadded(key)}`;
    expect(await verifyPassword('password', hash)).toBe(true);
    expect(await verifyPassword('passwore', hash)).toBe(false);
  });

  it('is wrong where there is none or the hash cannot be read', async () => {
    expect(await verifyPassword('', null)).toBe(false);
    expect(await verifyPassword('x', '')).toBe(false);
    expect(await verifyPassword('x', 'x')).toBe(false);
    expect(await verifyPassword('x', '$scrypt$ln=15,r=8,p=3$$')).toBe(false);
  });

  it('costs an unknown address the work of a known one', async () => {
    const hash = await hashPassword('x');
    const quickest = async (given: string | null) => {
      const times: number[] = [];
      for (let round = 0; round < 3; round++) {
        const startedAt = performance.now();
        await verifyPassword('y', given);
        times.push(performance.now() - startedAt);
      }
      return Math.min(...times);
    };
    expect((await quickest(null)) / (await quickest(hash))).toBeGreaterThan(0.3);
  });
});
