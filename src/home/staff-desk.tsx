import { Hono } from 'hono';
import { AssessmentTable, listForStaff, type StaffListed } from '../assessments/index.ts';
import type { AppEnv } from '../http/index.ts';
import { pageCall, pageGuard, staffOnly } from '../identity/index.ts';
import { listBanks } from '../items/index.ts';
import { isAdmin } from '../lib/call.ts';
import { localeOf, page, type Words, wordsFor } from '../ui/index.ts';

/** `/staff`: where staff begin. Three round trips after the sign-in's. */
export const staffDesk = new Hono<AppEnv>({ strict: false });

staffDesk.get('/staff', pageGuard, staffOnly, async (c) => {
  const words = wordsFor(localeOf(c));
  const call = pageCall(c);
  const [banks, assessments] = await Promise.all([
    listBanks(call, { page: 1, pageSize: 1 }),
    listForStaff(call, { page: 1, pageSize: 10 }),
  ]);
  return page(
    c,
    { title: words('staffDesk'), viewer: c.var.viewer },
    <StaffDeskPage words={words} isAdmin={isAdmin(call.actor)} bankCount={banks.count} listed={assessments.results} />,
  );
});

type Props = { words: Words; isAdmin: boolean; bankCount: number; listed: readonly StaffListed[] };

const StaffDeskPage = ({ words, isAdmin, bankCount, listed }: Props) => (
  <>
    <h1>{words('staffDesk')}</h1>
    <ul>
      <li>
        <a href="/staff/banks">{words('deskBanks', { count: bankCount })}</a>
      </li>
      <li>
        <a href="/staff/assessments/new">{words('asmNew')}</a>
      </li>
      <li>
        <a href="/staff/assessments">{words('deskAll')}</a>
      </li>
      <li>
        <a href="/staff/courses">{words('deskCourses')}</a>
      </li>
      {isAdmin && (
        <li>
          <a href="/staff/connections">{words('deskConnections')}</a>
        </li>
      )}
      {isAdmin && (
        <li>
          <a href="/staff/lti">{words('deskLti')}</a>
        </li>
      )}
      {isAdmin && (
        <li>
          <a href="/staff/settings">{words('setTitle')}</a>
        </li>
      )}
      {isAdmin && (
        <li>
          <a href="/staff/status">{words('deskStatus')}</a>
        </li>
      )}
      {isAdmin && (
        <li>
          <a href="/staff/mails">{words('deskMails')}</a>
        </li>
      )}
      <li>
        <a href="/staff/people">{words('deskPeople')}</a>
      </li>
      {isAdmin && (
        <li>
          <a href="/staff/audit">{words('deskAudit')}</a>
        </li>
      )}
      <li>
        <a href="/staff/lti/passbacks">{words('deskPassbacks')}</a>
      </li>
      <li>
        <a href="/staff/openedx/events">{words('deskEvents')}</a>
      </li>
    </ul>
    {listed.length === 0 ? (
      <p>{words('asmNone')}</p>
    ) : (
      <>
        <h2>{words('deskRecent')}</h2>
        <AssessmentTable words={words} label={words('deskRecent')} listed={listed} />
      </>
    )}
  </>
);
