import { type AppContext, isFramed } from '../http/index.ts';
import { DomainError, type FieldError, statusOf } from '../lib/errors.ts';
import { page } from './layout.tsx';
import { localeOf } from './locale.ts';
import { wordsFor } from './words.ts';

/** Whether all that is wrong stands in the query of the address. Its names are not for people. */
function isOfAddress(error: unknown): boolean {
  const { errors = [] } = (error instanceof DomainError ? error.more : {}) as { errors?: FieldError[] };
  return errors.length > 0 && errors.every(({ pointer }) => pointer.startsWith('/query/'));
}

/** A refusal or a bug as a page in plain words, with the request number somebody can read out to us. */
export function errorPage(c: AppContext, error: unknown) {
  const words = wordsFor(localeOf(c));
  const code = error instanceof DomainError ? error.code : 'internal';
  const status = statusOf(code);
  if (error instanceof DomainError && typeof error.more.allow === 'string') c.header('allow', error.more.allow);
  const retryAfter = error instanceof DomainError ? Number(error.more.retryAfter ?? 0) : 0;
  if (retryAfter > 0) c.header('retry-after', String(retryAfter));
  const [title, hint] =
    status === 404
      ? [words('notFound'), words('notFoundHint')]
      : status === 403
        ? [words('notAllowed'), words('notAllowedHint')]
        : status === 401
          ? isFramed(c)
            ? [words('signedOutHere'), words('ltiOpenAgain')]
            : [words('signIn'), words('signInAgain')]
          : code === 'too_many_requests'
            ? [
                words('tooMany'),
                retryAfter < 60 ? words('tooManyNow') : words('tooManyHint', { minutes: Math.ceil(retryAfter / 60) }),
              ]
            : code === 'bad_token'
              ? [words('formExpired'), words('formExpiredHint')]
              : isOfAddress(error)
                ? [words('addressWrong'), words('addressWrongHint')]
                : error instanceof DomainError && status < 500
                  ? [error.message, '']
                  : [words('somethingWrong'), words('somethingWrongHint')];
  return page(
    c,
    { title, status: status },
    <>
      <h1>{title}</h1>
      {hint && <p>{hint}</p>}
      {!(isFramed(c) && status === 401) && (
        <p>
          <a href="/">{words('goHome')}</a>
        </p>
      )}
      <p>
        <small>
          {words('requestNumber')}: {c.var.requestId}
        </small>
      </p>
    </>,
  );
}
