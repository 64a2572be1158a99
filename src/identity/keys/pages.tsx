import { type Permission, permissions } from '../../lib/permissions.ts';
import {
  CsrfField,
  type FormParts,
  Neighbours,
  ProblemSummary,
  showInstant,
  showShortInstant,
  TextField,
  type Words,
} from '../../ui/index.ts';
import type { ApiKey } from './create-key.ts';

type Paged = { results: ApiKey[]; previous: string | null; next: string | null };
type ListProps = { words: Words; csrf: string; listed: Paged; now: number; notice: string | undefined };

const stateOf = (words: Words, { expiresAt, revokedAt }: ApiKey, now: number) => {
  if (revokedAt !== null) return words('keyRevoked', { at: showShortInstant(revokedAt) });
  return words(expiresAt <= now ? 'keyEnded' : 'keyUntil', { at: showShortInstant(expiresAt) });
};

export const KeyListPage = ({ words, csrf, listed, now, notice }: ListProps) => (
  <>
    <p>
      <a href="/profile">{words('accProfile')}</a>
    </p>
    <h1>{words('keyTitle')}</h1>
    {notice && <p role="status">{notice}</p>}
    <p>{words('keyNote')}</p>
    <p>
      <a class="button" href="/profile/keys/new">
        {words('keyMake')}
      </a>
    </p>
    {listed.results.length === 0 && <p>{words('keyNone')}</p>}
    <ul class="cards">
      {listed.results.map((key) => (
        <li>
          <strong>{key.name}</strong>
          <p>
            {stateOf(words, key, now)},{' '}
            {key.lastUsedAt === null ? words('keyUnused') : words('keyUsed', { at: showShortInstant(key.lastUsedAt) })}
          </p>
          <p>{key.scopes.map((scope) => permissions[scope].what).join('; ')}</p>
          {key.revokedAt === null && key.expiresAt > now && (
            <form method="post" action={`/profile/keys/${key.id}/revoke`}>
              <CsrfField csrf={csrf} />
              <button type="submit" class="quiet" aria-label={words('keyRevokeWhich', { name: key.name })}>
                {words('keyRevoke')}
              </button>
            </form>
          )}
        </li>
      ))}
    </ul>
    <Neighbours words={words} previous={listed.previous} next={listed.next} />
  </>
);

type NewProps = FormParts & { csrf: string; once: string; scopes: readonly Permission[]; chosen: ReadonlySet<string> };

export const NewKeyPage = ({ words, csrf, once, scopes, chosen, fields, problems }: NewProps) => {
  const parts = { words, fields, problems };
  return (
    <>
      <p>
        <a href="/profile/keys">{words('keyBack')}</a>
      </p>
      <h1>{words('keyMake')}</h1>
      <ProblemSummary {...parts} />
      <form method="post" action="/profile/keys/new">
        <CsrfField csrf={csrf} />
        <input type="hidden" name="once" value={once} />
        <TextField {...parts} name="name" label={words('keyName')} maxlength={100} />
        <TextField {...parts} name="days" label={words('keyDays')} inputmode="numeric" maxlength={3} />
        <fieldset id="scopes" aria-describedby={'scopes' in problems ? 'scopes-problem' : undefined}>
          <legend>{words('keyScopes')}</legend>
          {'scopes' in problems && (
            <strong id="scopes-problem" class="problem">
              {problems.scopes}
            </strong>
          )}
          {scopes.map((scope) => (
            <p>
              <input type="checkbox" id={scope} name="scopes" value={scope} checked={chosen.has(scope)} />{' '}
              <label for={scope}>{permissions[scope].what}</label> <small>{scope}</small>
            </p>
          ))}
        </fieldset>
        <button type="submit">{words('keyMake')}</button>
      </form>
    </>
  );
};

export const MadeKeyPage = ({ words, made }: { words: Words; made: ApiKey & { key: string } }) => (
  <>
    <h1>{words('keyMade')}</h1>
    <p role="status">{words('keyOnce')}</p>
    <div class="stack">
      <label for="key">{words('keyValue')}</label> <input id="key" value={made.key} readonly />
    </div>
    <p>
      {made.name}, {words('keyUntil', { at: showInstant(made.expiresAt) })}
    </p>
    <p>
      <a href="/profile/keys">{words('keyBack')}</a>
    </p>
  </>
);
