import type { Child } from 'hono/jsx';
import type { DomainError, FieldError } from '../lib/errors.ts';
import type { Words } from '../ui/index.ts';
import type { ItemOf, ItemType } from './item.ts';

/** What the controls of a form hold, by name. An unticked box is not there. */
export type Fields = Record<string, string>;

/** What is wrong, by the name of the control where it is mended. */
export type Problems = Record<string, string>;

export type FormParts = { fields: Fields; problems: Problems; words: Words };

/** The form of one item type: from item to controls and back. */
export type ItemForm<T extends ItemType> = {
  label: Parameters<Words>[0];
  /** What the controls hold for an item; for a new one without. */
  fill: (item: ItemOf<T> | undefined) => Fields;
  /** What the controls say, as the item's schema takes it, unchecked; and which control a JSON pointer is about. */
  read: (fields: Fields) => { input: Record<string, unknown>; controls: Record<string, string> };
  Body: (parts: FormParts) => Child;
};

/** The numbers of the rows of a repeated group: `choices.0.text`, `choices.1.text` … */
export const rowsOf = (fields: Fields, group: string): number[] => {
  const numbers = Object.keys(fields).flatMap((name) => {
    const [first, index] = name.split('.');
    return first === group && /^\d{1,3}$/.test(index ?? '') ? [Number(index)] : [];
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
};

export const linesOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** A number as people write it; a text that is none stays a text, for the schema to refuse. */
export function numberOf(text: string | undefined): number | string | undefined {
  const written = (text ?? '').trim().replace('−', '-').replace(',', '.');
  if (written === '') return undefined;
  return /^[-+]?\d*\.?\d+(e[-+]?\d+)?$/i.test(written) ? Number(written) : written;
}

/** Leaves out what was left empty. */
export const given = (text: string | undefined): string | undefined => (text?.trim() ? text : undefined);

/** The control that the longest part of a pointer names. */
function controlOf(pointer: string, controls: Record<string, string>): string {
  for (let part = pointer; part !== ''; part = part.slice(0, part.lastIndexOf('/'))) {
    const name = controls[part];
    if (name !== undefined) return name;
  }
  return 'prompt';
}

/** The fields a refusal names; the refusal itself when it names none. */
export const fieldErrorsOf = ({ more, message }: DomainError): FieldError[] =>
  (Array.isArray(more.errors) ? more.errors : [{ pointer: '', message }]) as FieldError[];

export function problemsOf(errors: readonly FieldError[], controls: Record<string, string>): Problems {
  const problems: Problems = {};
  for (const { pointer, message } of errors) problems[controlOf(pointer, controls)] ??= message;
  return problems;
}

/** What is wrong, with links to where it is mended. */
export const ProblemSummary = ({ words, problems }: FormParts) =>
  Object.keys(problems).length > 0 && (
    <div role="alert" class="problem">
      <p>{words('itemProblems')}</p>
      <ul>
        {Object.entries(problems).map(([name, message]) => (
          <li>
            <a href={`#${name}`}>{message}</a>
          </li>
        ))}
      </ul>
    </div>
  );

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

export const TextField = (props: FieldProps & { inputmode?: 'decimal' | 'numeric'; maxlength?: number }) => (
  <>
    <label for={props.name}>{props.label}</label>
    <Notes {...props} />
    <input
      id={props.name}
      name={props.name}
      value={props.fields[props.name] ?? ''}
      inputmode={props.inputmode}
      maxlength={props.maxlength}
      {...about(props)}
    />
  </>
);

export const TextArea = (props: FieldProps & { rows?: number; required?: boolean }) => (
  <>
    <label for={props.name}>{props.label}</label>
    <Notes {...props} />
    <textarea id={props.name} name={props.name} rows={props.rows ?? 2} required={props.required} {...about(props)}>
      {props.fields[props.name] ?? ''}
    </textarea>
  </>
);

export const Choose = (props: FieldProps & { options: readonly (readonly [value: string, label: string])[] }) => (
  <>
    <label for={props.name}>{props.label}</label>
    <Notes {...props} />
    <select id={props.name} name={props.name} {...about(props)}>
      {props.options.map(([value, label]) => (
        <option value={value} selected={value === (props.fields[props.name] ?? '')}>
          {label}
        </option>
      ))}
    </select>
  </>
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
