import { bank, bankShare } from './schema.ts';
import { sharing } from './sharing.ts';
import { ownBank } from './who-sees.ts';

/** Sharing a bank with colleagues. */
export const bankSharing = sharing({
  ...{ kind: 'bank', table: bank, id: bank.id, own: ownBank },
  ...{ shares: bankShare, of: bankShare.bankId, with: bankShare.userId },
});
