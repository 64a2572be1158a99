import { CsrfField, type Words } from '../../ui/index.ts';
import type { KeptForm } from './kept-form.ts';

type Props = { words: Words; csrf: string; kept: KeptForm; label: string };

/** Sends a kept form where it was meant to go, once somebody presses the button. */
export const SendForm = ({ words, csrf, kept, label }: Props) => (
  <form method="post" action={kept.to} enctype={kept.enctype} class="stack">
    <CsrfField csrf={csrf} />
    {kept.fields.map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    {kept.hasFile && <p>{words('keptNoFile')}</p>}
    <button type="submit">{label}</button>
  </form>
);
