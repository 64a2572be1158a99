import type { Words } from '../ui/index.ts';
import type { RegisterFailure, RegisterRequest } from './register-platform.ts';

/*
 * The pages of dynamic registration, inside the platform's frame. The script of the last, public/register.js, closes the frame; without it
 * whoever reads closes it.
 */

type AskProps = RegisterRequest & { words: Words; host: string };

/** Asks before anything is fetched: whoever made the link chose the host. */
export const RegisterPage = ({ words, host, configurationUrl, token, invitation }: AskProps) => (
  <>
    <h1>{words('ltiRegAsk')}</h1>
    <p>{words('ltiRegAskText')}</p>
    <p>
      <strong>{host}</strong>
    </p>
    <p>{words(invitation === undefined ? 'ltiRegAskWaits' : 'ltiRegAskInvited')}</p>
    <form method="post" action="/lti/register" class="stack">
      <input type="hidden" name="openid_configuration" value={configurationUrl} />
      {token !== undefined && <input type="hidden" name="registration_token" value={token} />}
      {invitation !== undefined && <input type="hidden" name="invitation" value={invitation} />}
      <button type="submit">{words('ltiRegRegister')}</button>
    </form>
  </>
);

/** `origin`: of the platform, the only one that is told. What waits is worth reading before the frame closes. */
export const RegisteredPage = ({ words, origin, isActive }: { words: Words; origin: string; isActive: boolean }) => (
  <div id="ve-registered" data-origin={origin} data-after-ms={isActive ? '0' : '6000'}>
    <h1>{words(isActive ? 'ltiRegDone' : 'ltiRegWaits')}</h1>
    <p role="status">{words(isActive ? 'ltiRegDoneText' : 'ltiRegWaitsText')}</p>
    <p>{words('ltiRegClose')}</p>
    <button type="button" id="ve-close" hidden>
      {words('ltiRegCloseNow')}
    </button>
  </div>
);

type FailedProps = { words: Words; reason: RegisterFailure | 'link_incomplete'; detail: string; requestId: string };

export const RegisterFailedPage = ({ words, reason, detail, requestId }: FailedProps) => (
  <>
    <h1>{words('ltiRegFailed')}</h1>
    <p role="alert">
      {words(`ltiReg_${reason}`)} {detail}
    </p>
    <p>
      <small>
        {words('requestNumber')}: {requestId}
      </small>
    </p>
  </>
);
