import { CsrfField, showInstant, type Words } from '../../ui/index.ts';

type Parts = { words: Words; csrf: string };

type Listed = { name: string; label: string; linked: { email: string | null; createdAt: number } | undefined };

/** What of an identity is linked, and the button that changes it. */
const ProviderItem = ({ words, csrf, name, label, linked }: Parts & Listed) => (
  <li>
    <h2>{label}</h2>
    <p>
      {linked
        ? words('extLinkedSince', { email: linked.email ?? label, at: showInstant(linked.createdAt) })
        : words('extNotLinked')}
    </p>
    <form method="post" action={`/profile/identities/${linked ? 'unlink' : 'link'}`}>
      <CsrfField csrf={csrf} />
      <input type="hidden" name="provider" value={name} />
      <button type="submit">{words(linked ? 'extUnlink' : 'extLink', { provider: label })}</button>
    </form>
  </li>
);

export const IdentitiesPage = ({
  words,
  csrf,
  listed,
  problem,
}: Parts & { listed: readonly Listed[]; problem: string | undefined }) => (
  <>
    <h1>{words('extTitle')}</h1>
    {problem && (
      <p role="alert" class="problem">
        {problem}
      </p>
    )}
    {listed.length === 0 ? (
      <p>{words('extNone')}</p>
    ) : (
      <ul class="cards">
        {listed.map((one) => (
          <ProviderItem words={words} csrf={csrf} {...one} />
        ))}
      </ul>
    )}
    <p>
      <a href="/profile">{words('facBack')}</a>
    </p>
  </>
);

type Link = Parts & { who: 'nobody' | 'owner' | 'another'; provider: string; email: string; next: string };

/** Joins an identity to the account that has its address, once its owner has signed in there. */
export const LinkPage = ({ words, csrf, who, provider, email, next }: Link) => (
  <>
    <h1>{words('extLinkTitle', { provider })}</h1>
    {who === 'owner' ? (
      <>
        <p>{words('extLinkAsk', { provider, email })}</p>
        <form method="post" action="/sign-in/link">
          <CsrfField csrf={csrf} />
          <button type="submit">{words('extLink', { provider })}</button>
        </form>
      </>
    ) : who === 'another' ? (
      <p>{words('extLinkOther', { email })}</p>
    ) : (
      <>
        <p>{words('extLinkKnown', { provider, email })}</p>
        <p>
          <a href={`/sign-in?${new URLSearchParams({ next })}`}>{words('extLinkSignIn')}</a>
        </p>
        <p>
          <a href="/forgot">{words('extLinkForgotten')}</a>
        </p>
      </>
    )}
    <p>
      <a href="/">{words('goHome')}</a>
    </p>
  </>
);
