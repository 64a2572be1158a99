import type { Words } from '../ui/index.ts';
import type { LoginRequest } from './begin-login.ts';
import type { LoginRow, RegistrationRow } from './read-launch.ts';
import type { LaunchRefusal } from './refusals.ts';

/*
 * The pages between a course of a platform and a page of ours. Their script is public/launch.js; each has a button too.
 */

/** Where the platform keeps things for us (lti-pm-s v0p1): the frame it named, and the origin messages go to and come from. */
type Storage = { storageTarget: string | null; authLoginUrl: string };

const storageOf = ({ storageTarget, authLoginUrl }: Storage) => ({
  'data-storage-target': storageTarget ?? undefined,
  'data-storage-origin': storageTarget === null ? undefined : new URL(authLoginUrl).origin,
});

const Hidden = ({ fields }: { fields: Readonly<Record<string, string>> }) => (
  <>
    {Object.entries(fields).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
  </>
);

type Asked = Omit<LoginRequest, 'storageTarget'>;

/** The same login once more, in a window of its own, where cookies are our own. */
const NewWindow = ({ words, asked }: { words: Words; asked: Asked }) => (
  <form id="ve-window" method="get" action="/lti/login" target="_blank">
    <Hidden
      fields={{
        iss: asked.iss,
        login_hint: asked.loginHint,
        target_link_uri: asked.targetLinkUri,
        ...(asked.clientId !== null && { client_id: asked.clientId }),
        ...(asked.messageHint !== null && { lti_message_hint: asked.messageHint }),
        ...(asked.deploymentId !== null && { lti_deployment_id: asked.deploymentId }),
      }}
    />
    <button type="submit">{words('ltiOpenWindow')}</button>
  </form>
);

type LoginProps = { words: Words; state: string; secret: string; goOn: string; asked: LoginRequest };

/**
 * The browser keeps its secret and goes on to the platform. One that keeps nothing here is offered a window before that: Moodle and Canvas
 * answer a login once, and would refuse the window afterwards.
 */
export function LoginPage({ words, state, secret, goOn, asked }: LoginProps) {
  const url = new URL(goOn);
  return (
    <>
      <div id="ve-go-on">
        <h1>{words('ltiLoginTitle')}</h1>
        <p>{words('ltiLoginGoOn')}</p>
        <form
          id="ve-login"
          method="get"
          action={url.origin + url.pathname}
          data-state={state}
          data-secret={secret}
          data-go-on={goOn}
          {...storageOf({ storageTarget: asked.storageTarget, authLoginUrl: goOn })}
        >
          <Hidden fields={Object.fromEntries(url.searchParams)} />
          <button type="submit">{words('ltiContinue')}</button>
        </form>
      </div>
      <div id="ve-offer" hidden>
        <h1 tabindex={-1}>{words('ltiWindowTitle')}</h1>
        <p>{words('ltiWindowText')}</p>
        <NewWindow words={words} asked={asked} />
      </div>
    </>
  );
}

type Again = { login: LoginRow; registration: RegistrationRow };

const askedBy = ({ login, registration }: Again): Asked => ({
  ...login,
  iss: registration.issuer,
  clientId: registration.clientId,
});

type BindProps = Again & { words: Words; state: string; idToken: string };

/** The cookie did not come back: the script looks where else the secret was kept, and posts what it finds, be it nothing. */
export const BindPage = ({ words, state, idToken, login, registration }: BindProps) => (
  <>
    <h1>{words('ltiBindTitle')}</h1>
    <p>{words('ltiBindText')}</p>
    <form
      id="ve-bind"
      method="post"
      action="/lti/launch"
      data-state={state}
      {...storageOf({ storageTarget: login.storageTarget, authLoginUrl: registration.authLoginUrl })}
    >
      <Hidden fields={{ state, id_token: idToken, proof: '' }} />
      <button type="submit">{words('ltiContinue')}</button>
    </form>
    <noscript>
      <p>{words('ltiWindowText')}</p>
      <NewWindow words={words} asked={askedBy({ login, registration })} />
    </noscript>
  </>
);

type LaunchProps = { words: Words; name: string; state: string; landing: string; code: string };

/** The launch is done. */
export const LaunchPage = ({ words, name, state, landing, code }: LaunchProps) => (
  <>
    <h1>{words('ltiLaunchTitle')}</h1>
    <p>{words('ltiLaunchText', { name })}</p>
    <form id="ve-open" method="post" action="/lti/open" data-state={state} data-landing={landing}>
      <Hidden fields={{ code }} />
      <button type="submit">{words('ltiContinue')}</button>
    </form>
  </>
);

/** The session's cookie did not stick in the frame: a window of its own has one. */
export const WindowPage = ({ words, code }: { words: Words; code: string }) => (
  <>
    <h1>{words('ltiWindowTitle')}</h1>
    <p>{words('ltiWindowText')}</p>
    <form method="post" action="/lti/open" target="_blank">
      <Hidden fields={{ code, window: 'new' }} />
      <button type="submit">{words('ltiOpenWindow')}</button>
    </form>
  </>
);

/** What somebody can mend by opening it again; the rest is for those who look after the platform. */
const mendedByOpeningAgain: ReadonlySet<LaunchRefusal> = new Set([
  'expired',
  'too_old',
  'nonce_wrong',
  'state_unknown',
  'state_expired',
  'state_used',
  'not_this_browser',
  'platform_refused',
  'key_set_unavailable',
  'too_many_requests',
]);

type RefusedProps = { words: Words; reason: LaunchRefusal; detail: string; requestId: string } & Partial<Again>;

/** Why a login or a launch was refused, and what to do. */
export const RefusedPage = ({ words, reason, detail, requestId, login, registration }: RefusedProps) => (
  <>
    <h1>{words('ltiRefusedTitle')}</h1>
    <p role="alert">{words(`ltiRefused_${reason}`, { detail })}</p>
    {reason === 'not_this_browser' && login && registration ? (
      <>
        <p>{words('ltiTryWindow')}</p>
        <NewWindow words={words} asked={askedBy({ login, registration })} />
      </>
    ) : (
      <p>{words(mendedByOpeningAgain.has(reason) ? 'ltiOpenAgain' : 'ltiAskStaff', { code: reason })}</p>
    )}
    <p>
      <small>
        {words('requestNumber')}: {requestId}
      </small>
    </p>
  </>
);
