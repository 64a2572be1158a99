import { CsrfField, type Words } from '../ui/index.ts';

/** Says what is wrong, aloud too; the fields it is about point at it. */
const Problem = ({ children }: { children: string }) => (
  <p role="alert" id="problem" class="problem">
    {children}
  </p>
);

const about = (problem: string | undefined) => problem && { 'aria-describedby': 'problem', 'aria-invalid': true };

type SignIn = {
  words: Words;
  csrf: string;
  next: string;
  email: string | undefined;
  problem: string | undefined;
  notice: string | undefined;
  ways: readonly { href: string; label: string }[];
};

export function SignInPage({ words, csrf, next, email = '', problem, notice, ways }: SignIn) {
  return (
    <>
      <h1>{words('signIn')}</h1>
      {problem ? <Problem>{problem}</Problem> : notice && <p role="status">{notice}</p>}
      <form method="post" action="/sign-in" class="stack">
        <CsrfField csrf={csrf} />
        <input type="hidden" name="next" value={next} />
        <label for="email">{words('emailOrUsername')}</label>
        <input
          id="email"
          name="email"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          maxlength={254}
          value={email}
          {...about(problem)}
        />
        <br />
        <label for="password">{words('password')}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          {...about(problem)}
        />
        <br />
        <button type="submit">{words('signIn')}</button>
      </form>
      <p>
        <a href="/forgot">{words('accForgot')}</a>
      </p>
      <p>
        <a href={next === '/' ? '/register' : `/register?next=${encodeURIComponent(next)}`}>
          {words('accRegisterAsk')}
        </a>
      </p>
      {ways.map(({ href, label }) => (
        <p>
          <a href={href}>{label}</a>
        </p>
      ))}
    </>
  );
}

type SetPassword = { words: Words; csrf: string; email: string | null; problem: string | undefined };

export function SetPasswordPage({ words, csrf, email, problem }: SetPassword) {
  const newPassword = { type: 'password', autocomplete: 'new-password', required: true };
  const describedBy = problem ? 'rule problem' : 'rule';
  return (
    <>
      <h1>{words('setPassword')}</h1>
      {problem && <Problem>{problem}</Problem>}
      <form method="post" class="stack">
        <CsrfField csrf={csrf} />
        {email && (
          <>
            <label for="email">{words('emailOrUsername')}</label>
            <input id="email" autocomplete="username" value={email} readonly />
          </>
        )}
        <p id="rule">{words('passwordTooShort')}</p>
        <label for="password">{words('newPassword')}</label>
        <input id="password" name="password" {...newPassword} aria-describedby={describedBy} />
        <label for="repeat">{words('repeatPassword')}</label>
        <input id="repeat" name="repeat" {...newPassword} aria-describedby={describedBy} />
        <button type="submit">{words('setPassword')}</button>
      </form>
    </>
  );
}

export function LinkExpiredPage({ words }: { words: Words }) {
  return (
    <>
      <h1>{words('setPassword')}</h1>
      <p>{words('linkExpired')}</p>
      <p>
        <a href="/forgot">{words('linkAskNew')}</a>
      </p>
      <p>
        <a href="/sign-in">{words('signIn')}</a>
      </p>
    </>
  );
}
