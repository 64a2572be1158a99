import type { Child } from 'hono/jsx';
import { CsrfField, type Words } from '../../ui/index.ts';

type Props = {
  words: Words;
  csrf: string;
  action: string;
  kind: 'code' | 'recovery' | 'password';
  submit: string;
  problem: string | undefined;
  /** Where to go on to. */
  next?: string;
  /** More hidden fields. */
  children?: Child;
};

const fields = {
  code: {
    label: 'facCode',
    note: 'facCodeNote',
    input: { name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 12 },
  },
  recovery: {
    label: 'facRecovery',
    note: 'facRecoveryNote',
    input: { name: 'code', autocomplete: 'off', autocapitalize: 'none', spellcheck: false, maxlength: 64 },
  },
  password: {
    label: 'password',
    note: undefined,
    input: { name: 'password', type: 'password', autocomplete: 'current-password', maxlength: 256 },
  },
} as const;

/** Asks for one proof of who one is. */
export function CodeForm({ words, csrf, action, kind, submit, problem, next, children }: Props) {
  const { label, note, input } = fields[kind];
  const about = [note && 'note', problem && 'problem'].filter(Boolean).join(' ');
  return (
    <>
      {problem && (
        <p role="alert" id="problem" class="problem">
          {problem}
        </p>
      )}
      <form method="post" action={action} class="stack">
        <CsrfField csrf={csrf} />
        {next !== undefined && <input type="hidden" name="next" value={next} />}
        {children}
        <label for="proof">{words(label)}</label>
        {note && (
          <small id="note" class="note">
            {words(note)}
          </small>
        )}
        <input
          id="proof"
          {...input}
          required
          autofocus={problem !== undefined}
          aria-describedby={about || undefined}
          aria-invalid={problem ? 'true' : undefined}
        />
        <br />
        <button type="submit">{submit}</button>
      </form>
    </>
  );
}
