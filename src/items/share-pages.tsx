import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/index.ts';
import { findTeacher, pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import {
  CsrfField,
  type Fields,
  type FormParts,
  fieldsOf,
  frameOf,
  ProblemSummary,
  type Problems,
  page,
  TextField,
} from '../ui/index.ts';
import type { Share, Sharing } from './sharing.ts';

/** Where the page of what is shared is, and what it is called. */
type Place = {
  at: '/staff/banks' | '/staff/assessments';
  titleOf: (call: Call, what: { id: string }) => Promise<string>;
};

type Props = FormParts & { csrf: string; title: string; path: string; shares: readonly Share[] };

const SharesPage = ({ csrf, title, path, shares, ...parts }: Props) => {
  const { words } = parts;
  return (
    <>
      <p>
        <a href={path.replace(/\/shares$/, '')}>{title}</a>
      </p>
      <h1>{words('shareTitle')}</h1>
      <ProblemSummary {...parts} />
      <p>{words(path.startsWith('/staff/banks/') ? 'shareNoteBank' : 'shareNoteAssessment')}</p>
      {shares.length === 0 && <p>{words('shareNone')}</p>}
      <ul>
        {shares.map(({ userId, name }) => (
          <li>
            <form method="post" action={`${path}/${userId}/remove`}>
              <CsrfField csrf={csrf} />
              {name}{' '}
              <button type="submit" aria-label={words('shareRemoveWhom', { name })}>
                {words('shareRemove')}
              </button>
            </form>
          </li>
        ))}
      </ul>
      <form method="post" action={path} class="stack">
        <CsrfField csrf={csrf} />
        <TextField {...parts} name="who" label={words('shareWho')} maxlength={254} />
        <button type="submit">{words('shareAdd')}</button>
      </form>
    </>
  );
};

/** `…/{id}/shares`: with whom something is shared, to add to and take from. */
export function sharePages({ at, titleOf }: Place, sharing: Sharing) {
  const pages = new Hono<AppEnv>({ strict: false });
  pages.use(`${at}/:id/shares/*`, pageGuard, staffOnly);

  async function show(c: AppContext, id: string, fields: Fields = {}, problems: Problems = {}) {
    const { words, viewer, csrf } = frameOf(c);
    const call = pageCall(c);
    const [shares, title] = await Promise.all([sharing.list(call, { id }), titleOf(call, { id })]);
    const status = Object.keys(problems).length > 0 ? 400 : 200;
    const path = `${at}/${id}/shares`;
    return page(
      c,
      { title: words('shareTitle'), viewer, status },
      <SharesPage {...{ words, csrf, title, path, shares, fields, problems }} />,
    );
  }

  pages.get(`${at}/:id/shares`, (c) => show(c, c.req.param('id')));

  pages.post(`${at}/:id/shares`, async (c) => {
    const id = c.req.param('id');
    const call = pageCall(c);
    const fields = fieldsOf(await readForm(c));
    const { words } = frameOf(c);
    const found = await findTeacher(call.db, fields.who ?? '');
    if (!found) return await show(c, id, fields, { who: words('shareUnknown') });
    if (found.id === call.actor.userId) return await show(c, id, fields, { who: words('shareSelf') });
    await sharing.share(call, { id, userId: found.id });
    return c.redirect(`${at}/${id}/shares`, 303);
  });

  pages.post(`${at}/:id/shares/:userId/remove`, async (c) => {
    await readForm(c);
    const { id, userId } = c.req.param();
    await sharing.unshare(pageCall(c), { id, userId });
    return c.redirect(`${at}/${id}/shares`, 303);
  });
  return pages;
}
