import { Buffer } from 'node:buffer';
import { createHmac, scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashPassword, isOutdated, SCRYPT, verifyPassword } from '../../src/identity/password.ts';

const PEPPER = 'a secret of this Worker';

describe('a password', () => {
  it('is hashed at the cost the platform carries, and says so in its PHC string', async () => {
    expect(SCRYPT).toEqual({ ln: 15, r: 8, p: 3 });
    expect(2 ** SCRYPT.ln * SCRYPT.r * SCRYPT.p).toBeLessThanOrEqual(2 ** 20);
    const hash = await hashPassword('mawu achinsinsi', PEPPER);
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  it('is recognised, and no other one is', async () => {
    const hash = await hashPassword('mawu achinsinsi', PEPPER);
    expect(await verifyPassword('mawu achinsinsi', hash, PEPPER)).toBe(true);
    expect(await verifyPassword('mawu achinsins', hash, PEPPER)).toBe(false);
    expect(await verifyPassword('', hash, PEPPER)).toBe(false);
  });

  it('is worth nothing without the pepper of this Worker', async () => {
    const hash = await hashPassword('mawu achinsinsi', PEPPER);
    expect(await verifyPassword('mawu achinsinsi', hash, `${PEPPER}.`)).toBe(false);
  });

  it('has its own salt every time', async () => {
    expect(await hashPassword('same', PEPPER)).not.toBe(await hashPassword('same', PEPPER));
  });

  it('is the same one however a keyboard composes its letters', async () => {
    expect(await verifyPassword('Mala\u0175i', await hashPassword('Malaw\u0302i', PEPPER), PEPPER)).toBe(true);
  });

  it('verifies hashes made at another cost, so that the cost can be raised', async () => {
    const salt = Buffer.from('sixteen bytes it');
    const given = createHmac('sha256', PEPPER).update('password').digest();
    const key = scryptSync(given, salt, 32, { N: 1024, r: 8, p: 16 });
    const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const hash = `$scrypt$ln=10,r=8,p=16$${unpadded(salt)}$${unpadded(key)}`;
    expect([isOutdated(hash), isOutdated(await hashPassword('password', PEPPER)), isOutdated(null)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await verifyPassword('password', hash, PEPPER)).toBe(true);
    expect(await verifyPassword('passwore', hash, PEPPER)).toBe(false);
  });

  it('is wrong where there is none or the hash cannot be read', async () => {
    expect(await verifyPassword('', null, PEPPER)).toBe(false);
    expect(await verifyPassword('x', '', PEPPER)).toBe(false);
    expect(await verifyPassword('x', 'x', PEPPER)).toBe(false);
    expect(await verifyPassword('x', '$scrypt$ln=15,r=8,p=3$$', PEPPER)).toBe(false);
  });

  it('costs an unknown address the work of a known one', async () => {
    const hash = await hashPassword('x', PEPPER);
    const quickest = async (given: string | null) => {
      const times: number[] = [];
      for (let round = 0; round < 3; round++) {
        const startedAt = performance.now();
        await verifyPassword('y', given, PEPPER);
        times.push(performance.now() - startedAt);
      }
      return Math.min(...times);
    };
    expect((await quickest(null)) / (await quickest(hash))).toBeGreaterThan(0.3);
  });
});
