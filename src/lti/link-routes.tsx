import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/index.ts';
import { pageCall, pageGuard, readForm, staffOnly } from '../identity/index.ts';
import { isStaff } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { fieldsOf, frameOf, type Problems, page, tryForm } from '../ui/index.ts';
import { findPlace } from './find-place.ts';
import { chooseAssessment, readLinkDesk } from './link-desk.ts';
import { LinkDeskPage } from './link-pages.tsx';

/** Where launches land that have no assessment to land on, and the desk of a place for those who teach there. */
export const linkPages = new Hono<AppEnv>({ strict: false });

linkPages.get('/lti/links/:id', pageGuard, async (c) => {
  const id = c.req.param('id');
  const call = pageCall(c);
  if (isStaff(call.actor)) return c.redirect(`/staff/lti/links/${id}`, 303);
  const { words, viewer } = frameOf(c);
  const place = await findPlace(call, id);
  const { carries } = place;
  return page(
    c,
    { title: place.title || words('ltiNotChosenTitle'), viewer },
    <>
      <h1>{place.title || words('ltiNotChosenTitle')}</h1>
      {carries ? (
        <p>
          {words('ltiChosen')}{' '}
          <a href={`/assessments/${carries.id}`}>{words('ltiStartIt', { title: carries.title })}</a>
        </p>
      ) : (
        <p>{words('ltiNotChosen')}</p>
      )}
    </>,
  );
});

async function showDesk(c: AppContext, id: string, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const desk = await readLinkDesk(pageCall(c), id);
  const notice = c.req.query('saved') === undefined ? undefined : words('saved');
  return page(
    c,
    {
      title: desk.title || words('ltiDesk', { course: desk.course.title }),
      viewer,
      status: Object.keys(problems).length > 0 ? 400 : 200,
    },
    <LinkDeskPage words={words} csrf={csrf} desk={desk} problems={problems} notice={notice} />,
  );
}

linkPages.get('/staff/lti/links/:id', pageGuard, staffOnly, (c) => showDesk(c, c.req.param('id')));

linkPages.post('/staff/lti/links/:id', pageGuard, staffOnly, async (c) => {
  const { assessment: assessmentId = '' } = fieldsOf(await readForm(c));
  const linkId = c.req.param('id');
  const chosen = await tryForm(['invalid'], () => chooseAssessment(pageCall(c), { linkId, assessmentId }));
  if (chosen instanceof DomainError) return await showDesk(c, linkId, { assessment: frameOf(c).words('ltiDeskPick') });
  if (chosen !== undefined) c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId: chosen }));
  return c.redirect(`/staff/lti/links/${linkId}?saved`, 303);
});
