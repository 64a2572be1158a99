import type { Slip } from './import-accounts.ts';
import type { Person } from './user-answer.ts';

/** What goes on paper of somebody who was given a password, and whose account it is. */
export const slipOf = ({ person, password }: { person: Person; password: string }): { id: string; slip: Slip } => ({
  id: person.id,
  slip: { name: person.name, username: person.username ?? person.email ?? '', password },
});
