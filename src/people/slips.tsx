import type { Words } from '../ui/index.ts';
import type { Slip } from './import-accounts.ts';

type Props = { words: Words; origin: string; slips: readonly Slip[] };

/** Slips of paper to cut out, one for each new account: the only part of their page that is printed. */
export const Slips = ({ words, origin, slips }: Props) => (
  <ul class="slips">
    {slips.map(({ name, username, password }) => (
      <li>
        <strong>{name}</strong>
        <br />
        {words('pplSlipWhere', { where: origin })}
        <br />
        {words('pplSlipSignIn')}: <code>{username}</code>
        <br />
        {words('pplSlipPassword')}: <code>{password}</code>
        <br />
        <small>{words('pplSlipThen')}</small>
      </li>
    ))}
  </ul>
);
