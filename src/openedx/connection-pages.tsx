import {
  CsrfField,
  type FormParts,
  Neighbours,
  ProblemSummary,
  showInstant,
  TextField,
  Tick,
  type Words,
} from '../ui/index.ts';
import type { Connection } from './connections.ts';
import type { Check, CheckName } from './test-connection.ts';

type Paged<T> = { results: T[]; previous: string | null; next: string | null };

export const ConnectionListPage = ({ words, connections }: { words: Words; connections: Paged<Connection> }) => (
  <>
    <h1>{words('conList')}</h1>
    {connections.results.length === 0 ? <p>{words('conNone')}</p> : <p>{words('conListNote')}</p>}
    <ul>
      {connections.results.map(({ id, name, lmsUrl, isDefault, courseCount }) => (
        <li>
          <a href={`/staff/connections/${id}`}>{name}</a>{' '}
          <small>
            {lmsUrl} · {isDefault && `${words('conDefault')} · `}
            {words('conCourses', { count: courseCount })}
          </small>
        </li>
      ))}
    </ul>
    <Neighbours words={words} previous={connections.previous} next={connections.next} />
    <p>
      <a href="/staff/connections/new">{words('conNew')}</a>
    </p>
  </>
);

/** Secrets are never written back into a form: `isKept` says that there is one already. */
const Credentials = ({ callback, isKept, ...parts }: FormParts & { callback: string; isKept: boolean }) => {
  const { words } = parts;
  const secret = { type: 'password', autocomplete: 'off', maxlength: 1000 } as const;
  const kept = isKept ? { note: words('conSecretKept') } : {};
  return (
    <>
      <TextField {...parts} name="name" label={words('conName')} note={words('conNameNote')} maxlength={100} />
      <TextField {...parts} name="lmsUrl" label={words('conLmsUrl')} note={words('conLmsUrlNote')} maxlength={255} />
      <TextField {...parts} name="studioUrl" label={words('conStudioUrl')} maxlength={255} />
      <TextField
        {...parts}
        name="clientId"
        label={words('conClientId')}
        note={words('conClientNote')}
        maxlength={255}
        autocomplete="off"
      />
      <TextField {...parts} {...secret} {...kept} name="clientSecret" label={words('conClientSecret')} />
      <TextField
        {...parts}
        name="signInClientId"
        label={words('conSignInClientId')}
        note={words('conSignInNote', { address: callback })}
        maxlength={255}
        autocomplete="off"
      />
      <TextField {...parts} {...secret} {...kept} name="signInClientSecret" label={words('conSignInClientSecret')} />
    </>
  );
};

type Form = FormParts & { csrf: string; callback: string };

export const NewConnectionPage = ({ csrf, callback, ...parts }: Form) => (
  <>
    <h1>{parts.words('conNew')}</h1>
    <ProblemSummary {...parts} />
    <form method="post" action="/staff/connections/new" class="stack">
      <CsrfField csrf={csrf} />
      <Credentials {...parts} callback={callback} isKept={false} />
      <button type="submit">{parts.words('conConnect')}</button>
    </form>
    <p>
      <a href="/staff/connections">{parts.words('conList')}</a>
    </p>
  </>
);

type Once = { words: Words; id: string; address: string | undefined; hmacSecret: string | undefined };

/** What is shown once: each on a line of its own, in a box that copies whole. */
export const OncePage = ({ words, id, address, hmacSecret }: Once) => (
  <>
    <h1>{words('conOnce')}</h1>
    <p role="status">{words('conOnceNote')}</p>
    {address && (
      <div class="stack">
        <label for="address">{words('conWebhookAddress')}</label>{' '}
        <textarea id="address" rows={3} readonly>
          {address}
        </textarea>
      </div>
    )}
    {hmacSecret && (
      <div class="stack">
        <label for="hmac">{words('conHmacSecret')}</label>{' '}
        <textarea id="hmac" rows={2} readonly>
          {hmacSecret}
        </textarea>
      </div>
    )}
    <p>
      <a href={`/staff/connections/${id}`}>{words('conGoOn')}</a>
    </p>
  </>
);

const checkWords = {
  token: 'conCheckToken',
  outline: 'conCheckOutline',
  blocks: 'conCheckBlocks',
  studio: 'conCheckStudio',
  enrolments: 'conCheckEnrolments',
  accounts: 'conCheckAccounts',
} as const satisfies Record<CheckName, string>;

export type Tested = { works: boolean; checks: Check[] };

const isOutline = ({ name, tried }: Check) => name === 'outline' && tried;

const TestResult = ({ words, works, checks }: Tested & { words: Words }) => (
  <>
    <p role={works ? 'status' : 'alert'} class={works ? undefined : 'problem'}>
      {words(works ? (checks.some(isOutline) ? 'conTestWorks' : 'conTestToken') : 'conTestFails')}
    </p>
    <dl>
      {checks.map(({ name, ok, tried, detail }) => (
        <>
          <dt>
            {words(checkWords[name])}:{' '}
            <strong>{words(tried ? (ok ? 'conCheckOk' : 'conCheckBad') : 'conCheckNot')}</strong>
          </dt>
          <dd>{detail}</dd>
        </>
      ))}
    </dl>
  </>
);

type One = Form & {
  connection: Connection;
  isSaved: boolean;
  isFull: boolean;
  tested: Tested | undefined;
};

export function ConnectionPage({ connection, csrf, callback, isSaved, isFull, tested, ...parts }: One) {
  const { words } = parts;
  const { id, webhookSecrets } = connection;
  const path = `/staff/connections/${id}`;
  return (
    <>
      <h1>{connection.name}</h1>
      {isSaved && <p role="status">{words('conSaved')}</p>}
      {isFull && <p role="alert">{words('conSecretsFull')}</p>}
      <p>
        {connection.isDefault && `${words('conDefault')} · `}
        {words('conCourses', { count: connection.courseCount })}
      </p>
      <h2>{words('conTest')}</h2>
      {tested && <TestResult words={words} {...tested} />}
      <form method="post" action={`${path}/test`} class="stack">
        <CsrfField csrf={csrf} />
        <TextField {...parts} name="courseKey" label={words('conTestCourse')} maxlength={255} />
        <button type="submit">{words('conTest')}</button>
      </form>
      <h2>{words('conSecrets')}</h2>
      <p>{words(webhookSecrets.length === 0 ? 'conSecretsNone' : 'conSecretsNote')}</p>
      <ul>
        {webhookSecrets.map((one) => (
          <li>
            {words('conSecretMade', { when: showInstant(one.createdAt) })}{' '}
            <a href={`${path}/webhook-secrets/${one.id}/end`}>{words('conSecretEnd')}</a>
          </li>
        ))}
      </ul>
      <form method="post" action={`${path}/webhook-secrets`}>
        <CsrfField csrf={csrf} />
        <button type="submit">{words('conSecretAdd')}</button>
      </form>
      <p>
        <a href={`${path}/hmac-secret`}>{words('conHmacRotate')}</a>
      </p>
      <h2>{words('conSettings')}</h2>
      <ProblemSummary {...parts} />
      <form method="post" action={path} class="stack">
        <CsrfField csrf={csrf} />
        <Credentials {...parts} callback={callback} isKept={true} />
        <Tick {...parts} name="allowSignIn" label={words('conAllowSignIn')} />
        <Tick {...parts} name="requireSignature" label={words('conRequireSignature')} />
        <TextField {...parts} name="debounceSeconds" label={words('conDebounce')} inputmode="numeric" maxlength={3} />
        <TextField {...parts} name="vanishLimit" label={words('conVanish')} inputmode="numeric" maxlength={3} />
        <button type="submit">{words('conSave')}</button>
      </form>
      <p>
        <a href={`${path}/delete`}>{words('conDelete')}</a>
      </p>
      <p>
        <a href="/staff/connections">{words('conList')}</a>
      </p>
    </>
  );
}
