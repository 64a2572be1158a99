import { CsrfField, type Words } from '../ui/index.ts';

type SignIn = { words: Words; csrf: string; next: string; email?: string; problem?: string; notice?: string };

export function SignInPage({ words, csrf, next, email = '', problem, notice }: SignIn) {
  return (
    <>
      <h1>{words('signIn')}</h1>
      {notice && <p role="status">{notice}</p>}
      {problem && (
        <p role="alert" id="problem" class="problem">
          {problem}
        </p>
      )}
      <form method="post" action="/sign-in" class="stack">
        <CsrfField csrf={csrf} />
        <input type="hidden" name="next" value={next} />
        <label for="email">{words('email')}</label>
        <input
          id="email"
          name="email"
          type="email"
          autocomplete="username"
          required
          maxlength={254}
          value={email}
          aria-describedby={problem && 'problem'}
        />
        <label for="password">{words('password')}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          maxlength={256}
          aria-describedby={problem && 'problem'}
        />
        <button type="submit">{words('signIn')}</button>
      </form>
    </>
  );
}

export function SetPasswordPage({ words, csrf, problem }: { words: Words; csrf: string; problem?: string | undefined }) {
  return (
    <>
      <h1>{words('setPassword')}</h1>
      {problem && (
        <p role="alert" id="problem" class="problem">
          {problem}
        </p>
      )}
      <form method="post" class="stack">
        <CsrfField csrf={csrf} />
        <p id="rule">{words('passwordTooShort')}</p>
        <label for="password">{words('newPassword')}</label>
        <input id="password" name="password" type="password" autocomplete="new-password" required minlength={8} maxlength={256} aria-describedby="rule" />
        <label for="repeat">{words('repeatPassword')}</label>
        <input id="repeat" name="repeat" type="password" autocomplete="new-password" required maxlength={256} />
        <button type="submit">{words('setPassword')}</button>
      </form>
    </>
  );
}
