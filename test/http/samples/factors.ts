import { aUser } from '../../factories.ts';
import { giveFactor } from '../../identity/a-factor.ts';
import type { Sample, Samples } from '../sample.ts';

/** Something about a second factor of one's own, which is on, or waits for its code. */
const withFactor =
  (
    path: string,
    { body, sendsCode = false, isOn = true }: { body?: object; sendsCode?: boolean; isOn?: boolean } = {},
  ) =>
  async (): Promise<Sample> => {
    const as = await aUser();
    const { codeNow } = await giveFactor(as.id, { isOn });
    return { as, path, ...(sendsCode ? { body: { code: await codeNow() } } : body && { body }) };
  };

export const factors: Samples = {
  'GET /api/v1/auth/second-factor': withFactor('/auth/second-factor'),
  'POST /api/v1/auth/second-factor': async () => ({ as: await aUser(), path: '/auth/second-factor', body: {} }),
  'POST /api/v1/auth/second-factor/confirm': withFactor('/auth/second-factor/confirm', {
    sendsCode: true,
    isOn: false,
  }),
  'POST /api/v1/auth/second-factor/recovery-codes': withFactor('/auth/second-factor/recovery-codes', { body: {} }),
  'DELETE /api/v1/auth/second-factor': withFactor('/auth/second-factor'),
  'POST /api/v1/auth/confirm': withFactor('/auth/confirm', { sendsCode: true }),
};
