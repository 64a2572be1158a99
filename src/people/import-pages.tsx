import type { Role } from '../lib/call.ts';
import { CsrfField, FileField, type FormParts, ProblemSummary, TextField, type Words } from '../ui/index.ts';
import type { Imported, Slip } from './import-accounts.ts';
import { roleWords } from './list-page.tsx';
import { Slips } from './slips.tsx';

const EXAMPLE = 'name,username,email\nThoko Phiri,thoko.phiri,\nGrace Mwale,,grace@example.com';

type NewProps = FormParts & { csrf: string; once: string };

/** `roles`: those the reader may give. */
export const ImportPage = ({ csrf, once, roles, ...parts }: NewProps & { roles: readonly Role[] }) => {
  const { words } = parts;
  return (
    <>
      <p>
        <a href="/staff/people">{words('pplTitle')}</a>
      </p>
      <h1>{words('pplImport')}</h1>
      <ProblemSummary {...parts} />
      <p>{words('pplImportNote')}</p>
      <p>{words('pplColumns', { roles: roles.map((role) => words(roleWords[role])).join(', ') })}</p>
      <p>{words('pplExample')}</p>
      <pre>{EXAMPLE}</pre>
      <form method="post" action="/staff/people/import" enctype="multipart/form-data">
        <CsrfField csrf={csrf} />
        <input type="hidden" name="once" value={once} />
        <FileField {...parts} name="file" label={words('pplFile')} note={words('pplFileNote')} accept=".csv,text/csv" />
        <button type="submit">{words('pplImportGo')}</button>
      </form>
    </>
  );
};

export const NewPersonPage = ({ csrf, once, ...parts }: NewProps) => {
  const { words } = parts;
  return (
    <>
      <p>
        <a href="/staff/people">{words('pplTitle')}</a>
      </p>
      <h1>{words('pplNew')}</h1>
      <p>{words('pplNewNote')}</p>
      <ProblemSummary {...parts} />
      <form method="post" action="/staff/people/new">
        <CsrfField csrf={csrf} />
        <input type="hidden" name="once" value={once} />
        <TextField {...parts} name="name" label={words('pplName')} maxlength={200} autocomplete="off" />
        <TextField
          {...parts}
          name="username"
          label={words('pplUsername')}
          note={words('pplUsernameNote')}
          maxlength={64}
          autocomplete="off"
        />
        <TextField {...parts} name="email" label={words('email')} maxlength={254} autocomplete="off" />
        <button type="submit">{words('pplMake')}</button>
      </form>
    </>
  );
};

type SlipsProps = { words: Words; origin: string; slips: readonly Slip[] };

/** What is on paper afterwards; on the screen it says so first. */
const SlipsToPrint = ({ words, ...rest }: SlipsProps) => (
  <>
    <div class="screen">
      <h2>{words('pplSlips')}</h2>
      <p>{words('pplSlipsNote')}</p>
    </div>
    <Slips words={words} {...rest} />
  </>
);

/** What the page of an import shows: who was made is on a slip, the others in the report. */
export type ImportReport = Omit<Imported, 'rows'> & { others: Imported['rows'] };

export const ImportedPage = ({ words, origin, imported }: Omit<SlipsProps, 'slips'> & { imported: ImportReport }) => {
  const { others } = imported;
  return (
    <>
      <div class="screen">
        <p>
          <a href="/staff/people">{words('pplTitle')}</a>
        </p>
        <h1>{words('pplImport')}</h1>
        <p role="status">
          {words('pplImported', {
            created: imported.created,
            exists: imported.exists,
            refused: imported.refused,
          })}
        </p>
        {others.length > 0 && (
          <div class="table">
            <table>
              <thead>
                <tr>
                  <th scope="col">{words('pplLine')}</th>
                  <th scope="col">{words('pplName')}</th>
                  <th scope="col">{words('pplOutcome')}</th>
                </tr>
              </thead>
              <tbody>
                {others.map(({ line, name, status, reason = '' }) => (
                  <tr>
                    <td class="number">{line}</td>
                    <td>{name}</td>
                    <td>{status === 'exists' ? words('pplExists') : words('pplRefused', { reason })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
      {imported.slips.length > 0 && <SlipsToPrint words={words} origin={origin} slips={imported.slips} />}
    </>
  );
};

export const SlipPage = ({ words, origin, slip, back }: Omit<SlipsProps, 'slips'> & { slip: Slip; back: string }) => (
  <>
    <div class="screen">
      <p>
        <a href={back}>{slip.name}</a>
      </p>
      <h1>{words('pplSlips')}</h1>
      <p role="status">{words('pplSlipsNote')}</p>
    </div>
    <Slips words={words} origin={origin} slips={[slip]} />
  </>
);
