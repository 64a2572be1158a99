import {
  CsrfField,
  type FormParts,
  Neighbours,
  ProblemSummary,
  showShortInstant,
  TextArea,
  TextField,
  Tick,
  type Words,
} from '../ui/index.ts';
import type { LaunchLogRow } from './read-launch-log.ts';
import { type LaunchRefusal, launchRefusals } from './refusals.ts';
import type { Registration } from './registrations.ts';
import type { Check } from './test-registration.ts';
import { toolAddresses } from './tool-configuration.ts';

type Paged<T> = { results: T[]; previous: string | null; next: string | null };

/** Something to copy: a box that can be marked whole. */
const Copy = ({ id, label, value }: { id: string; label: string; value: string }) => (
  <div class="stack">
    <label for={id}>{label}</label> <input id={id} value={value} readonly />
  </div>
);

const Addresses = ({ words, origin }: { words: Words; origin: string }) => {
  const { login, launch, keySet } = toolAddresses(origin);
  return (
    <>
      <h2>{words('ltiRegOurs')}</h2>
      <p>{words('ltiRegOursNote')}</p>
      <Copy id="our-login" label={words('ltiRegOurLogin')} value={login} />
      <Copy id="our-launch" label={words('ltiRegOurLaunch')} value={launch} />
      <Copy id="our-deep-linking" label={words('ltiRegOurDeepLinking')} value={launch} />
      <Copy id="our-key-set" label={words('ltiRegOurKeySet')} value={keySet} />
    </>
  );
};

const recipes = [
  ['ltiRegOpenedx', ['ltiRegOpenedx1', 'ltiRegOpenedx2', 'ltiRegOpenedx3']],
  ['ltiRegMoodle', ['ltiRegMoodle1', 'ltiRegMoodle2', 'ltiRegMoodle3']],
  ['ltiRegCanvas', ['ltiRegCanvas1', 'ltiRegCanvas2', 'ltiRegCanvas3']],
] as const;

const Recipes = ({ words }: { words: Words }) => (
  <>
    <h2>{words('ltiRegRecipes')}</h2>
    {recipes.map(([title, steps]) => (
      <>
        <h3>{words(title)}</h3>
        <ol>
          {steps.map((step) => (
            <li>{words(step)}</li>
          ))}
        </ol>
      </>
    ))}
  </>
);

/** What an admin should know of a registration at a glance. */
const stateOf = (words: Words, { isActive, isDynamic, pendingDeployments }: Registration) =>
  [
    words(isActive ? 'ltiRegActive' : isDynamic ? 'ltiRegWaiting' : 'ltiRegOff'),
    pendingDeployments.length > 0 && words('ltiRegPendingCount', { count: pendingDeployments.length }),
  ]
    .filter(Boolean)
    .join(' · ');

type ListProps = { words: Words; csrf: string; origin: string; listed: Paged<Registration> };

export const RegistrationListPage = ({ words, csrf, origin, listed }: ListProps) => (
  <>
    <p>
      <a href="/staff">{words('staffDesk')}</a>
    </p>
    <h1>{words('ltiRegList')}</h1>
    <p>{words(listed.results.length === 0 ? 'ltiRegNone' : 'ltiRegListNote')}</p>
    <ul>
      {listed.results.map((one) => (
        <li>
          <a href={`/staff/lti/registrations/${one.id}`}>{one.name}</a>{' '}
          <small>
            {one.issuer} · {one.clientId} · {stateOf(words, one)}
          </small>
        </li>
      ))}
    </ul>
    <Neighbours words={words} previous={listed.previous} next={listed.next} />
    <p>
      <a href="/staff/lti/registrations/new">{words('ltiRegNew')}</a>
    </p>
    <Addresses words={words} origin={origin} />
    <p>
      <a href="/staff/lti/contexts">{words('ltiContexts')}</a>
    </p>
    <h2>{words('ltiRegInvite')}</h2>
    <p>{words('ltiRegInviteNote')}</p>
    <form method="post" action="/staff/lti/invitations">
      <CsrfField csrf={csrf} />
      <button type="submit">{words('ltiRegInviteMake')}</button>
    </form>
    <Recipes words={words} />
  </>
);

/** Shown once. */
export const InvitationPage = ({ words, url, until }: { words: Words; url: string; until: string }) => (
  <>
    <h1>{words('ltiRegInvited')}</h1>
    <p role="status">{words('ltiRegInvitedNote', { until })}</p>
    <div class="stack">
      <label for="invitation">{words('ltiRegInvitedUrl')}</label>{' '}
      <textarea id="invitation" rows={3} readonly>
        {url}
      </textarea>
    </div>
    <p>
      <a href="/staff/lti">{words('ltiRegList')}</a>
    </p>
  </>
);

/** The five values a platform shows, and what may be left as it is. */
const Settings = ({ isNew, ...parts }: FormParts & { isNew: boolean }) => {
  const { words } = parts;
  const line = { maxlength: 1000, autocomplete: 'off' } as const;
  return (
    <>
      <TextField {...parts} {...line} name="issuer" label={words('ltiRegIssuer')} note={words('ltiRegIssuerNote')} />
      <TextField {...parts} {...line} name="clientId" label={words('ltiRegClientId')} />
      <TextField {...parts} {...line} name="authLoginUrl" label={words('ltiRegAuthLogin')} />
      <TextField {...parts} {...line} name="authTokenUrl" label={words('ltiRegAuthToken')} />
      <TextField {...parts} {...line} name="keySetUrl" label={words('ltiRegKeySet')} />
      <TextArea
        {...parts}
        name="deployments"
        label={words('ltiRegDeployments')}
        note={words('ltiRegDeploymentsNote')}
      />
      <h3>{words('ltiRegOptional')}</h3>
      <TextField {...parts} name="name" label={words('ltiRegName')} note={words('ltiRegNameNote')} maxlength={100} />
      <TextField
        {...parts}
        {...line}
        name="audience"
        label={words('ltiRegAudience')}
        note={words('ltiRegAudienceNote')}
      />
      <TextArea
        {...parts}
        name="frameOrigins"
        label={words('ltiRegFrames')}
        note={words(isNew ? 'ltiRegFramesNewNote' : 'ltiRegFramesNote')}
        rows={isNew ? 2 : 6}
      />
      <Tick {...parts} name="allowAnonymous" label={words('ltiRegAnonymous')} note={words('ltiRegAnonymousNote')} />
    </>
  );
};

type Form = FormParts & { csrf: string; origin: string };

export const NewRegistrationPage = ({ csrf, origin, ...parts }: Form) => (
  <>
    <p>
      <a href="/staff/lti">{parts.words('ltiRegList')}</a>
    </p>
    <h1>{parts.words('ltiRegNew')}</h1>
    <p>{parts.words('ltiRegNewNote')}</p>
    <ProblemSummary {...parts} />
    <form method="post" action="/staff/lti/registrations/new" class="stack">
      <CsrfField csrf={csrf} />
      <Settings {...parts} isNew />
      <button type="submit">{parts.words('ltiRegSaveNew')}</button>
    </form>
    <Addresses words={parts.words} origin={origin} />
  </>
);

const checkWords = { keys: 'ltiRegCheckKeys', token: 'ltiRegCheckToken' } as const satisfies Record<
  Check['name'],
  string
>;

export type Tested = { works: boolean; checks: Check[] };

const TestResult = ({ words, works, checks }: Tested & { words: Words }) => (
  <>
    <p role={works ? 'status' : 'alert'} class={works ? undefined : 'problem'}>
      {words(works ? 'ltiRegTestWorks' : 'ltiRegTestFails')}
    </p>
    <dl>
      {checks.map(({ name, ok, detail }) => (
        <>
          <dt>
            {words(checkWords[name])}: <strong>{words(ok ? 'ltiRegCheckOk' : 'ltiRegCheckBad')}</strong>
          </dt>
          <dd>{detail}</dd>
        </>
      ))}
    </dl>
  </>
);

type PendingProps = { words: Words; csrf: string; path: string; deploymentIds: string[] };

/** One form each, with two buttons. */
const Pending = ({ words, csrf, path, deploymentIds }: PendingProps) => (
  <>
    <h2>{words('ltiRegPending')}</h2>
    <p>{words('ltiRegPendingNote')}</p>
    <ul>
      {deploymentIds.map((deploymentId) => (
        <li>
          <form method="post" action={`${path}/deployments`}>
            <CsrfField csrf={csrf} />
            <input type="hidden" name="deploymentId" value={deploymentId} />
            {deploymentId}{' '}
            <button type="submit" name="do" value="approve" aria-label={`${words('ltiRegApprove')}: ${deploymentId}`}>
              {words('ltiRegApprove')}
            </button>{' '}
            <button type="submit" name="do" value="refuse" aria-label={`${words('ltiRegRefuse')}: ${deploymentId}`}>
              {words('ltiRegRefuse')}
            </button>
          </form>
        </li>
      ))}
    </ul>
  </>
);

const isRefusal = (code: string): code is LaunchRefusal => (launchRefusals as string[]).includes(code);

const outcomeOf = (words: Words, code: string) =>
  code === 'accepted' ? words('ltiLogAccepted') : isRefusal(code) ? words(`ltiRefused_${code}`, { detail: '…' }) : code;

const Log = ({ words, log }: { words: Words; log: LaunchLogRow[] }) => (
  <>
    <h2>{words('ltiLog')}</h2>
    {log.length === 0 ? (
      <p>{words('ltiLogNone')}</p>
    ) : (
      <>
        <p>{words('ltiLogNote')}</p>
        <ul>
          {log.map(({ code, times, lastAt, requestId }) => (
            <li>
              {outcomeOf(words, code)}{' '}
              <small>
                {words('ltiLogCount', { times, at: showShortInstant(lastAt) })}
                {code !== 'accepted' && ` · ${code} · ${words('requestNumber')}: ${requestId}`}
              </small>
            </li>
          ))}
        </ul>
      </>
    )}
  </>
);

type One = Form & { registration: Registration; log: LaunchLogRow[]; isSaved: boolean; tested: Tested | undefined };

export function RegistrationPage({ registration, log, csrf, origin, isSaved, tested, ...parts }: One) {
  const { words } = parts;
  const path = `/staff/lti/registrations/${registration.id}`;
  return (
    <>
      <p>
        <a href="/staff/lti">{words('ltiRegList')}</a>
      </p>
      <h1>{registration.name}</h1>
      {isSaved && <p role="status">{words('ltiRegSaved')}</p>}
      <p>{stateOf(words, registration)}</p>
      {!registration.isActive && (
        <form method="post" action={`${path}/activate`}>
          <CsrfField csrf={csrf} />
          <p>{words(registration.isDynamic ? 'ltiRegWaitingNote' : 'ltiRegOffNote')}</p>
          <button type="submit">{words('ltiRegActivate')}</button>
        </form>
      )}
      {registration.pendingDeployments.length > 0 && (
        <Pending words={words} csrf={csrf} path={path} deploymentIds={registration.pendingDeployments} />
      )}
      <h2>{words('ltiRegTest')}</h2>
      <p>{words('ltiRegTestNote')}</p>
      {tested && <TestResult words={words} {...tested} />}
      <form method="post" action={`${path}/test`}>
        <CsrfField csrf={csrf} />
        <button type="submit">{words('ltiRegTest')}</button>
      </form>
      <Log words={words} log={log} />
      <h2>{words('ltiRegSettings')}</h2>
      <ProblemSummary {...parts} />
      <form method="post" action={path} class="stack">
        <CsrfField csrf={csrf} />
        <Settings {...parts} isNew={false} />
        <Tick {...parts} name="active" label={words('ltiRegIsActive')} />
        <button type="submit">{words('ltiRegSave')}</button>
      </form>
      <Addresses words={words} origin={origin} />
      <p>
        <a href={`${path}/delete`}>{words('ltiRegDelete')}</a>
      </p>
    </>
  );
}
