import { ConfirmPage, CsrfField, showInstant, type Words } from '../../ui/index.ts';
import { CodeForm } from './code-form.tsx';
import { QrCode } from './qr-code.tsx';
import type { SetUp } from './set-up.ts';

type Parts = { words: Words; csrf: string };

/** Fewer than this many recovery codes are worth a word. */
const FEW = 3;

const PressForm = ({ csrf, action, label }: { csrf: string; action: string; label: string }) => (
  <form method="post" action={action}>
    <CsrfField csrf={csrf} />
    <button type="submit">{label}</button>
  </form>
);

/** Whether a second factor is on, since when, and what can be done about it. */
export function FactorPage({
  words,
  csrf,
  confirmedAt,
  recoveryCodesLeft,
}: Parts & { confirmedAt: number | null; recoveryCodesLeft: number }) {
  const path = '/profile/second-factor';
  return (
    <>
      <h1>{words('facTitle')}</h1>
      <p>{words('facWhat')}</p>
      {confirmedAt === null ? (
        <>
          <p>{words('facIsOff')}</p>
          <PressForm csrf={csrf} action={`${path}/begin`} label={words('facBegin')} />
        </>
      ) : (
        <>
          <p>
            <strong>{words('facIsOn', { at: showInstant(confirmedAt) })}</strong>
          </p>
          <h2>{words('facCodes')}</h2>
          <p class={recoveryCodesLeft < FEW ? 'problem' : undefined}>
            {words('facLeft', { count: recoveryCodesLeft })}
          </p>
          <PressForm csrf={csrf} action={`${path}/recovery-codes`} label={words('facRenew')} />
          <p>
            <a href={`${path}/off`}>{words('facOff')}</a>
          </p>
        </>
      )}
      <p>
        <a href="/profile">{words('facBack')}</a>
      </p>
    </>
  );
}

/** In groups of four, as people type it. */
const grouped = (secret: string) => (secret.match(/.{1,4}/g) ?? []).join(' ');

export const SetUpPage = ({
  words,
  csrf,
  setUp: { secret, uri },
  problem,
}: Parts & { setUp: SetUp; problem: string | undefined }) => (
  <>
    <h1>{words('facNew')}</h1>
    <ol>
      <li>{words('facStepApp')}</li>
      <li>{words('facStepScan')}</li>
    </ol>
    <QrCode text={uri} label={words('facQr')} />
    <p>
      <a href={uri}>{words('facOpenApp')}</a>
    </p>
    <p>
      {words('facTyped')} <code>{grouped(secret)}</code>
    </p>
    <h2>{words('facStepCode')}</h2>
    <CodeForm
      words={words}
      csrf={csrf}
      action="/profile/second-factor/new"
      kind="code"
      submit={words('facTurnOn')}
      problem={problem}
    />
  </>
);

export const RecoveryCodesPage = ({ words, codes }: { words: Words; codes: readonly string[] }) => (
  <>
    <h1>{words('facCodes')}</h1>
    <p>
      <strong>{words('facCodesOnce')}</strong> {words('facCodesHow')}
    </p>
    <ol>
      {codes.map((code) => (
        <li>
          <code>{code}</code>
        </li>
      ))}
    </ol>
    <p>
      <a href="/profile/second-factor">{words('facKept')}</a>
    </p>
  </>
);

export const TurnOffPage = ({ words, csrf, back }: Parts & { back: string }) => (
  <ConfirmPage csrf={csrf} question={words('facOffAsk')} yes={words('facOff')} no={words('facKeep')} back={back}>
    <p>{words('facOffMeans')}</p>
  </ConfirmPage>
);
