import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { AppContext, Viewer } from '../http/index.ts';
import { locales } from '../lib/call.ts';
import { type Locale, localeOf } from './locale.ts';
import { type Words, wordsFor } from './words.ts';

const languageNames: Record<Locale, string> = { en: 'English', ny: 'Chichewa' };

type Frame = {
  title: string;
  words: Words;
  locale: Locale;
  path: string;
  version: string;
  viewer?: Viewer | undefined;
  script?: string | undefined;
  refreshSeconds?: number | undefined;
  meta?: Readonly<Record<string, string>> | undefined;
  goOnTo?: string | undefined;
  isStaying: boolean;
  children?: Child;
};

function Layout({
  title,
  words,
  locale,
  path,
  version,
  viewer,
  script,
  refreshSeconds,
  meta = {},
  goOnTo,
  isStaying,
  children,
}: Frame) {
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {refreshSeconds && <meta http-equiv="refresh" content={String(refreshSeconds)} />}
        {Object.entries(meta).map(([name, content]) => (
          <meta name={name} content={content} />
        ))}
        {goOnTo && (
          <noscript>
            <meta http-equiv="refresh" content={`0;url=${goOnTo}`} />
          </noscript>
        )}
        <title>{`${title} · ${words('product')}`}</title>
        <link rel="stylesheet" href={`/style.css?v=${version}`} />
        <link rel="icon" href="data:," />
        {script && <script type="module" src={`/${script}?v=${version}`} />}
      </head>
      <body>
        <a class="skip" href="#main">
          {words('skipToContent')}
        </a>
        <header>
          <a href="/">{words('product')}</a>
          {viewer && (
            <form method="post" action="/sign-out" id="sign-out">
              <a href="/profile">{viewer.name}</a> <CsrfField csrf={viewer.csrf} />
              <button type="submit">{words('signOut')}</button>
            </form>
          )}
        </header>
        <main id="main">{children}</main>
        <footer>
          {isStaying && (
            <nav aria-label={words('language')}>
              {locales.map((one) =>
                one === locale ? (
                  <span aria-current="true">{languageNames[one]} </span>
                ) : (
                  <a href={`/language/${one}?next=${encodeURIComponent(path)}`} lang={one}>
                    {languageNames[one]}{' '}
                  </a>
                ),
              )}
            </nav>
          )}
          {locale === 'ny' && (
            <p lang="en">
              <small>{words('draftTranslation')}</small>
            </p>
          )}
        </footer>
      </body>
    </html>
  );
}

/** The token every page form carries. */
export const CsrfField = ({ csrf }: { csrf: string }) => <input type="hidden" name="csrf" value={csrf} />;

export type PageOptions = {
  title: string;
  viewer?: Viewer | undefined;
  status?: 200 | 400 | 401 | 403 | 404 | 405 | 409 | 413 | 414 | 415 | 422 | 429 | 431 | 500 | 502 | 503;
  script?: string;
  /** The page loads itself again after so long: only while something is under way that it tells of. */
  refreshSeconds?: number | undefined;
  /** For programs: `name` and `content` of meta elements. */
  meta?: Readonly<Record<string, string>>;
  /** Where a page that goes on by its script goes on without one. */
  goOnTo?: string;
  /** A page that cannot be asked for again, for it answers a post of another site: there is nowhere to come back to in another language. */
  isPassing?: boolean;
};

/** Answers a whole page in the reader's language. */
export function page(
  c: AppContext,
  { title, viewer, status = 200, script, refreshSeconds, meta, goOnTo, isPassing = false }: PageOptions,
  content: Child,
) {
  const locale = localeOf(c);
  const version = c.env.VERSION?.id || 'local';
  const { pathname, search } = new URL(c.req.url);
  c.header('cache-control', 'private, no-store');
  const frame = (
    <Layout
      title={title}
      words={wordsFor(locale)}
      locale={locale}
      path={pathname + search}
      version={version}
      viewer={viewer}
      script={script}
      refreshSeconds={refreshSeconds}
      meta={meta}
      goOnTo={goOnTo}
      isStaying={!isPassing}
    >
      {content}
    </Layout>
  );
  return c.html(html`<!doctype html>${frame}`, status);
}
