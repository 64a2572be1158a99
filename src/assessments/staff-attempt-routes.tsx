import { Hono } from 'hono';
import { type AppContext, type AppEnv, validate } from '../http/index.ts';
import { doOnce, newOnce, pageCall, readForm } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { PageQuery, pageAnswer } from '../lib/paging.ts';
import { ConfirmPage, type Fields, fieldsOf, frameOf, type Problems, page, tryForm } from '../ui/index.ts';
import { requireOwnAssessment } from './assessments.ts';
import { listAttempts, requireAttemptForStaff, stateAt } from './attempts.ts';
import { addExtraTime } from './give-time.ts';
import { ExtraTimeInput } from './input.ts';
import { countAttempts } from './list-for-staff.ts';
import { secondsOf } from './minutes.ts';
import { readAttempt } from './read-attempt.ts';
import { reopenAttempt } from './reopen-attempt.ts';
import { sessionsOf } from './sessions.ts';
import { AttemptListPage } from './staff-attempt-list-page.tsx';
import { StaffAttemptPage } from './staff-attempt-page.tsx';
import { termsFields } from './student-routes.tsx';
import { requireStudent } from './students.ts';

/** Staff pages of attempts. Mounted behind the guard of `assessmentsStaffPages`. */
export const staffAttemptPages = new Hono<AppEnv>({ strict: false });

const statusFor = (problems: Problems) => (Object.keys(problems).length > 0 ? 400 : 200);

async function showAttempts(c: AppContext, id: string, fields: Fields = {}, problems: Problems = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const url = new URL(c.req.url);
  const query = validate(PageQuery, { page: c.req.query('page') ?? '1', pageSize: 50 }, '/query');
  const [{ assessment: kept }, countsOf, { count, results }] = await Promise.all([
    requireOwnAssessment(call.db, call.actor, id),
    countAttempts(call.db, [id], call.now),
    listAttempts(call, id, query),
  ]);
  const listed = results.map((one) => ({ ...one, state: stateAt(one.attempt, call.now) }));
  const reached = c.req.query('given');
  return page(
    c,
    { title: words('asmAttemptList'), viewer, status: statusFor(problems) },
    <AttemptListPage
      words={words}
      csrf={csrf}
      kept={kept}
      listed={pageAnswer(url, query, { count, results: listed })}
      count={count}
      open={countsOf(id).open}
      notice={reached === undefined ? undefined : words('sitExtraGiven', { count: Number(reached) || 0 })}
      fields={fields}
      problems={problems}
    />,
  );
}

staffAttemptPages.get('/staff/assessments/:id/attempts', (c) => showAttempts(c, c.req.param('id')));

staffAttemptPages.post('/staff/assessments/:id/extra-time', async (c) => {
  const id = c.req.param('id');
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const fields = fieldsOf(await readForm(c));
  const { minutes = '' } = fields;
  const input = ExtraTimeInput.safeParse({ extraSeconds: secondsOf(fields, 'minutes') });
  if (!input.success) return await showAttempts(c, id, { minutes }, { minutes: words('sitMinutesBad') });
  const back = `/staff/assessments/${id}/attempts`;
  if (fields.confirmed !== 'yes') {
    await requireOwnAssessment(call.db, call.actor, id);
    const { open } = (await countAttempts(call.db, [id], call.now))(id);
    const question = words('sitExtraAsk', { minutes, open });
    return page(
      c,
      { title: question, viewer },
      <ConfirmPage
        csrf={csrf}
        question={question}
        yes={words('sitExtraGo')}
        no={words('back')}
        back={back}
        keep={{ minutes, once: newOnce() }}
      >
        <p>{words('sitExtraAskNote')}</p>
      </ConfirmPage>,
    );
  }
  const done = await doOnce(c, fields, {
    meanwhile: back,
    async run() {
      const reached = await addExtraTime(call, { assessmentId: id, ...input.data }, sessionsOf(c.env.ATTEMPTS));
      return `${back}?given=${reached.attempts}`;
    },
  });
  return c.redirect(done, 303);
});

type Shown = { fields?: Fields; problems?: Problems; refusal?: string };

async function showAttempt(c: AppContext, id: string, { fields = {}, problems = {}, refusal }: Shown = {}) {
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const attempt = await readAttempt(call, id, { sessions: sessionsOf(c.env.ATTEMPTS), archive: c.env.ARCHIVE });
  const { assessmentId, userId } = attempt.found.attempt;
  const { student } = await requireStudent(call, { assessmentId, userId });
  const notice =
    c.req.query('saved') !== undefined
      ? words('saved')
      : c.req.query('reopened') !== undefined
        ? words('sitReopened')
        : undefined;
  return page(
    c,
    {
      title: words('sitOf', { number: attempt.found.attempt.number, student: student.name }),
      viewer,
      status: refusal === undefined ? statusFor(problems) : 409,
    },
    <StaffAttemptPage
      words={words}
      csrf={csrf}
      attempt={attempt}
      terms={student}
      notice={refusal === undefined ? notice : undefined}
      refusal={refusal}
      fields={{ ...termsFields(student), ...fields }}
      problems={problems}
    />,
  );
}

staffAttemptPages.get('/staff/attempts/:id', (c) => showAttempt(c, c.req.param('id')));

const reopenWords = {
  not_finished: 'sitReopenOpen',
  another_open: 'sitReopenOther',
  archived: 'sitReopenArchived',
  conflict: 'sitReopenConflict',
} as const;
const isReopenRefusal = (code: string): code is keyof typeof reopenWords => code in reopenWords;

staffAttemptPages.post('/staff/attempts/:id/reopen', async (c) => {
  const id = c.req.param('id');
  const { words, viewer, csrf } = frameOf(c);
  const call = pageCall(c);
  const fields = fieldsOf(await readForm(c));
  const { reopenMinutes = '' } = fields;
  const input = ExtraTimeInput.safeParse({ extraSeconds: secondsOf(fields, 'reopenMinutes') });
  if (!input.success) {
    return await showAttempt(c, id, { fields: { reopenMinutes }, problems: { reopenMinutes: words('sitMinutesBad') } });
  }
  const back = `/staff/attempts/${id}`;
  if (fields.confirmed !== 'yes') {
    const { attempt, user } = await requireAttemptForStaff(call.db, call.actor, id);
    const question = words('sitReopenAsk', { number: attempt.number, student: user.name, minutes: reopenMinutes });
    return page(
      c,
      { title: question, viewer },
      <ConfirmPage
        csrf={csrf}
        question={question}
        yes={words('sitReopenGo')}
        no={words('back')}
        back={back}
        keep={{ reopenMinutes, once: newOnce() }}
      >
        <p>{words('sitReopenNote')}</p>
        <p>{words('sitReopenAskNote')}</p>
      </ConfirmPage>,
    );
  }
  const reopened = await tryForm(['not_finished', 'another_open', 'archived', 'conflict'], () =>
    doOnce(c, fields, {
      meanwhile: back,
      async run() {
        await reopenAttempt(call, { attemptId: id, ...input.data }, sessionsOf(c.env.ATTEMPTS));
        return `${back}?reopened`;
      },
    }),
  );
  if (!(reopened instanceof DomainError)) return c.redirect(reopened, 303);
  const { code } = reopened;
  return await showAttempt(c, id, { refusal: words(isReopenRefusal(code) ? reopenWords[code] : 'somethingWrong') });
});
