import { Choose, CsrfField, type FormParts, ProblemSummary, TextField, WasField, type Words } from '../../ui/index.ts';
import type { User } from '../users.ts';

type Props = FormParts & { csrf: string; user: User; isHeld: boolean; notice: string | undefined };

/** How it stands with somebody's address, and what to do about it. */
const AddressState = ({ words, csrf, user }: { words: Words; csrf: string; user: User }) => {
  if (user.email === null && user.pendingEmail === null) return null;
  const isShown = user.pendingEmail === null && user.emailVerifiedAt !== null;
  return (
    <section aria-label={words('accVerifyTitle')}>
      <p>
        {user.pendingEmail !== null
          ? words('accEmailPending', { email: user.pendingEmail })
          : words(isShown ? 'accEmailShown' : 'accEmailNotShown')}
      </p>
      {!isShown && (
        <form method="post" action="/profile/verify-email">
          <CsrfField csrf={csrf} />
          <button type="submit">{words('accSendAgain')}</button>
        </form>
      )}
    </section>
  );
};

/** Where everything else about an account is. Who came by a launch has nothing of it here. */
const elsewhere = [
  ['/profile/password', 'accToPassword'],
  ['/profile/second-factor', 'accToSecondFactor'],
  ['/profile/identities', 'accToIdentities'],
  ['/profile/sessions', 'accToSessions'],
  ['/profile/keys', 'accToKeys'],
  ['/profile/data', 'accToData'],
] as const;

export const ProfilePage = ({ words, csrf, user, isHeld, fields, problems, notice }: Props) => {
  const parts = { words, fields, problems };
  return (
    <>
      <h1>{words('accProfile')}</h1>
      {notice && <p role="status">{notice}</p>}
      <ProblemSummary words={words} problems={problems} />
      <form method="post" action="/profile" class="stack">
        <CsrfField csrf={csrf} />
        <WasField fields={fields} names={isHeld ? ['name', 'locale'] : ['name', 'email', 'locale']} />
        <TextField {...parts} name="name" label={words('accName')} autocomplete="name" maxlength={200} required />
        {!isHeld && (
          <TextField
            {...parts}
            name="email"
            label={words('email')}
            note={words('accEmailWhy')}
            type="email"
            autocomplete="email"
            maxlength={254}
          />
        )}
        <Choose
          {...parts}
          name="locale"
          label={words('accMailLanguage')}
          options={[
            ['', words('accMailLanguageAny')],
            ['en', words('accLanguageEn')],
            ['ny', words('accLanguageNy')],
          ]}
        />
        <button type="submit">{words('save')}</button>
      </form>
      {user.username !== null && <p>{words('accUsername', { username: user.username })}</p>}
      <AddressState words={words} csrf={csrf} user={user} />
      {!isHeld && (
        <ul>
          {elsewhere.map(([href, word]) => (
            <li>
              <a href={href}>{words(word)}</a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
};
