import { Hono } from 'hono';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { pageAnswer } from '../lib/paging.ts';
import { CsrfField, fieldsOf, frameOf, Neighbours, page, tryForm } from '../ui/index.ts';
import { joinContext, ListContextsInput, listContexts } from './contexts.ts';

/** `/staff/lti/contexts`: which course here a course of a platform is. For admins; the verbs refuse others. */
export const contextPages = new Hono<AppEnv>({ strict: false });

async function show(c: AppContext, wrong?: string) {
  const { words, viewer, csrf } = frameOf(c);
  const { page: number = '1', registration = '' } = c.req.query();
  const query = validate(
    ListContextsInput,
    { page: number, pageSize: 50, ...(registration !== '' && { registrationId: registration }) },
    '/query',
  );
  const listed = pageAnswer(new URL(c.req.url), query, await listContexts(pageCall(c), query));
  return page(
    c,
    { title: words('ltiContexts'), viewer, status: wrong === undefined ? 200 : 400 },
    <>
      <p>
        <a href="/staff/lti">{words('ltiRegList')}</a>
      </p>
      <h1>{words('ltiContexts')}</h1>
      <p>{words('ltiContextsNote')}</p>
      {c.req.query('saved') !== undefined && <p role="status">{words('saved')}</p>}
      {listed.results.length === 0 && <p>{words('ltiContextsNone')}</p>}
      <ul class="cards">
        {listed.results.map(({ id, title, contextId, courseKey, courseTitle }) => (
          <li>
            <strong>{title}</strong> <small>{contextId}</small>
            <form method="post" action={`/staff/lti/contexts/${id}`}>
              <CsrfField csrf={csrf} />
              <p>
                <label for={id}>{words('ltiContextCourse', { course: courseTitle })}</label>{' '}
                <input
                  id={id}
                  name="courseKey"
                  value={courseKey}
                  required
                  maxlength={255}
                  aria-invalid={wrong === id ? 'true' : undefined}
                  aria-describedby={wrong === id ? `${id}-problem` : undefined}
                />{' '}
                {wrong === id && (
                  <strong id={`${id}-problem`} class="problem">
                    {words('ltiContextUnknown')}
                  </strong>
                )}{' '}
                <button type="submit">{words('ltiContextJoin')}</button>
              </p>
            </form>
          </li>
        ))}
      </ul>
      <Neighbours words={words} previous={listed.previous} next={listed.next} />
    </>,
  );
}

contextPages.get('/staff/lti/contexts', pageGuard, staffOnly, (c) => show(c));

contextPages.post('/staff/lti/contexts/:id', pageGuard, staffOnly, async (c) => {
  const { courseKey = '' } = fieldsOf(await readForm(c));
  const id = c.req.param('id');
  const joined = await tryForm(['invalid'], () => joinContext(pageCall(c), id, { courseKey: courseKey.trim() }));
  return joined instanceof DomainError ? await show(c, id) : c.redirect('/staff/lti/contexts?saved', 303);
});
