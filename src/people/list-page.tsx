import type { Role } from '../lib/call.ts';
import { roles } from '../lib/call.ts';
import { Choose, type Fields, Neighbours, TextField, type Words } from '../ui/index.ts';
import type { Person } from './user-answer.ts';

export const roleWords = {
  student: 'pplStudent',
  instructor: 'pplInstructor',
  admin: 'pplAdmin',
  superadmin: 'pplSuperadmin',
} as const satisfies Record<Role, string>;

type Props = {
  words: Words;
  /** May see everybody, not own students only. */
  isAll: boolean;
  mayCreate: boolean;
  fields: Fields;
  notice: string | undefined;
  listed: { count: number; results: Person[]; previous: string | null; next: string | null };
};

/** What tells two of one name apart, as far as the reader may see it. */
const lineOf = (words: Words, { username, email, role, blockedAt }: Person, isAll: boolean) =>
  [username, isAll && email, words(roleWords[role]), blockedAt !== null && words('pplBlocked')]
    .filter(Boolean)
    .join(' · ');

export const PeopleListPage = ({ words, isAll, mayCreate, fields, notice, listed }: Props) => {
  const parts = { words, fields, problems: {} };
  const isFiltered = ['search', 'role', 'blocked'].some((name) => (fields[name] ?? '') !== '');
  return (
    <>
      <p>
        <a href="/staff">{words('staffDesk')}</a>
      </p>
      <h1>{words('pplTitle')}</h1>
      {notice && <p role="status">{notice}</p>}
      {mayCreate && (
        <ul>
          <li>
            <a href="/staff/people/import">{words('pplImport')}</a>
          </li>
          <li>
            <a href="/staff/people/new">{words('pplNew')}</a>
          </li>
        </ul>
      )}
      <search>
        <form action="/staff/people">
          <TextField {...parts} name="search" label={words(isAll ? 'pplSearchAll' : 'pplSearch')} maxlength={200} />
          {isAll && (
            <Choose
              {...parts}
              name="role"
              label={words('pplRole')}
              options={[['', words('pplAnyRole')], ...roles.map((role) => [role, words(roleWords[role])] as const)]}
            />
          )}
          <Choose
            {...parts}
            name="blocked"
            label={words('pplState')}
            options={[
              ['', words('pplAnyState')],
              ['true', words('pplBlocked')],
              ['false', words('pplNotBlocked')],
            ]}
          />
          <button type="submit">{words('pplGo')}</button>
        </form>
      </search>
      {listed.results.length === 0 ? (
        <p>{words(isFiltered || isAll ? 'pplNoneFound' : 'pplNoneYet')}</p>
      ) : (
        <p>{listed.count === 1 ? words('pplCountOne') : words('pplCount', { count: listed.count })}</p>
      )}
      <ul class="cards">
        {listed.results.map((one) => (
          <li>
            <a href={`/staff/people/${one.id}`}>{one.name}</a>
            <p>{lineOf(words, one, isAll)}</p>
          </li>
        ))}
      </ul>
      <Neighbours words={words} previous={listed.previous} next={listed.next} />
    </>
  );
};
