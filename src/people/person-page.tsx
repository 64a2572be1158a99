import type { Role } from '../lib/call.ts';
import { Choose, CsrfField, type FormParts, ProblemSummary, showInstant, TextField, WasField } from '../ui/index.ts';
import { roleWords } from './list-page.tsx';
import type { Person } from './user-answer.ts';

/** What the reader may do to this person. */
export type May = {
  seeAll: boolean;
  change: boolean;
  /** The roles they may be given; none but their own: no form. */
  roles: readonly Role[];
  manage: boolean;
  givePassword: boolean;
  remove: boolean;
  seeAudit: boolean;
};

type Props = FormParts & {
  csrf: string;
  person: Person;
  instructor: string | null;
  may: May;
  notice: string | undefined;
};

const Facts = ({ words, person, instructor, may }: Pick<Props, 'words' | 'person' | 'instructor' | 'may'>) => (
  <dl>
    <dt>{words('pplRole')}</dt>
    <dd>{words(roleWords[person.role])}</dd>
    {person.username !== null && (
      <>
        <dt>{words('pplUsername')}</dt>
        <dd>{person.username}</dd>
      </>
    )}
    {may.seeAll && person.email !== null && (
      <>
        <dt>{words('email')}</dt>
        <dd>
          {person.email} ({words(person.emailVerifiedAt === null ? 'pplNotVerified' : 'pplVerified')})
        </dd>
      </>
    )}
    {may.seeAll && person.role === 'student' && (
      <>
        <dt>{words('pplInstructorOf')}</dt>
        <dd>{instructor ?? words('pplNoInstructor')}</dd>
      </>
    )}
    {may.seeAll && (
      <>
        <dt>{words('pplSince')}</dt>
        <dd>{showInstant(person.createdAt)}</dd>
      </>
    )}
  </dl>
);

/** A person: what is known of them, and a form for each thing the reader may do. */
export const PersonPage = ({ csrf, person, instructor, may, notice, ...parts }: Props) => {
  const { words } = parts;
  const path = `/staff/people/${person.id}`;
  const { manage, givePassword, remove } = may;
  return (
    <>
      <p>
        <a href="/staff/people">{words('pplTitle')}</a>
      </p>
      <h1>{person.name}</h1>
      {notice && <p role="status">{notice}</p>}
      <ProblemSummary {...parts} />
      {person.blockedAt !== null && <p class="problem">{words('pplIsBlocked')}</p>}
      <Facts words={words} person={person} instructor={instructor} may={may} />
      {may.change && (
        <>
          <h2>{words('pplDetails')}</h2>
          <form method="post" action={path}>
            <CsrfField csrf={csrf} />
            <WasField fields={parts.fields} names={may.seeAll ? ['name', 'email', 'username'] : ['name']} />
            <TextField {...parts} name="name" label={words('pplName')} maxlength={200} autocomplete="off" />
            {may.seeAll && (
              <>
                <TextField {...parts} name="email" label={words('email')} maxlength={254} autocomplete="off" />
                <TextField
                  {...parts}
                  name="username"
                  label={words('pplUsername')}
                  note={words('pplUsernameNote')}
                  maxlength={64}
                  autocomplete="off"
                />
              </>
            )}
            <button type="submit">{words('pplSave')}</button>
          </form>
        </>
      )}
      {may.roles.length > 1 && (
        <>
          <h2>{words('pplRole')}</h2>
          <form method="post" action={`${path}/role`}>
            <CsrfField csrf={csrf} />
            <Choose
              {...parts}
              name="role"
              label={words('pplRole')}
              note={words('pplRoleNote')}
              options={may.roles.map((role) => [role, words(roleWords[role])] as const)}
            />
            <button type="submit">{words('pplRoleGo')}</button>
          </form>
        </>
      )}
      {manage && person.role === 'student' && (
        <>
          <h2>{words('pplInstructorOf')}</h2>
          <form method="post" action={`${path}/instructor`}>
            <CsrfField csrf={csrf} />
            <TextField
              {...parts}
              name="instructor"
              label={words('pplInstructorWho')}
              maxlength={254}
              autocomplete="off"
            />
            <button type="submit">{words('pplAssign')}</button>
          </form>
        </>
      )}
      {(manage || givePassword || remove || may.change) && <h2>{words('pplAccess')}</h2>}
      {givePassword ? (
        <p>
          <a href={`${path}/password`}>{words('pplPassword')}</a>
        </p>
      ) : (
        may.change && person.email !== null && <p>{words('pplPasswordByMail')}</p>
      )}
      {manage && (
        <form method="post" action={`${path}/${person.blockedAt === null ? 'block' : 'unblock'}`}>
          <CsrfField csrf={csrf} />
          {person.blockedAt === null && <p>{words('pplBlockNote')}</p>}
          <button type="submit">{words(person.blockedAt === null ? 'pplBlock' : 'pplUnblock')}</button>
        </form>
      )}
      {manage && (
        <form method="post" action={`${path}/second-factor`}>
          <CsrfField csrf={csrf} />
          <p>{words('pplFactorNote')}</p>
          <button type="submit">{words('pplFactor')}</button>
        </form>
      )}
      {remove && (
        <p>
          <a href={`${path}/delete`}>{words('pplDelete')}</a>
        </p>
      )}
      {may.seeAudit && (
        <p>
          <a href={`/staff/audit?subject=${person.id}`}>{words('pplAuditOf')}</a>
        </p>
      )}
    </>
  );
};
