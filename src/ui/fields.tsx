import type { Child } from 'hono/jsx';
import { CsrfField } from './layout.tsx';
import type { Words } from './words.ts';

/** What the controls of a form hold, by name. An unticked box is not there. */
export type Fields = Record<string, string>;

/** What is wrong, by the name of the control where it is mended. */
export type Problems = Record<string, string>;

export type FormParts = { fields: Fields; problems: Problems; words: Words };

/** The numbers of the rows of a repeated group: `choices.0.text`, `choices.1.text` … */
export const rowsOf = (fields: Fields, group: string): number[] => {
  const numbers = Object.keys(fields).flatMap((name) => {
    const [first, index] = name.split('.');
    return first === group && /^\d{1,3}$/.test(index ?? '') ? [Number(index)] : [];
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
};

/** A number as people write it; a text that is none stays a text, for the schema to refuse. */
export function numberOf(text: string | undefined): number | string | undefined {
  const written = (text ?? '').trim().replace('−', '-').replace(',', '.');
  if (written === '') return undefined;
  return /^[-+]?\d*\.?\d+(e[-+]?\d+)?$/i.test(written) ? Number(written) : written;
}

/** Each control stands on a line of its own in a text browser too, with spaces between what belongs to it. */
type FieldProps = FormParts & { name: string; label: string; note?: string };

const about = ({ name, problems, note }: FieldProps) => ({
  'aria-invalid': name in problems ? ('true' as const) : undefined,
  'aria-describedby':
    [note && `${name}-note`, name in problems && `${name}-problem`].filter(Boolean).join(' ') || undefined,
});

const Notes = ({ name, problems, note }: FieldProps) => (
  <>
    {note && (
      <small id={`${name}-note`} class="note">
        {note}
      </small>
    )}
    {name in problems && (
      <strong id={`${name}-problem`} class="problem">
        {problems[name]}
      </strong>
    )}
  </>
);

type TextProps = FieldProps & {
  type?: 'text' | 'datetime-local' | 'password' | 'email';
  autocomplete?: 'off' | 'new-password' | 'current-password' | 'username' | 'email' | 'name';
  inputmode?: 'decimal' | 'numeric';
  maxlength?: number;
  required?: boolean;
};

export const TextField = (props: TextProps) => (
  <div class="stack">
    <label for={props.name}>{props.label}</label> <Notes {...props} />{' '}
    <input
      id={props.name}
      name={props.name}
      type={props.type}
      value={props.fields[props.name] ?? ''}
      inputmode={props.inputmode}
      maxlength={props.maxlength}
      autocomplete={props.autocomplete}
      required={props.required}
      {...about(props)}
    />
  </div>
);

export const FileField = (props: FieldProps & { accept: string }) => (
  <div class="stack">
    <label for={props.name}>{props.label}</label> <Notes {...props} />{' '}
    <input id={props.name} name={props.name} type="file" accept={props.accept} required {...about(props)} />
  </div>
);

export const TextArea = (props: FieldProps & { rows?: number }) => (
  <div class="stack">
    <label for={props.name}>{props.label}</label> <Notes {...props} />{' '}
    <textarea id={props.name} name={props.name} rows={props.rows ?? 2} {...about(props)}>
      {props.fields[props.name] ?? ''}
    </textarea>
  </div>
);

export const Choose = (props: FieldProps & { options: readonly (readonly [value: string, label: string])[] }) => (
  <div class="stack">
    <label for={props.name}>{props.label}</label> <Notes {...props} />{' '}
    <select id={props.name} name={props.name} {...about(props)}>
      {props.options.map(([value, label]) => (
        <option value={value} selected={value === (props.fields[props.name] ?? '')}>
          {label}
        </option>
      ))}
    </select>
  </div>
);

export const Tick = (props: FieldProps) => (
  <p>
    <input
      id={props.name}
      name={props.name}
      type="checkbox"
      value="on"
      checked={props.name in props.fields}
      {...about(props)}
    />{' '}
    <label for={props.name}>{props.label}</label> <Notes {...props} />
  </p>
);

/** What is wrong, with links to where it is mended. Nothing while nothing is. */
export const ProblemSummary = ({ words, problems }: Pick<FormParts, 'words' | 'problems'>) =>
  Object.keys(problems).length > 0 && (
    <div role="alert" class="problem">
      <p>{words('formProblems')}</p>
      <ul>
        {Object.entries(problems).map(([name, message]) => (
          <li>
            <a href={`#${name}`}>{message}</a>
          </li>
        ))}
      </ul>
    </div>
  );

type Confirm = {
  csrf: string;
  question: string;
  yes: string;
  no: string;
  back: string;
  keep?: Fields;
  children?: Child;
};

/** Asks before something that cannot be taken back, on a page of its own. `keep` is sent again with the yes. */
export const ConfirmPage = ({ csrf, question, yes, no, back, keep = {}, children }: Confirm) => (
  <>
    <h1>{question}</h1>
    {children}
    <form method="post" class="stack">
      <CsrfField csrf={csrf} />
      {Object.entries({ ...keep, confirmed: 'yes' }).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit">{yes}</button>
    </form>
    <p>
      <a href={back}>{no}</a>
    </p>
  </>
);

/** Links to the pages before and after this one of a list. */
export const Neighbours = ({ words, previous, next }: { words: Words; previous: string | null; next: string | null }) =>
  (previous ?? next) && (
    <p>
      {previous && <a href={previous}>{words('pagePrevious')}</a>} {next && <a href={next}>{words('pageNext')}</a>}
    </p>
  );
